"""What is burnt in a session, who brings it and in what: planned whole, within caps, and each barrel in one session alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from custody.burning.errors import (
    CrewUnavailable,
    InAnotherSession,
    NoPermit,
    NotToBurn,
    OverCap,
    OverCapacity,
    SessionEnded,
    StillAtKiln,
    TwoSessionsAtOnce,
    UnknownCrew,
    UnknownVehicle,
)
from custody.burning.hours import DAYS, local_day
from custody.burning.models import Session
from custody.handling.book import BookSession, CancelSession
from custody.handling.errors import Changed, InsideContainer
from custody.handling.pack import Pack
from custody.handling.plan_session import PlanSession
from custody.handling.presence import Miss
from custody.handling.weigh import Weigh
from custody.kit.errors import CustodyError
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.places.models import PlaceKind
from custody.places.services import adopt_place
from custody.seizures.labels import UnknownLabel
from custody.seizures.models import Exhibit
from tests.burning.paper import ALWAYS, CAP, crew, permit, vehicle, yesterday
from tests.burning.scenes import HOUR, asked, burn, confirmed, fresh, plan, ready, slot, stage
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import GROSS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def refused(cast: Cast, row: Session, refusal: type[CustodyError], **told: object) -> str:
    """The refusal in words; nothing is recorded."""
    before = Entry.objects.count()
    with pytest.raises(refusal) as found:
        do(cast.supervisor, PlanSession(session=row.id, **told))  # type: ignore[arg-type]
    assert Entry.objects.count() == before
    assert fresh(row).version == row.version
    return str(found.value)


def test_a_plan_names_units_crew_and_vehicle_and_replaces_the_one_before(cast: Cast) -> None:
    permit(), crew(), vehicle()
    first, second = catch(cast, 2)[1]
    row = plan(cast, asked(cast), [first], crew="CREW-1", vehicle="VAN-A")
    assert (row.units, row.crew_id, row.vehicle_id) == ([first.id], "CREW-1", "VAN-A")
    assert Session.objects.visible_to(cast.driver).exists()
    row = plan(cast, row, [second])
    assert (row.units, row.crew_id, row.vehicle_id) == ([second.id], None, None)


def test_a_session_above_its_cap_is_refused_and_names_the_unit_too_many(cast: Cast) -> None:
    permit()
    barrels = catch(cast, 5)[1]
    row = asked(cast)
    labels = tuple(one.label for one in barrels)
    told = refused(cast, row, OverCap, exhibits=labels)
    assert labels[4] in told
    assert "125000.000 g of everything" in told
    plan(cast, row, barrels[:4])


def test_the_tightest_cap_counts(cast: Cast) -> None:
    barrels_of_cocaine = {"substance": "cocaine", "form": "barrel", "grams": "40000"}
    permit(caps=[CAP, barrels_of_cocaine, {"substance": "heroin", "form": None, "grams": "1"}])
    barrels = catch(cast, 2)[1]
    told = refused(cast, asked(cast), OverCap, exhibits=tuple(one.label for one in barrels))
    assert "cocaine in the form of barrel" in told


def test_an_expired_permit_lets_nothing_be_planned(cast: Cast) -> None:
    permit()
    row, (barrel,) = asked(cast), catch(cast)[1]
    permit(valid_until=yesterday())
    refused(cast, row, NoPermit, exhibits=(barrel.label,))


def test_one_barrel_is_in_one_session_until_that_is_given_back(cast: Cast) -> None:
    permit()
    (barrel,) = catch(cast)[1]
    first = plan(cast, asked(cast), [barrel])
    second = asked(cast, 5 * HOUR)
    told = refused(cast, second, InAnotherSession, exhibits=(barrel.label,))
    assert str(first.id) in told
    do(cast.supervisor, CancelSession(session=first.id, reason="Too early."))
    plan(cast, second, [barrel])


def test_a_barrel_does_not_come_to_a_second_session_inside_a_pallet(cast: Cast) -> None:
    permit()
    (barrel,) = catch(cast)[1]
    first = plan(cast, asked(cast), [barrel])
    do(cast.officer, Pack(exhibits=(barrel.label,), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    do(cast.officer, Weigh(exhibit=pallet.label, scale=FLOOR_SCALE, gross_grams=GROSS))
    told = refused(cast, asked(cast, 5 * HOUR), InAnotherSession, exhibits=(pallet.label,))
    assert barrel.label in told
    plan(cast, first, [pallet])


def test_what_is_gone_or_not_seen_or_inside_cannot_be_planned(cast: Cast) -> None:
    permit()
    row = asked(cast)
    (lost,) = catch(cast)[1]
    do(cast.officer, Miss(exhibits=(lost.label,), searched="Everywhere."))
    assert "missing" in refused(cast, row, NotToBurn, exhibits=(lost.label,))
    (inner,) = catch(cast, form="block", tare="0")[1]
    do(cast.officer, Pack(exhibits=(inner.label,), form="barrel"))
    refused(cast, row, InsideContainer, exhibits=(inner.label,))
    (ash,) = ready(cast)
    burn(cast, plan(cast, confirmed(cast, 5 * HOUR), [ash]), [ash])
    assert "incinerated" in refused(cast, row, NotToBurn, exhibits=(ash.label,))
    with pytest.raises(UnknownLabel):
        do(cast.operator, PlanSession(session=row.id, exhibits=(inner.label,)))


def test_what_was_staged_without_a_session_is_planned_into_none(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    do(cast.operator, stage([barrel], None))
    told = refused(cast, asked(cast), NotToBurn, exhibits=(barrel.label,))
    assert "staged" in told


def test_a_crew_comes_only_when_it_can_and_to_one_session_at_a_time(cast: Cast) -> None:
    permit(), crew(), crew("NIGHT", valid_until="2020-01-02"), vehicle()
    one, other = catch(cast, 2)[1]
    row = asked(cast)
    label = (one.label,)
    refused(cast, row, UnknownCrew, exhibits=label, crew="NOBODY")
    refused(cast, row, UnknownVehicle, exhibits=label, vehicle="VAN-Z")
    refused(cast, row, CrewUnavailable, exhibits=label, crew="NIGHT")
    that_day = DAYS[local_day(row.starts_at).weekday()]
    crew("NARROW", hours={day: span for day, span in ALWAYS.items() if day != that_day})
    refused(cast, row, CrewUnavailable, exhibits=label, crew="NARROW")
    plan(cast, row, [one], crew="CREW-1", vehicle="VAN-A")
    permit("SOUTH-1", plant=another_plant())
    at_once = asked_at(cast, "PLANT-B")
    refused(cast, at_once, TwoSessionsAtOnce, exhibits=(other.label,), crew="CREW-1")
    refused(cast, at_once, TwoSessionsAtOnce, exhibits=(other.label,), vehicle="VAN-A")
    later = asked(cast, 5 * HOUR)
    plan(cast, later, [other], crew="CREW-1", vehicle="VAN-A")


def another_plant() -> str:
    return adopt_place(code="PLANT-B", kind=PlaceKind.PLANT, unit="KILN/NORTH", actor=SYSTEM).code


def asked_at(cast: Cast, plant: str) -> Session:
    done = do(cast.supervisor, BookSession(plant=plant, **slot()))
    return Session.objects.get(pk=done.lines[0].subject_id)


def test_a_vehicle_carries_no_more_than_it_can(cast: Cast) -> None:
    permit(), vehicle(grams="49999.999")
    barrels = catch(cast, 2)[1]
    row = asked(cast)
    refused(cast, row, OverCapacity, exhibits=tuple(one.label for one in barrels), vehicle="VAN-A")
    plan(cast, row, barrels[:1], vehicle="VAN-A")


def test_what_was_scanned_stays_in_the_plan_until_its_own_record_takes_it_away(cast: Cast) -> None:
    permit()
    barrels = ready(cast, 3)
    row = plan(cast, confirmed(cast), barrels)
    do(cast.operator, stage(barrels[:2], row.id))
    told = refused(cast, fresh(row), StillAtKiln, exhibits=(barrels[0].label,))
    assert barrels[1].label in told
    do(cast.operator, Miss(exhibits=(barrels[1].label,), searched="Around the kiln."))
    row = plan(cast, row, barrels[:1])
    assert (row.units, row.staged) == ([barrels[0].id], [barrels[0].id])


def test_an_ended_session_takes_no_plan_and_who_may_not_book_plans_nothing(cast: Cast) -> None:
    permit()
    (barrel,) = catch(cast)[1]
    row = asked(cast)
    with pytest.raises(RightMissing):
        do(cast.officer, PlanSession(session=row.id, exhibits=(barrel.label,)))
    do(cast.supervisor, CancelSession(session=row.id, reason="?"))
    refused(cast, fresh(row), SessionEnded, exhibits=(barrel.label,))


def test_who_plans_on_what_has_changed_is_told(cast: Cast) -> None:
    permit()
    (barrel,) = catch(cast)[1]
    row = asked(cast)
    told = PlanSession(session=row.id, exhibits=(barrel.label,))
    with pytest.raises(Changed):
        do(cast.supervisor, told, seen={barrel.head, "0" * 64})
    do(cast.supervisor, told, seen={barrel.head, row.head})


def test_masses_are_counted_to_the_milligram(cast: Cast) -> None:
    permit(caps=[{**CAP, "grams": "25000.000"}])
    (barrel,) = catch(cast)[1]
    row = plan(cast, asked(cast), [barrel])
    assert row.cap_grams == Decimal("25000.000")
    assert row.ends_at - row.starts_at == timedelta(hours=2)
