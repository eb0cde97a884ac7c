"""Flags are seen, acknowledged with a reason, resolved and annulled; each step is an event."""

from __future__ import annotations

from uuid import uuid4

import pytest

from custody.deadlines import queries
from custody.deadlines.errors import FlagEnded, OwnFlag, PolicyInThePast, UnknownFlag
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Clock, Flag, FlagCause
from custody.deadlines.policies import InvalidPolicy
from custody.deadlines.services import acknowledge, adopt_policy
from custody.deadlines.sweeping import sweep
from custody.handling.correct import Correct
from custody.handling.proposals import lapse_due, refuse
from custody.handling.report import Report
from custody.handling.transport import Dispatch
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger.commitments import commitments_in
from custody.ledger.events import SYSTEM, read
from custody.ledger.models import Disclosure, Entry
from custody.people.rights import RightMissing
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import (
    HOUR,
    MINUTE,
    SECOND,
    flags,
    levels,
    receive,
    running,
    send,
    store,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


# --- acknowledging


def test_a_supervisor_acknowledges_with_a_reason_and_the_flag_stays_until_its_clock_stops(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    time.advance(2 * HOUR)
    sweep()
    late = flags(unit, clock_name="transit", level="due")[0]
    acknowledge(cast.supervisor, late.id, "The bridge is open")
    late.refresh_from_db()
    assert late.acknowledged_by_id == cast.supervisor.badge
    assert late.resolved_at is None
    event = read(bytes(Entry.objects.get(kind="flag.acknowledged").body))
    assert b"bridge" not in event.body
    (commitment,) = commitments_in(event.payload)
    assert Disclosure.objects.get(pk=commitment).text == "The bridge is open"
    time.advance(MINUTE)
    receive(cast, unit)
    late.refresh_from_db()
    assert (late.resolved_at, late.late_seconds) == (time.at, 60)


def test_a_discrepancy_is_done_with_once_it_is_acknowledged(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    do(cast.officer, Report(exhibit=unit.label, what="label", details="Torn"))
    (flag,) = flags(unit)
    assert (flag.cause, flag.clock_id, flag.level) == (FlagCause.DISCREPANCY, None, "due")
    acknowledge(cast.supervisor, flag.id, "A new label is on it")
    assert not queries.open_flags(cast.supervisor)
    with pytest.raises(FlagEnded):
        acknowledge(cast.supervisor, flag.id, "Twice")


def test_nobody_acknowledges_what_they_recorded_themselves(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    do(cast.supervisor, Report(exhibit=barrel.label, what="mass", details="It drips."))
    flag = Flag.objects.get(exhibit=barrel, cause="discrepancy")
    with pytest.raises(OwnFlag):
        acknowledge(cast.supervisor, flag.id, "It is in order")
    acknowledge(cast.second_supervisor, flag.id, "Looked at it")


def test_who_may_not_acknowledge_is_refused_and_who_may_not_see_learns_nothing(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    time.advance(2 * HOUR)
    sweep()
    flag = flags(unit)[0]
    for officer in (cast.officer, cast.keeper, cast.prosecutor, cast.auditor, cast.outsider):
        with pytest.raises(RightMissing):
            acknowledge(officer, flag.id, "Not mine")
    with pytest.raises(UnknownFlag):
        acknowledge(cast.far_supervisor, flag.id, "Not mine")
    with pytest.raises(UnknownFlag):
        acknowledge(cast.supervisor, uuid4(), "None such")
    assert not Entry.objects.filter(kind="flag.acknowledged").exists()


def test_a_refused_and_a_lapsed_proposal_are_flags_for_a_supervisor(
    cast: Cast, time: SimulatedClock
) -> None:
    _, units = catch(cast, 2)
    command = [
        Dispatch(exhibits=(unit.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A")
        for unit in units
    ]
    refuse(cast.driver, propose(cast.officer, command[0]), "No room")
    propose(cast.officer, command[1])
    time.advance(13 * HOUR)
    assert lapse_due() == 1
    for unit in units:
        (flag,) = flags(unit, cause=FlagCause.PROPOSAL)
        assert flag.source is not None
        assert flag in queries.open_flags(cast.supervisor)


# --- late entries


def test_a_clock_stopped_in_time_by_a_late_entry_stays_flagged_if_it_was_due_when_recorded(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    happened = time.at + HOUR
    time.advance(2 * HOUR + 20 * MINUTE)
    receive_late(cast, unit, happened)
    stopped = Clock.objects.get(exhibit=unit, name="transit")
    assert stopped.stopped_at == happened
    assert levels(unit, clock_name="transit", resolved_at=None) == [
        ("transit", "soon"),
        ("transit", "due"),
    ]
    late = flags(unit, clock_name="transit", level="due")[0]
    acknowledge(cast.supervisor, late.id, "The phone was dead; the gate camera shows the van")
    late.refresh_from_db()
    assert (late.resolved_at, late.late_seconds) == (time.at, 0)


def test_a_clock_stopped_by_a_late_entry_before_it_was_due_bears_no_flag(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    happened = time.at + 30 * MINUTE
    time.advance(HOUR + 10 * MINUTE)
    receive_late(cast, unit, happened)
    assert not flags(unit, clock_name="transit")


def receive_late(cast: Cast, unit: object, happened: object) -> None:
    receive(cast, unit, occurred_at=happened, late_reason="The phone was dead")  # type: ignore[arg-type]


# --- corrections


def correct(cast: Cast, entry: Entry, **more: object) -> None:
    values: dict[str, object] = dict.fromkeys(
        ("gross_grams", "tare_grams", "scale", "place", "substance")
    )
    do(
        cast.supervisor,
        Correct(
            event=entry.event_id,
            reason="It was another unit",
            **{**values, "declaration": "did_not_occur", **more},  # type: ignore[arg-type]
        ),
        cast.second_supervisor,
    )


def test_a_flag_no_longer_deserved_is_annulled(cast: Cast, time: SimulatedClock) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    time.advance(2 * HOUR)
    sweep()
    assert len(flags(unit, clock_name="transit")) == 2
    correct(cast, Entry.objects.get(kind="exhibit.dispatched"))
    assert not flags(unit, clock_name="transit", annulled_at=None)
    annulled = {flag.pk for flag in flags(unit, clock_name="transit")}
    # who was written to about them meanwhile is not written to twice for that
    assert queries.repeat_intervals(annulled) == dict.fromkeys(annulled, HOUR)
    assert "transit" not in {row.name for row in Clock.objects.filter(exhibit=unit)}
    assert flags(unit, clock_name="harmless", annulled_at=None)
    assert not queries.open_flags(cast.supervisor).filter(clock_name="transit")


def test_a_clock_that_a_correction_lets_run_on_is_flagged_anew(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    identity = running(unit)["transit"].id
    time.advance(2 * HOUR + SECOND)
    receive(cast, unit)
    assert len(flags(unit, clock_name="transit", resolved_at=None)) == 0
    time.advance(2 * HOUR)
    correct(cast, Entry.objects.get(kind="exhibit.received"))
    assert running(unit)["transit"].id == identity
    sweep()
    assert levels(unit, clock_name="transit", resolved_at=None) == [
        ("transit", "soon"),
        ("transit", "due"),
        ("transit", "escalated"),
    ]
    sweep()
    assert len(flags(unit, clock_name="transit", resolved_at=None)) == 3


def test_a_correction_of_something_else_leaves_a_late_stop_as_it_was(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    send(cast, unit)
    happened = time.at + 30 * MINUTE
    time.advance(HOUR + 10 * MINUTE)
    receive_late(cast, unit, happened)
    time.advance(100 * HOUR)
    store(cast, unit)
    correct(cast, Entry.objects.get(kind="exhibit.stored"))
    assert not flags(unit, clock_name="transit")


# --- policies


def policy_of(hours: int, effective_at: object) -> dict[str, object]:
    content = flanders_2024(effective_at=clock.to_text(effective_at))  # type: ignore[arg-type]
    for one in content["clocks"]:
        if one["name"] == "transit":
            one["limit_seconds"] = hours * 3600
    return content


def test_a_new_policy_never_rewrites_the_past(cast: Cast, time: SimulatedClock) -> None:
    _, (early, late) = catch(cast, 2)
    send(cast, early)
    before = time.at
    time.advance(MINUTE)
    policy = adopt_policy(policy_of(1, time.at + 10 * MINUTE), SYSTEM)
    assert policy.pk == "flanders-2024/2"
    time.advance(20 * MINUTE)
    send(cast, late)
    assert running(early)["transit"].due_at == before + 2 * HOUR
    assert running(late)["transit"].due_at == time.at + HOUR
    assert running(late)["transit"].policy_version == 2
    time.advance(40 * MINUTE)
    receive_late(cast, late, time.at - 20 * MINUTE)
    receive(cast, early)
    assert Clock.objects.get(exhibit=early, name="transit").policy_version == 1


def test_a_policy_must_not_reach_back(cast: Cast, time: SimulatedClock) -> None:
    with pytest.raises(PolicyInThePast):
        adopt_policy(policy_of(1, time.at), SYSTEM)
    content = policy_of(1, time.at + HOUR)
    adopt_policy(content, SYSTEM)
    with pytest.raises(InvalidPolicy) as refused:
        adopt_policy(content | {"clocks": []}, SYSTEM)
    assert refused.value.field == "clocks"
    assert Flag.objects.count() == 0
