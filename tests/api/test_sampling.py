"""Sampling plans by the REST door: planned once, drawn again by anybody, stated in words."""

from __future__ import annotations

from typing import Any

import pytest

from custody.reading.models import Read
from custody.sampling.models import SamplingPlan
from custody.sampling.selection import draw
from tests.api.callers import Callers
from tests.cast import catch

pytestmark = pytest.mark.django_db

PLAN = {"method": "hypergeometric", "share": "0.9", "confidence": "0.95"}


def test_a_plan_is_made_once_for_a_key_and_tells_all_that_a_draw_needs(callers: Callers) -> None:
    seizure, units = catch(callers.cast, 20)
    told = {**PLAN, "seizure": seizure.reference, "units": [one.label for one in units[:10]]}
    answers = [
        callers.officer.post("sampling-plans/", told, 201, **{"idempotency-key": "plan-0001"})
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    (plan,) = callers.officer.get(f"sampling-plans/?seizure={seizure.reference}")["results"]
    assert (plan["units"], plan["method"], plan["prior"]) == (10, "hypergeometric", None)
    assert "lot" not in plan
    whole = callers.prosecutor.get(f"sampling-plans/{plan['id']}")
    assert whole == answers[0]
    assert sorted(whole["lot"]) == sorted(told["units"])
    assert draw(whole["lot"], seed=whole["seed"], count=8) == whole["drawn"]
    (event,) = [
        one
        for one in callers.prosecutor.get("events/?limit=500")["results"]
        if one["kind"] == "sampling_plan.adopted"
    ]
    assert event["payload"]["seed"] == whole["seed"]
    assert event["leaf"] == whole["head"]


def test_what_can_be_stated_is_told_for_any_finding(callers: Callers) -> None:
    seizure, _ = catch(callers.cast, 10)
    told = {**PLAN, "seizure": seizure.reference, "method": "bayesian", "share": "0.7"}
    told["prior"] = {"positives": 1, "negatives": 1}
    plan = callers.officer.post("sampling-plans/", told, 201, **{"idempotency-key": "plan-0001"})
    claim = callers.officer.get(f"sampling-plans/{plan['id']}/claim")
    assert claim["stands"]
    assert claim["words"].startswith("At least 70 % of the units contain cocaine")
    worse = callers.officer.get(f"sampling-plans/{plan['id']}/claim?examined=5&negatives=2")
    assert not worse["stands"]
    assert worse["more"] == 4
    never = callers.officer.get(f"sampling-plans/{plan['id']}/claim?examined=5&negatives=4")
    assert never["more"] is None
    for query in ("examined=11", "negatives=-1", "examined=2&negatives=3", "found=1"):
        callers.officer.get(f"sampling-plans/{plan['id']}/claim?{query}", 422)


def test_every_unit_that_a_plan_names_is_in_the_read_log(callers: Callers) -> None:
    seizure, units = catch(callers.cast, 3)
    told = {**PLAN, "seizure": seizure.reference}
    plan = callers.officer.post("sampling-plans/", told, 201, **{"idempotency-key": "plan-0001"})
    callers.prosecutor.get(f"sampling-plans/{plan['id']}")
    shown = Read.objects.filter(badge="prosecutor").latest("read_at").objects_shown
    assert set(shown) == {seizure.id, *(one.id for one in units)}


@pytest.mark.parametrize(
    "changed",
    [
        {"share": 0.9},
        {"share": "0.0"},
        {"share": "1.1"},
        {"confidence": "1"},
        {"confidence": "0,95"},
        {"share": "9/10"},
        {"share": "\u0660.\u0669"},
        {"negatives": -1},
        {"negatives": 1.0},
        {"negatives": 5},
        {"method": "all"},
        {"prior": {"positives": 1, "negatives": 1}},
        {"method": "bayesian"},
        {"method": "bayesian", "prior": {"positives": 0, "negatives": 1}},
        {"method": "bayesian", "prior": {"positives": 1}},
        {"units": []},
        {"units": ["NX-00000000-0"]},
        {"units": [None]},
        {"seed": "0" * 32},
    ],
    ids=str,
)
def test_what_is_no_plan_is_a_problem_and_leaves_nothing(
    callers: Callers, changed: dict[str, Any]
) -> None:
    seizure, _ = catch(callers.cast, 3)
    told = {**PLAN, "seizure": seizure.reference, **changed}
    callers.officer.post("sampling-plans/", told, 422, **{"idempotency-key": "plan-0001"})
    assert not SamplingPlan.objects.exists()
