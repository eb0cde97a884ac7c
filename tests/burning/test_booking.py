"""A slot is asked for, promised by the plant, given back, missed, or taken in an emergency; and nobody gets it twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from custody.burning.errors import (
    InvalidSlot,
    NoPermit,
    NotRequisitionable,
    OwnSession,
    PlantClosed,
    SessionBegun,
    SessionEnded,
    SlotTaken,
    UnknownSession,
    WeekFull,
)
from custody.burning.hours import BRUSSELS
from custody.burning.models import Session
from custody.handling.batch import ActsRefused, Item, perform_batch
from custody.handling.book import (
    BookSession,
    CancelSession,
    ConfirmSession,
    MissSession,
    Requisition,
)
from custody.handling.errors import NotYourPlace, UnknownPlace
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.models import Disclosure, Entry
from custody.people.rights import RightMissing
from tests.burning.paper import permit, yesterday
from tests.burning.scenes import HOUR, asked, confirmed, fresh, plan, ready, slot, stage
from tests.cast import Cast, do

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

#: A Monday, at noon in Brussels.
MONDAY = datetime(2026, 11, 30, 12, tzinfo=BRUSSELS)


def book(start: datetime, hours: int = 2, plant: str = "PLANT-A") -> BookSession:
    return BookSession(plant=plant, starts_at=start, ends_at=start + hours * HOUR)


def test_a_supervisor_asks_and_the_plant_promises(cast: Cast) -> None:
    permit()
    row = asked(cast)
    assert (row.state, row.cap_grams, row.asked_by_id) == ("asked", 100_000, "supervisor")
    do(cast.operator, ConfirmSession(session=row.id))
    row = fresh(row)
    assert (row.state, row.version) == ("confirmed", 2)
    with pytest.raises(SessionEnded):
        do(cast.operator, ConfirmSession(session=row.id))


def test_only_the_plant_promises_and_nobody_promises_themselves(cast: Cast) -> None:
    permit()
    row = asked(cast)
    with pytest.raises(RightMissing):
        do(cast.supervisor, ConfirmSession(session=row.id))
    do(cast.operator, CancelSession(session=row.id, reason="Maintenance."))
    done = do(cast.operator, BookSession(plant="PLANT-A", **slot()))
    own = Session.objects.get(pk=done.lines[0].subject_id)
    with pytest.raises(OwnSession):
        do(cast.operator, ConfirmSession(session=own.id))
    do(cast.second_operator, ConfirmSession(session=own.id))


def test_a_session_concerns_who_booked_it_and_the_plant_and_nobody_else(cast: Cast) -> None:
    permit()
    row = asked(cast)
    seeing = [
        badge
        for badge, officer in cast.officers.items()
        if Session.objects.visible_to(officer).exists()
    ]
    assert sorted(seeing) == sorted(
        # the unit of the one who asked, who oversees its agency, and the plant
        [
            "officer",
            "colleague",
            "supervisor",
            "second_supervisor",
            "auditor",
            "operator",
            "second_operator",
        ]
    )
    with pytest.raises(UnknownSession):
        do(cast.far_supervisor, CancelSession(session=row.id, reason="?"))


@pytest.mark.parametrize(
    ("change", "start", "hours", "refusal"),
    [
        ({"valid_until": "2026-11-29"}, MONDAY, 2, NoPermit),
        ({"valid_from": "2026-12-01"}, MONDAY, 2, NoPermit),
        ({"valid_until": "2026-11-30"}, MONDAY + 11 * HOUR, 2, NoPermit),
        ({"opening_hours": {"tue": {"from": "06:00", "to": "22:00"}}}, MONDAY, 2, PlantClosed),
        ({"opening_hours": {"mon": {"from": "06:00", "to": "13:59"}}}, MONDAY, 2, PlantClosed),
        ({}, MONDAY, 0, InvalidSlot),
        ({}, MONDAY, 25, InvalidSlot),
        ({}, MONDAY - timedelta(days=7), 2, InvalidSlot),
    ],
)
def test_there_is_no_such_slot(
    cast: Cast, change: dict[str, Any], start: datetime, hours: int, refusal: type[CustodyError]
) -> None:
    with clock.simulated(MONDAY - timedelta(days=2)):
        permit(**change)
        before = Entry.objects.count()
        with pytest.raises(refusal):
            do(cast.supervisor, book(start, hours))
        assert (Entry.objects.count(), Session.objects.count()) == (before, 0)


def test_only_plants_are_booked_and_only_with_a_permit(cast: Cast) -> None:
    with pytest.raises(UnknownPlace):
        do(cast.supervisor, BookSession(plant="VAN-A", **slot()))
    with pytest.raises(NoPermit):
        do(cast.supervisor, BookSession(plant="PLANT-A", **slot()))


def test_a_slot_is_booked_once_and_is_free_again_when_given_back(cast: Cast) -> None:
    permit()
    row = asked(cast)
    for after, length in ((HOUR, HOUR), (timedelta(), 2 * HOUR), (timedelta(), 5 * HOUR)):
        with pytest.raises(SlotTaken):
            do(cast.supervisor, BookSession(plant="PLANT-A", **slot(after, length)))
    do(
        cast.supervisor,
        BookSession(plant="PLANT-A", starts_at=row.ends_at, ends_at=row.ends_at + HOUR),
    )
    do(cast.supervisor, CancelSession(session=row.id, reason="Nothing to burn."))
    do(
        cast.supervisor,
        BookSession(plant="PLANT-A", starts_at=row.starts_at, ends_at=row.ends_at),
    )
    assert fresh(row).state == "cancelled"


def test_a_batch_books_no_slot_twice_either(cast: Cast) -> None:
    permit()
    told = Item(command=BookSession(plant="PLANT-A", **slot()))
    with pytest.raises(ActsRefused) as refused:
        perform_batch(cast.supervisor, [told, told], key="twice-in-one")
    assert [(position, type(error)) for position, error in refused.value.faults] == [(1, SlotTaken)]
    assert not Session.objects.exists()


def test_a_week_holds_so_many_sessions_as_the_permit_says(cast: Cast) -> None:
    with clock.simulated(MONDAY - timedelta(days=2)):
        permit(sessions_per_week=2)
        do(cast.supervisor, book(MONDAY))
        done = do(cast.supervisor, book(MONDAY + timedelta(days=6)))  # Sunday
        with pytest.raises(WeekFull):
            do(cast.supervisor, book(MONDAY + timedelta(days=3)))
        do(cast.supervisor, book(MONDAY + timedelta(days=7)))
        sunday = Session.objects.get(pk=done.lines[0].subject_id)
        do(cast.supervisor, CancelSession(session=sunday.id, reason="Not needed."))
        do(cast.supervisor, book(MONDAY + timedelta(days=3)))


def test_a_missed_slot_is_told_once_it_has_begun_with_the_reason_kept_beside_the_ledger(
    cast: Cast,
) -> None:
    permit()
    with clock.simulated(clock.now()) as time:
        row = confirmed(cast)
        miss = MissSession(session=row.id, reason="The lorry broke down.")
        with pytest.raises(InvalidSlot):
            do(cast.supervisor, miss)
        time.advance(2 * HOUR)
        do(cast.supervisor, miss)
    assert fresh(row).state == "missed"
    bodies = b"".join(bytes(one.body) for one in Entry.objects.filter(kind="session.missed"))
    assert b"lorry" not in bodies
    assert Disclosure.objects.filter(text="The lorry broke down.").count() == 1
    with pytest.raises(SessionEnded):
        do(cast.supervisor, CancelSession(session=row.id, reason="?"))


def test_what_has_begun_is_neither_cancelled_nor_missed(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    do(cast.operator, stage([barrel], row.id))
    with pytest.raises(SessionBegun) as refused:
        do(cast.supervisor, CancelSession(session=row.id, reason="?"))
    assert barrel.label in str(refused.value)


def test_a_permit_that_has_run_out_keeps_a_slot_from_being_promised(cast: Cast) -> None:
    permit()
    row = asked(cast)
    permit(valid_until=yesterday())
    with pytest.raises(NoPermit):
        do(cast.operator, ConfirmSession(session=row.id))


def test_in_an_emergency_a_supervisor_takes_a_slot_whatever_the_hours(cast: Cast) -> None:
    with clock.simulated(MONDAY):
        permit(opening_hours={"sun": {"from": "06:00", "to": "22:00"}}, sessions_per_week=1)
        emergency = Requisition(
            plant="PLANT-A",
            starts_at=MONDAY,
            ends_at=MONDAY + 8 * HOUR,
            reason="7.5 t, and armed men at the gate.",
        )
        with pytest.raises(RightMissing):
            do(cast.operator, emergency)
        do(cast.supervisor, emergency)
        row = Session.objects.get()
        assert (row.state, row.requisitioned) == ("confirmed", True)
        with pytest.raises(SlotTaken):
            do(cast.second_supervisor, emergency)
    assert b"armed" not in b"".join(bytes(one.body) for one in Entry.objects.all())


def test_a_plant_is_taken_only_where_its_permit_lets_it_be(cast: Cast) -> None:
    permit(requisitionable=False)
    with pytest.raises(NotRequisitionable):
        do(cast.supervisor, Requisition(plant="PLANT-A", **slot(), reason="?"))


def test_another_plant_s_operator_promises_nothing_here(cast: Cast) -> None:
    permit()
    row = asked(cast)
    cast.officers["operator"].unit_id = "POLICE/FAR"
    cast.officers["operator"].save()
    Session.objects.filter(pk=row.id).update(concerned=[*row.concerned, "POLICE/FAR"])
    moved = type(cast.operator).objects.get(pk="operator")
    with pytest.raises(NotYourPlace):
        do(moved, ConfirmSession(session=row.id))
    # put back what this test alone bent
    Session.objects.filter(pk=row.id).update(concerned=row.concerned)
    moved.unit_id = "KILN/NORTH"
    moved.save()
