"""Whoever plans a session learns nothing of what another agency planned into it: it stays, and no refusal names it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from custody.burning.errors import NotWeighed, OverCap, StillAtKiln
from custody.burning.models import Session
from custody.handling.book import BookSession, ConfirmSession
from custody.handling.plan_session import PlanSession
from custody.kit.errors import CustodyError
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Role
from custody.people.services import enrol
from custody.planning.making import make_next
from custody.planning.services import accept, ask
from custody.seizures.models import Exhibit
from tests.burning.paper import CAP, crew, permit, vehicle
from tests.burning.scenes import confirmed, fresh, plan, ready, slot, stage
from tests.cast import Cast, catch, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(cast: Cast) -> tuple[Session, list[Exhibit], list[Exhibit]]:
    """A session with two barrels that customs keep and the plant does not see; and two more that lie at the plant."""
    permit()
    here = ready(cast, 2)
    row = confirmed(cast)
    theirs = catch(cast, 2)[1]
    seen = Exhibit.objects.visible_to(cast.operator)
    assert not seen.filter(pk__in=[one.pk for one in theirs]).exists()
    return plan(cast, row, theirs), theirs, here


def refused(
    who: Officer, row: Session, refusal: type[CustodyError], units: Sequence[Exhibit]
) -> str:
    """The refusal in words; nothing is recorded."""
    before = Entry.objects.count()
    with pytest.raises(refusal) as found:
        do(who, PlanSession(session=row.id, exhibits=tuple(one.label for one in units)))
    assert Entry.objects.count() == before
    return str(found.value)


def test_what_is_one_too_many_is_among_the_units_that_were_named(
    cast: Cast, planned: tuple[Session, list[Exhibit], list[Exhibit]]
) -> None:
    row, theirs, here = planned
    permit(caps=[{**CAP, "grams": "90000"}])
    told = refused(cast.operator, row, OverCap, here)
    assert here[1].label in told
    assert not any(one.label in told for one in theirs)
    do(cast.operator, PlanSession(session=row.id, exhibits=(here[0].label,)))
    assert set(fresh(row).units) == {here[0].id, *(one.id for one in theirs)}


def test_where_what_is_not_seen_is_too_much_alone_it_is_not_named(
    cast: Cast, planned: tuple[Session, list[Exhibit], list[Exhibit]]
) -> None:
    row, theirs, here = planned
    permit(caps=[{**CAP, "grams": "40000"}])
    told = refused(cast.operator, row, OverCap, here[:1])
    assert told.startswith("With a unit that you do not see it would be 50000.000 g")
    assert not any(one.label in told for one in (*theirs, *here))


def test_what_was_never_weighed_and_is_not_seen_is_not_named(
    cast: Cast, planned: tuple[Session, list[Exhibit], list[Exhibit]]
) -> None:
    row, theirs, here = planned
    Exhibit.objects.filter(pk=theirs[0].pk).update(gross_grams=None)
    told = refused(cast.operator, row, NotWeighed, here[:1])
    assert told.startswith("a unit that you do not see was never weighed")


def test_what_arrived_and_is_not_seen_is_not_named(cast: Cast) -> None:
    permit()
    (here,) = ready(cast)
    do(cast.far_supervisor, BookSession(plant="PLANT-A", **slot()))
    row = Session.objects.get()
    do(cast.operator, ConfirmSession(session=row.id))
    do(cast.operator, stage([here], row.id))
    told = refused(cast.far_supervisor, row, StillAtKiln, ())
    assert told.startswith("a unit that you do not see is staged in this session")


def test_a_proposal_is_accepted_beside_what_another_agency_planned_meanwhile(cast: Cast) -> None:
    permit(), crew(), vehicle()
    chief = enrol(
        badge="kiln_chief",
        name="K. Chief",
        unit="KILN/NORTH",
        roles=[Role.SUPERVISOR],
        actor=SYSTEM,
    )
    (here,) = ready(cast)
    row = confirmed(cast)
    proposed = ask(chief, days=3, seconds=2)
    make_next()
    (theirs,) = catch(cast)[1]
    assert not Exhibit.objects.visible_to(chief).filter(pk=theirs.pk).exists()
    plan(cast, row, [theirs])
    accept(chief, proposed.id)
    assert set(fresh(row).units) == {here.id, theirs.id}
