"""The last slot booked twice, one barrel claimed by two sessions, one crew sent to two: one wins, the other is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from custody.burning.errors import (
    InAnotherSession,
    SessionBegun,
    SessionEnded,
    SlotTaken,
    TwoSessionsAtOnce,
    UnknownSession,
    WeekFull,
)
from custody.burning.hours import local_day
from custody.burning.models import Session
from custody.handling.batch import Item, perform_batch
from custody.handling.book import BookSession, CancelSession
from custody.handling.errors import Busy
from custody.handling.hand_over import HandOver
from custody.handling.plan_session import PlanSession
from custody.handling.report import Report
from custody.ledger.events import SYSTEM
from custody.people.models import Officer
from custody.places.models import PlaceKind
from custody.places.services import adopt_place
from custody.planning.errors import MovedMeanwhile
from custody.planning.making import make_next
from custody.planning.moving import NOWHERE, Move, record_moves
from custody.planning.services import ask
from custody.seizures.models import Exhibit
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import HOUR, asked, confirmed, fresh, plan, ready, slot, stage
from tests.cast import Cast, catch, do
from tests.races.threads import Deed, act, receipts, refusals, together, wait_to_be_wanted

pytestmark = pytest.mark.usefixtures("the_record_is_whole", "files")

ROUNDS = 3


def test_the_last_slot_is_booked_once(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    for number in range(ROUNDS):
        told = BookSession(plant="PLANT-A", **slot(3 * number * HOUR))
        people = (cast.supervisor, cast.second_supervisor, cast.operator, cast.far_supervisor)
        results = together(*(act(one, told) for one in people))
        assert len(receipts(results)) == 1
        assert refusals(results) == {SlotTaken}
        assert Session.objects.count() == number + 1


def test_the_last_session_of_a_week_is_booked_once(committed_cast: Cast) -> None:
    cast = committed_cast
    # whichever week these slots lie in, each of them alone fills it
    permit(sessions_per_week=1)
    first = slot(length=HOUR / 60)
    others = [
        {name: moment + number * HOUR / 60 for name, moment in first.items()} for number in range(4)
    ]
    results = together(
        *(act(cast.supervisor, BookSession(plant="PLANT-A", **one)) for one in others)
    )
    weeks = Counter(local_day(one.starts_at).isocalendar()[:2] for one in Session.objects.all())
    assert set(weeks.values()) == {1}
    assert refusals(results) == {WeekFull}


def test_one_barrel_goes_to_one_of_two_sessions(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    for number in range(ROUNDS):
        (barrel,) = catch(cast)[1]
        sessions = [asked(cast, (10 * number + 3 * one) * HOUR) for one in range(2)]
        people = (cast.supervisor, cast.second_supervisor)
        results = together(
            *(
                act(who, PlanSession(session=row.id, exhibits=(barrel.label,)))
                for who, row in zip(people, sessions, strict=True)
            )
        )
        assert len(receipts(results)) == 1
        assert refusals(results) == {InAnotherSession}
        assert Session.objects.filter(units__contains=[barrel.id]).count() == 1


def test_a_slot_that_a_plant_offers_goes_to_one_of_two_agencies(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    own, theirs = catch(cast, 2)[1]
    do(cast.officer, HandOver(exhibits=(theirs.label,), taker="outsider"), cast.outsider)
    for number in range(ROUNDS):
        done = do(cast.operator, BookSession(plant="PLANT-A", **slot(3 * number * HOUR)))
        session = Session.objects.get(pk=done.lines[0].subject_id)
        results = together(
            act(cast.supervisor, PlanSession(session=session.id, exhibits=(own.label,))),
            act(cast.far_supervisor, PlanSession(session=session.id, exhibits=(theirs.label,))),
        )
        assert len(receipts(results)) == 1
        assert refusals(results) == {UnknownSession}
        assert len(fresh(session).units) == 1
        do(cast.operator, CancelSession(session=session.id, reason="The next round."))


def test_one_barrel_is_staged_in_one_of_two_sessions(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    (barrel,) = ready(cast)
    first, second = confirmed(cast), confirmed(cast, 5 * HOUR)
    results = together(
        act(cast.operator, stage([barrel], first.id)),
        act(cast.second_operator, stage([barrel], second.id)),
    )
    assert len(receipts(results)) == 1
    assert refusals(results) == {InAnotherSession}
    assert Session.objects.filter(staged__contains=[barrel.id]).count() == 1


def test_a_session_is_given_back_or_begun(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    results = together(
        act(cast.supervisor, CancelSession(session=row.id, reason="Too late.")),
        act(cast.operator, stage([barrel], row.id)),
    )
    assert len(receipts(results)) == 1
    assert refusals(results) <= {SessionBegun, SessionEnded, Busy}
    row = fresh(row)
    assert (row.state == "cancelled") == (row.staged == [])


def test_one_crew_goes_to_one_of_two_sessions_at_a_time(committed_cast: Cast) -> None:
    cast = committed_cast
    permit(), crew()
    adopt_place(code="PLANT-B", kind=PlaceKind.PLANT, unit="KILN/NORTH", actor=SYSTEM)
    permit("SOUTH-1", plant="PLANT-B")
    one, other = catch(cast, 2)[1]
    when = slot()
    do(cast.supervisor, BookSession(plant="PLANT-A", **when))
    do(cast.supervisor, BookSession(plant="PLANT-B", **when))
    first, second = Session.objects.all()
    results = together(
        *(
            act(cast.supervisor, PlanSession(session=row.id, exhibits=(unit.label,), crew="CREW-1"))
            for row, unit in ((first, one), (second, other))
        )
    )
    assert len(receipts(results)) == 1
    assert refusals(results) == {TwoSessionsAtOnce}


def move(who: Officer, barrel: Exhibit, session: Session, key: str) -> Deed:
    """Move a barrel that is in no session into this one."""
    return partial(record_moves, who, [Move(barrel.label, NOWHERE, str(session.id))], key=key)


def test_a_unit_that_two_move_at_once_goes_to_one_of_them(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    for number in range(ROUNDS):
        (barrel,) = ready(cast)
        rows = [asked(cast, (8 * number + 2 + 3 * one) * HOUR) for one in range(2)]
        people = (cast.supervisor, cast.second_supervisor)
        results = together(
            *(
                move(who, barrel, row, f"{number} {who.badge}")
                for who, row in zip(people, rows, strict=True)
            )
        )
        assert sum(isinstance(one, list) for one in results) == 1
        assert refusals(results) <= {MovedMeanwhile, InAnotherSession, Busy}
        assert sum(barrel.id in fresh(row).units for row in rows) == 1


def test_two_who_move_other_units_into_one_session_lose_neither(committed_cast: Cast) -> None:
    cast = committed_cast
    permit()
    for number in range(ROUNDS):
        barrels = ready(cast, 2)
        row = asked(cast, (3 * number + 2) * HOUR)
        people = (cast.supervisor, cast.second_supervisor)
        results = together(
            *(
                move(who, barrel, row, f"{number} {who.badge}")
                for who, barrel in zip(people, barrels, strict=True)
            )
        )
        assert refusals(results) == set()
        assert set(fresh(row).units) == {one.id for one in barrels}


def holding(unit: Exhibit, held: Event, deed: Callable[[], Any]) -> Any:
    """Do something about a unit that was held until somebody else came to want it."""
    with transaction.atomic():
        Exhibit.objects.select_for_update().get(pk=unit.pk)
        held.set()
        wait_to_be_wanted()
        return deed()


def test_who_books_and_plans_holds_the_ledger_last(committed_cast: Cast) -> None:
    cast = committed_cast
    permit(), crew(), vehicle()
    (barrel,) = ready(cast, at_plant=False)
    row = ask(cast.supervisor, days=3, seconds=2)
    make_next()
    row.refresh_from_db()
    assert row.proposal is not None
    (slot_name,) = (one["session"] for one in row.proposal["sessions"])
    held = Event()

    def book_and_move() -> Any:
        held.wait()
        moves = [Move(barrel.label, NOWHERE, slot_name)]
        return record_moves(cast.supervisor, moves, key="a slot first", plan_id=row.id)

    torn = act(cast.officer, Report(exhibit=barrel.label, what="label", details="It is torn"))
    results = together(book_and_move, partial(holding, barrel, held, torn))
    assert refusals(results) == set()
    assert Session.objects.get().units == [barrel.id]


def test_many_who_plan_at_once_with_one_crew_are_never_told_to_come_again(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    permit(), crew(), vehicle()
    for number in range(ROUNDS):
        barrels = ready(cast, 4, at_plant=False)
        rows = [asked(cast, (20 * number + 2 + 5 * one) * HOUR) for one in range(2)]
        several = [
            PlanSession(session=row.id, exhibits=(unit.label,), crew="CREW-1", vehicle="VAN-A")
            for row, unit in zip(rows, barrels, strict=False)
        ]
        results = together(
            partial(
                perform_batch, cast.supervisor, [Item(one) for one in several], key=f"a{number}"
            ),
            partial(
                perform_batch,
                cast.second_supervisor,
                [Item(one) for one in reversed(several)],
                key=f"b{number}",
            ),
            act(cast.supervisor, several[0]),
            act(cast.second_supervisor, several[1]),
        )
        assert refusals(results) == set()
