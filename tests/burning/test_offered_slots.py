"""A slot that a plant books itself and that nothing is in is seen by who may plan into it, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from custody.burning.errors import UnknownSession
from custody.burning.models import Session
from custody.burning.queries import slot_use
from custody.handling.book import BookSession, CancelSession, ConfirmSession
from custody.handling.plan_session import PlanSession
from custody.kit import clock
from custody.people.rights import HOLDERS, Right, Role
from custody.planning.current import current
from custody.planning.moving import NOWHERE, Move, record_moves
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import HOUR, asked, fresh, ready, slot
from tests.cast import OFFICERS, Cast, do

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

PLANT = {"operator", "second_operator"}


def offered(cast: Cast) -> Session:
    """A slot that the plant books for whoever has something to burn."""
    done = do(cast.operator, BookSession(plant="PLANT-A", **slot()))
    return Session.objects.get(pk=done.lines[0].subject_id)


def seeing(cast: Cast) -> set[str]:
    return {
        badge for badge, one in cast.officers.items() if Session.objects.visible_to(one).exists()
    }


def test_it_is_seen_by_every_role_that_books_and_oversees_and_by_the_plant(cast: Cast) -> None:
    permit()
    row = offered(cast)
    arranging = {role for role in Role if {Right.BOOK, Right.OVERSEE} <= HOLDERS[role]}
    planners = {badge for badge, (_, role) in OFFICERS.items() if role in arranging}
    assert arranging == {Role.SUPERVISOR}
    assert seeing(cast) == PLANT | planners
    do(cast.second_operator, ConfirmSession(session=row.id))
    assert seeing(cast) == PLANT | planners


def test_once_units_are_planned_into_it_it_concerns_their_agency_and_no_other(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast, at_plant=False)
    row = offered(cast)
    found = current(cast.supervisor, now=clock.now(), until=clock.now() + timedelta(days=1), most=9)
    assert list(found.rows) == [str(row.id)]
    do(cast.supervisor, PlanSession(session=row.id, exhibits=(barrel.label,)))
    assert fresh(row).units == [barrel.id]
    assert "far_supervisor" not in seeing(cast)
    assert {"supervisor", "officer", "auditor", *PLANT} <= seeing(cast)
    with pytest.raises(UnknownSession):
        do(cast.far_supervisor, PlanSession(session=row.id, exhibits=(barrel.label,)))


def test_what_was_planned_and_taken_out_again_is_not_offered_anew(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = offered(cast)
    do(cast.operator, PlanSession(session=row.id, exhibits=(barrel.label,)))
    assert seeing(cast) == PLANT
    out = Move(barrel.label, str(row.id), NOWHERE)
    record_moves(cast.operator, [out], key="taken-out-again", plan_id=None)
    assert fresh(row).units == []
    # its trail tells of what was in it
    assert seeing(cast) == PLANT


def test_who_it_is_only_offered_to_plans_into_it_and_does_nothing_else(cast: Cast) -> None:
    permit()
    row = offered(cast)
    with pytest.raises(UnknownSession):
        do(cast.supervisor, CancelSession(session=row.id, reason="Nobody needs it."))
    # what came of slots is told of one's own
    assert slot_use(cast.supervisor, clock.now(), clock.now() + timedelta(days=1)) == []
    do(cast.operator, CancelSession(session=row.id, reason="Maintenance."))
    assert seeing(cast) == PLANT


def test_nobody_takes_it_by_planning_nothing_into_it(cast: Cast) -> None:
    permit(), crew(), vehicle()
    row = offered(cast)
    for more in ({}, {"crew": "CREW-1", "vehicle": "VAN-A"}):
        with pytest.raises(UnknownSession):
            do(cast.far_supervisor, PlanSession(session=row.id, exhibits=(), **more))
    assert fresh(row).version == 1
    # the plant may, and who drives for it is not for those whom it is offered to
    do(cast.operator, PlanSession(session=row.id, exhibits=(), crew="CREW-1", vehicle="VAN-A"))
    assert fresh(row).units == []
    assert "far_supervisor" not in seeing(cast)


def test_what_somebody_else_asked_for_or_what_is_over_is_not_offered(cast: Cast) -> None:
    permit()
    with clock.simulated(clock.now()) as time:
        asked(cast)
        assert "far_supervisor" not in seeing(cast)
        start = clock.now() + 4 * HOUR
        do(
            cast.operator,
            BookSession(plant="PLANT-A", starts_at=start, ends_at=start + HOUR),
        )
        assert "far_supervisor" in seeing(cast)
        time.advance(5 * HOUR)
        assert "far_supervisor" not in seeing(cast)
