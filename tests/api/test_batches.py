"""A batch is judged in order and recorded whole, or not at all with an error for each act that is refused."""

from __future__ import annotations

from typing import Any

import pytest

from custody.audit.replay import compare
from custody.handling.models import Refusal, RequestKey
from custody.kit import ids
from custody.ledger.models import Entry
from custody.seizures.labels import new_label
from custody.seizures.models import Exhibit
from tests.api.callers import Caller, Callers
from tests.cast import FLOOR_SCALE, catch

pytestmark = pytest.mark.django_db


def send(caller: Caller, *acts: tuple[str, Any], status: int = 201, key: str | None = None) -> Any:
    told = {"acts": [{"act": act, "told": one} for act, one in acts]}
    return caller.post("batches", told, status, **{"idempotency-key": key or str(ids.new_id())})


def interception(label: str, report: str = "PV-BATCH") -> dict[str, Any]:
    return {
        "customs_report": report,
        "location": "BEANR",
        "place": "QUAY-A",
        "substance": "cocaine",
        "lane": "fast",
        "scale": FLOOR_SCALE,
        "exhibits": [{"label": label, "form": "barrel", "gross_grams": "25000"}],
    }


def weighing(label: str, grams: str = "25000") -> dict[str, str]:
    return {"exhibit": label, "scale": FLOOR_SCALE, "gross_grams": grams}


def world() -> tuple[int, int, int]:
    return Entry.objects.count(), Exhibit.objects.count(), RequestKey.objects.count()


def test_later_acts_build_on_what_earlier_ones_made(callers: Callers) -> None:
    label = new_label()
    before = Entry.objects.count()
    answer = send(
        callers.officer,
        ("intercept", interception(label)),
        ("weigh", weighing(label, "25050")),
        ("apply_seal", {"exhibit": label, "number": "HS-1", "seal_class": "H"}),
    )
    kinds = [[event["kind"] for event in one["events"]] for one in answer["receipts"]]
    assert kinds[0][-1] == "exhibit.intercepted"
    assert kinds[1][0] == "exhibit.weighed"
    assert kinds[2] == ["seal.applied"]
    seqs = [event["seq"] for one in answer["receipts"] for event in one["events"]]
    assert seqs == list(range(before, Entry.objects.count()))
    exhibit = callers.officer.get(f"exhibits/{label}")
    assert exhibit["gross_grams"] == "25050.000"
    assert exhibit["seals"][0]["number"] == "HS-1"
    compare()


def test_each_refused_act_is_named_by_its_place_and_nothing_is_recorded(callers: Callers) -> None:
    _, (barrel, other) = catch(callers.cast, 2)
    before = world()
    problem = send(
        callers.officer,
        ("weigh", weighing(barrel.label)),
        ("weigh", weighing(barrel.label, "25001")),
        ("store", {"exhibits": [other.label], "place": "VAULT-A"}),
        ("weigh", weighing(other.label)),
        ("weigh", weighing(new_label())),
        status=409,
    )
    assert problem["code"] == "acts_refused"
    assert [(one["field"], one["code"]) for one in problem["errors"]] == [
        ("acts.1.told.gross_grams", "not_readable"),
        ("acts.2", "right_missing"),
        ("acts.4.told.exhibit", "unknown_label"),
    ]
    assert world() == before
    assert Refusal.objects.latest("pk").code == "acts_refused"
    compare()


def test_every_act_that_cannot_be_read_is_told_at_once(callers: Callers) -> None:
    before = world()
    problem = send(
        callers.officer,
        ("weigh", {"exhibit": "nonsense", "scale": FLOOR_SCALE, "gross_grams": 1.5}),
        ("weigh", weighing(new_label()) | {"colour": "red"}),
        status=422,
    )
    assert [one["field"] for one in problem["errors"]] == [
        "acts.0.told.exhibit",
        "acts.0.told.gross_grams",
        "acts.1.told.colour",
    ]
    assert world() == before


def test_the_same_batch_again_gets_the_same_answer_and_another_under_its_key_is_refused(
    callers: Callers,
) -> None:
    label = new_label()
    acts = (("intercept", interception(label)), ("weigh", weighing(label)))
    first = send(callers.officer, *acts, key="one-batch")
    after = world()
    assert send(callers.officer, *acts, key="one-batch") == first
    problem = send(callers.officer, acts[0], status=422, key="one-batch")
    assert problem["code"] == "key_reused"
    assert world() == after


def test_what_somebody_has_to_confirm_goes_by_itself(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    told = {
        "exhibits": [barrel.label],
        "driver": "driver",
        "vehicle": "VAN-A",
        "destination": "VAULT-A",
    }
    problem = send(callers.officer, ("dispatch", told), status=409)
    assert [one["code"] for one in problem["errors"]] == ["needs_others"]


@pytest.mark.parametrize(
    "acts", [[], [{}], [{"act": "weigh"}], [{"act": "burn", "told": {}}], None]
)
def test_what_is_no_batch_is_refused(callers: Callers, acts: Any) -> None:
    problem = callers.officer.post(
        "batches", {"acts": acts}, 422, **{"idempotency-key": str(ids.new_id())}
    )
    assert problem["field"].startswith("acts")


def test_a_batch_is_no_way_to_what_one_may_not_see(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    problem = send(callers.outsider, ("weigh", weighing(barrel.label)), status=409)
    assert [one["code"] for one in problem["errors"]] == ["unknown_label"]


def test_a_batch_takes_one_append_whatever_its_length(
    callers: Callers, django_assert_max_num_queries: Any
) -> None:
    _, barrels = catch(callers.cast, 20)
    acts = [("weigh", weighing(barrel.label)) for barrel in barrels]
    with django_assert_max_num_queries(1_000) as run:
        send(callers.officer, *acts)
    appends = [one for one in run.captured_queries if "ledger_append" in one["sql"]]
    assert len(appends) == 1
    assert len(run.captured_queries) <= 20 * 4 + 8
