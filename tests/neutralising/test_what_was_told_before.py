"""Events written before runs had events of their own are read as they were meant."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from custody.kit import ids
from custody.ledger.events import Event, Person, Subject, seal
from custody.neutralising.risk import RiskClass, risk_class
from custody.seizures.projection import replay_exhibit
from tests.deadlines.test_rules_against_a_slow_model import payload

AT = datetime(2025, 3, 1, 12, tzinfo=UTC)
READING = {"gross_grams": "26000.000", "tare_grams": None, "net_grams": None, "scale": "S"}
READING |= {"readability_grams": "50.000"}
OLD = {
    "protocol": "N-3/2",
    "reagent": "RG-17/0423",
    "reagent_grams": "1000.000",
    "reading": READING,
    "concerns": [],
}
RUN = str(UUID(int=3))


def trail(*told: tuple[str, dict[str, Any]]) -> list[Event]:
    events: list[Event] = []
    born = payload("exhibit.intercepted", None, "barrel", "fast")
    for number, (kind, content) in enumerate((("exhibit.intercepted", born), *told)):
        events.append(
            seal(
                kind=kind,
                subject=Subject("exhibit", str(UUID(int=99))),
                actor=Person("badge", "A/U", "A"),
                occurred_at=AT + timedelta(minutes=number),
                payload=content,
                previous=events[-1].leaf if events else None,
                act_id=ids.new_id(),
            )
        )
    return events


def test_it_was_harmless_and_nothing_was_said_of_an_assay() -> None:
    state = replay_exhibit(trail(("exhibit.neutralised", OLD)))
    assert state.neutralised_at == AT + timedelta(minutes=1)
    assert asdict(state)["run"] is None
    assert (state.assay, state.gross_grams) == ("none", 26_000)
    assert risk_class(state) is RiskClass.LOWERED


def test_a_failed_assay_took_it_back_and_the_others_changed_nothing() -> None:
    for result, harmless in (("pass", True), ("inconclusive", True), ("fail", False)):
        told = {"method": "GC-MS", "result": result}
        state = replay_exhibit(trail(("exhibit.neutralised", OLD), ("exhibit.assayed", told)))
        assert (state.neutralised_at is not None) is harmless
        assert state.assay == "none"


def test_what_is_assayed_now_counts_for_what_was_done_then() -> None:
    told = {"run": None, "method": "GC-MS", "result": "pass", "measured": None, "criterion": None}
    state = replay_exhibit(trail(("exhibit.neutralised", OLD), ("exhibit.assayed", told)))
    assert risk_class(state) is RiskClass.LOW


def test_what_is_told_now_awaits_its_assay() -> None:
    new = OLD | {"run": RUN, "deviations": []}
    state = replay_exhibit(trail(("exhibit.neutralised", new)))
    assert (state.assay, str(state.run)) == ("awaited", RUN)
    assert state.neutralised_at
