"""Units moved between sessions: tried out without a word to the database, recorded all at once, nobody's work undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from custody.burning.errors import OverCap, SessionEnded, UnknownSession
from custody.burning.models import Session
from custody.handling.book import CancelSession
from custody.handling.errors import KeyReused
from custody.handling.hold import PlaceHold
from custody.handling.models import Refusal
from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.planning.errors import MayNotBurn, MovedMeanwhile, UnknownPlan
from custody.planning.making import make_next
from custody.planning.moving import NOWHERE, Move, record_moves, tried, why_not
from custody.planning.rules import Cap, Reason
from custody.planning.services import accept, ask
from custody.seizures.labels import UnknownLabel
from custody.seizures.models import Exhibit
from tests.burning.paper import vehicle
from tests.burning.scenes import HOUR, asked, confirmed, fresh, plan, ready
from tests.cast import Cast, catch, do
from tests.planning.problems import NOW, problem, slot, unit


def moved(cast: Cast, *moves: Move, key: str = "") -> list[int]:
    return record_moves(cast.supervisor, moves, key=key or str(ids.new_id()))


def refused(cast: Cast, refusal: type[CustodyError], *moves: Move) -> str:
    """The refusal in words; nothing is recorded, and the refusal is noted."""
    before, noted = Entry.objects.count(), Refusal.objects.count()
    with pytest.raises(refusal) as found:
        moved(cast, *moves)
    assert Entry.objects.count() == before
    assert Refusal.objects.count() == noted + 1
    return str(found.value)


def into(row: Session, *units: Exhibit, source: str = NOWHERE) -> list[Move]:
    return [Move(one.label, source, str(row.id)) for one in units]


# --- tried out


def test_what_leaves_makes_room_whatever_the_order() -> None:
    told = problem(
        [unit("A", fixed="T-1"), unit("B", fixed="T-2")], [slot(1, 2, 100), slot(2, 8, 100)]
    )
    placed, refused = tried(told, [Move("A", "T-1", "T-2"), Move("B", "T-2", "T-1")], {})
    assert placed == {"A": "T-2", "B": "T-1"}
    assert refused == {}


def test_what_does_not_fit_stays_and_says_why() -> None:
    told = problem([unit("A", fixed="T-1"), unit("B")], [slot(1, 2, 150)])
    placed, refused = tried(told, [Move("B", NOWHERE, "T-1")], {})
    assert placed == {"A": "T-1"}
    assert refused["B"].code == "over_cap"


def test_a_unit_that_finds_no_room_keeps_the_place_it_had() -> None:
    told = problem([unit("A", fixed="T-1"), unit("B", fixed="T-2")], [slot(1, 2, 150), slot(2, 8)])
    placed, refused = tried(told, [Move("B", "T-2", "T-1")], {})
    assert placed == {"A": "T-1", "B": "T-2"}
    assert set(refused) == {"B"}


def test_what_goes_back_takes_up_its_room_again() -> None:
    told = problem(
        [unit("A", fixed="T-1"), unit("B", fixed="T-2"), unit("C")],
        [slot(1, 2, 100), slot(2, 8, 100)],
    )
    moves = [Move("C", NOWHERE, "T-2"), Move("B", "T-2", "T-1")]
    placed, refused = tried(told, moves, {})
    assert placed == {"A": "T-1", "B": "T-2"}
    assert {label: one.code for label, one in refused.items()} == dict.fromkeys("BC", "over_cap")


def test_each_thing_that_stands_in_the_way_has_a_name() -> None:
    one, other = slot(1, 4), unit("Z", place="VAULT-B")
    held = unit("A", obstacles=(Reason("held", "it is on hold"),))
    later = unit("A", available_from=NOW + timedelta(hours=5))
    strict = replace(one, caps=(Cap(300, substance="heroin"),))
    for told, session, vehicle_grams, code in (
        (held, one, None, "held"),
        (later, one, None, "not_ready"),
        (unit("A", available_from=None), one, None, "not_ready"),
        (unit("A", 201), one, None, "over_cap"),
        (unit("A"), strict, None, "not_admitted"),
        (unit("A"), one, 150, "over_vehicle_capacity"),
    ):
        found = why_not(told, session, [other], vehicle_grams)
        assert found is not None
        assert found.code == code
    assert why_not(unit("A"), one, [other], 200) is None
    assert why_not(unit("A", place="PLANT-A"), one, [other], 100) is None


# --- recorded


@pytest.mark.django_db
def test_moves_are_recorded_by_one_plan_for_each_session_that_loses_or_gets(port: Cast) -> None:
    first, second, third = ready(port, 3)
    one, other = confirmed(port), confirmed(port, 4 * HOUR)
    plan(port, one, [first, second])
    seqs = moved(port, *into(other, first, source=str(one.id)), *into(other, third))
    assert fresh(one).units == [second.id]
    assert set(fresh(other).units) == {first.id, third.id}
    assert list(Entry.objects.filter(seq__in=seqs).values_list("kind", flat=True)) == [
        "session.planned",
        "session.planned",
    ]


@pytest.mark.django_db
def test_two_units_change_places(port: Cast) -> None:
    first, second = ready(port, 2)
    one, other = confirmed(port), confirmed(port, 4 * HOUR)
    plan(port, one, [first])
    plan(port, other, [second])
    moved(
        port,
        *into(other, first, source=str(one.id)),
        *into(one, second, source=str(other.id)),
    )
    assert (fresh(one).units, fresh(other).units) == ([second.id], [first.id])


@pytest.mark.django_db
def test_crew_and_vehicle_stay_as_they_were_planned(port: Cast) -> None:
    first, second = ready(port, 2, at_plant=False)
    row = plan(port, confirmed(port), [first], crew="CREW-1", vehicle="VAN-A")
    moved(port, *into(row, second))
    assert (fresh(row).crew_id, fresh(row).vehicle_id) == ("CREW-1", "VAN-A")


@pytest.mark.django_db
def test_a_unit_that_somebody_else_moved_is_named_with_where_it_is(port: Cast) -> None:
    first, second = ready(port, 2)
    one, other = confirmed(port), confirmed(port, 4 * HOUR)
    moved(port, *into(one, first))
    words = refused(port, MovedMeanwhile, *into(other, first, second))
    assert first.label in words
    assert "PLANT-A" in words
    gone = refused(port, MovedMeanwhile, Move(second.label, str(one.id), NOWHERE))
    assert "in no session" in gone


@pytest.mark.django_db
def test_what_others_planned_meanwhile_stays(port: Cast) -> None:
    first, second = ready(port, 2)
    row = confirmed(port)
    plan(port, row, [first])
    moved(port, *into(row, second))
    assert set(fresh(row).units) == {first.id, second.id}


@pytest.mark.django_db
def test_all_of_it_is_recorded_or_nothing(port: Cast) -> None:
    barrels = ready(port, 5)
    one, other = confirmed(port), confirmed(port, 4 * HOUR)
    plan(port, one, barrels[:1])
    last = into(other, barrels[0], source=str(one.id))
    words = refused(port, OverCap, *into(other, *barrels[1:]), *last)
    assert "OVAM-1" in words
    assert fresh(one).units == [barrels[0].id]
    assert fresh(other).units == []


@pytest.mark.django_db
def test_what_may_not_burn_is_not_moved_and_says_which_rule(port: Cast) -> None:
    (held,), (raw,) = ready(port), catch(port)[1]
    do(port.prosecutor, PlaceHold(exhibits=(held.label,), reason="trial"))
    row = confirmed(port)
    assert "hold" in refused(port, MayNotBurn, *into(row, held))
    assert "order" in refused(port, MayNotBurn, *into(row, raw))


@pytest.mark.django_db
def test_what_may_not_burn_any_more_is_taken_out_all_the_same(port: Cast) -> None:
    (barrel,) = ready(port)
    row = plan(port, confirmed(port), [barrel])
    do(port.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="trial"))
    moved(port, Move(barrel.label, str(row.id), NOWHERE))
    assert fresh(row).units == []


@pytest.mark.django_db
def test_the_same_key_records_once_and_answers_the_same(port: Cast) -> None:
    first, second = ready(port, 2)
    row = confirmed(port)
    told = into(row, first)
    seqs = moved(port, *told, key="once")
    before = Entry.objects.count()
    assert moved(port, *told, key="once") == seqs
    assert Entry.objects.count() == before
    with pytest.raises(KeyReused):
        moved(port, *into(row, second), key="once")


@pytest.mark.django_db
def test_a_session_that_is_over_is_not_planned(port: Cast) -> None:
    (barrel,) = ready(port)
    row = confirmed(port)
    do(port.supervisor, CancelSession(session=row.id, reason="Kiln cold"))
    refused(port, SessionEnded, *into(row, barrel))


@pytest.mark.django_db
def test_nobody_moves_what_they_do_not_see_or_without_the_right(port: Cast) -> None:
    (barrel,) = ready(port)
    row = asked(port)
    for officer, refusal in (
        (port.officer, RightMissing),
        (port.auditor, RightMissing),
        (port.far_supervisor, UnknownSession),
    ):
        with pytest.raises(refusal):
            record_moves(officer, into(row, barrel), key=str(ids.new_id()))
    for move, unseen in (
        (Move("NX-00000000-0", NOWHERE, str(row.id)), UnknownLabel),
        (Move(barrel.label, NOWHERE, "nowhere at all"), UnknownSession),
        (Move(barrel.label, NOWHERE, str(ids.new_id())), UnknownSession),
    ):
        refused(port, unseen, move)


@pytest.mark.django_db
def test_a_slot_of_a_proposal_is_booked_by_moving_something_there(port: Cast) -> None:
    first, second = ready(port, 2, at_plant=False)
    row = ask(port.supervisor, days=3, seconds=2)
    make_next()
    row.refresh_from_db()
    assert row.proposal is not None
    (name,) = (one["session"] for one in row.proposal["sessions"])
    told = [Move(first.label, NOWHERE, name)]
    with pytest.raises(UnknownPlan):
        record_moves(port.second_supervisor, told, key="theirs", plan_id=row.id)
    record_moves(port.supervisor, told, key="mine", plan_id=row.id)
    session = Session.objects.get()
    assert session.units == [first.id]
    assert (session.crew_id, session.vehicle_id) == ("CREW-1", "VAN-A")
    accept(port.supervisor, row.id)
    assert set(fresh(session).units) == {first.id, second.id}


@pytest.mark.django_db
def test_who_is_proposed_to_fetch_for_a_session_goes_with_what_is_moved_there(port: Cast) -> None:
    (barrel,) = ready(port, 1, at_plant=False)
    session = confirmed(port, 6 * HOUR)
    row = ask(port.supervisor, days=1, seconds=1)
    make_next()
    record_moves(port.supervisor, into(session, barrel), key="it", plan_id=row.id)
    assert (fresh(session).crew_id, fresh(session).vehicle_id) == ("CREW-1", "VAN-A")


@pytest.mark.django_db
def test_a_vehicle_that_carries_no_more_is_told_by_the_act(port: Cast) -> None:
    vehicle(grams="30000")
    first, second = ready(port, 2, at_plant=False)
    row = plan(port, confirmed(port), [first], crew="CREW-1", vehicle="VAN-A")
    assert "VAN-A" in refused(port, CustodyError, *into(row, second))
