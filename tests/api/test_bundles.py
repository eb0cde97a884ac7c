"""Evidence bundles by the REST door: for who may disclose and sees the whole of it, each on record with its recipient."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.audit.bundle import exporting
from custody.reading.models import Action, Read
from custody.seizures.models import Exhibit
from tests.api.callers import Caller, Callers
from tests.audit.evidence import KEY, evidence, judge
from tests.cast import catch
from tests.deadlines.scenes import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "evidence_for", evidence)


@pytest.fixture
def barrel(callers: Callers) -> Exhibit:
    """On the road, so that most see it masked."""
    _, (barrel,) = catch(callers.cast)
    send(callers.cast, barrel)
    return barrel


def states_a_purpose(caller: Caller, barrel: Exhibit) -> None:
    told = {"seizure": barrel.seizure.reference, "purpose": "prosecution", "reason": "Trial."}
    caller.post("purposes/", told, 201, **{"idempotency-key": "a-purpose"})


@pytest.mark.parametrize("badge", ["supervisor", "auditor", "prosecutor"])
def test_who_sees_it_masked_is_told_to_state_a_purpose_and_then_gets_what_holds(
    callers: Callers, barrel: Exhibit, badge: str, tmp_path: Path
) -> None:
    caller = getattr(callers, badge)
    for path in (
        f"exhibits/{barrel.label}/bundle?recipient=Court",
        f"seizures/{barrel.seizure.reference}/bundle?recipient=Court",
    ):
        refusal = caller.get(path, 403)
        assert refusal["code"] == "whole_needs_purpose"
        assert barrel.seizure.reference in refusal["detail"]
        assert "prosecution" in refusal["legal"]
    assert not Read.objects.filter(action=Action.DISCLOSURE).exists()
    states_a_purpose(caller, barrel)
    for number, thing in enumerate(
        (f"exhibits/{barrel.label}", f"seizures/{barrel.seizure.reference}")
    ):
        answer = caller.ask("GET", f"{thing}/bundle?recipient=Court of Antwerp&language=nl")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/zip"
        target = tmp_path / f"{number}.zip"
        target.write_bytes(answer.content)
        verdict = judge(target, *KEY)
        assert verdict.status == 0, verdict.said


def test_each_is_written_down_with_who_gets_it_and_why(callers: Callers, barrel: Exhibit) -> None:
    states_a_purpose(callers.auditor, barrel)
    assert (
        callers.auditor.ask(
            "GET", f"exhibits/{barrel.label}/bundle?recipient=Mr. Defence"
        ).status_code
        == 200
    )
    read = Read.objects.get(action=Action.DISCLOSURE)
    assert (read.badge, read.recipients, read.purpose) == ("auditor", "Mr. Defence", "prosecution")
    assert set(read.objects_shown) == {barrel.id, barrel.seizure_id}


@pytest.mark.parametrize("badge", ["officer", "keeper", "driver", "analyst", "operator"])
def test_who_handles_it_may_not_disclose_it_though_they_see_the_whole_of_it(
    callers: Callers, barrel: Exhibit, badge: str
) -> None:
    refusal = getattr(callers, badge).get(f"exhibits/{barrel.label}/bundle?recipient=Court", 403)
    assert refusal["code"] == "right_missing"


def test_strangers_find_nothing(callers: Callers, barrel: Exhibit) -> None:
    for thing in (f"exhibits/{barrel.label}", f"seizures/{barrel.seizure.reference}"):
        callers.far_supervisor.get(f"{thing}/bundle?recipient=Court", 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "recipient"),
        ("?recipient=", "recipient"),
        ("?recipient=%20", "recipient"),
        ("?recipient=a%0Ab", "recipient"),
        (f"?recipient={'a' * 201}", "recipient"),
        ("?recipient=Court&language=xx", "language"),
        ("?recipient=Court&lang=nl", "lang"),
    ],
)
def test_nobody_named_or_no_such_language_is_refused(
    callers: Callers, barrel: Exhibit, query: str, field: str
) -> None:
    assert callers.auditor.get(f"exhibits/{barrel.label}/bundle{query}", 422)["field"] == field
