"""Permits, crews and vehicles are adopted whole, read strictly, and stand as their events say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from custody.audit import replay
from custody.burning.errors import (
    EndsInThePast,
    InvalidCrew,
    InvalidPermit,
    InvalidVehicle,
    PermitOverlaps,
)
from custody.burning.hours import BRUSSELS
from custody.burning.models import Crew, Permit, VehicleCapacity
from custody.ledger.models import Entry
from tests.burning.paper import ALWAYS, CAP, crew, permit, vehicle, yesterday
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_permit_stands_as_it_was_adopted(cast: Cast) -> None:
    barrels = {"substance": "cocaine", "form": "barrel", "grams": 50_000}
    row = permit(caps=[CAP, barrels], valid_until="2199-12-31")
    assert row.cap_grams == Decimal(100_000)
    assert [cap.grams for cap in row.limits] == [Decimal(100_000), Decimal(50_000)]
    assert row.valid_until == date(2199, 12, 31)
    row = permit(caps=[CAP], valid_until="2199-06-30")
    assert (row.version, Permit.objects.get().valid_until) == (2, date(2199, 6, 30))
    crew(), vehicle()
    replay.compare()
    assert Entry.objects.filter(kind__in=("permit.adopted", "crew.adopted")).count() == 3


def test_a_permit_on_record_ends_yesterday_at_the_earliest_or_as_it_did(cast: Cast) -> None:
    permit("OLD", valid_until="2021-06-30")
    permit("OLD", valid_until="2021-06-30", source="The same, read again")
    for wrong in ("2021-06-29", "2021-07-01"):
        with pytest.raises(EndsInThePast) as refused:
            permit("OLD", valid_until=wrong)
        assert refused.value.field == "valid_until"
    permit("NEW", valid_from="2021-07-01")
    assert permit("NEW", valid_from="2021-07-01", valid_until=yesterday()).version == 2


def test_on_one_day_one_permit_holds(cast: Cast) -> None:
    permit("OLD", valid_until="2026-06-30")
    permit("NEW", valid_from="2026-07-01")
    for first, last in (
        ("2026-06-30", "2026-06-30"),
        ("2019-01-01", None),
        ("2027-01-01", "2027-01-02"),
    ):
        with pytest.raises(PermitOverlaps):
            permit("THIRD", valid_from=first, valid_until=last)
    assert Permit.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plant": "VAN-A"}, "plant"),
        ({"plant": "NOWHERE"}, "plant"),
        ({"plant": 7}, "plant"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_from": "2026-2-1"}, "valid_from"),
        ({"valid_until": "2019-12-31"}, "valid_until"),
        ({"caps": []}, "caps"),
        ({"caps": "much"}, "caps"),
        ({"caps": [{**CAP, "substance": "cocaine"}]}, "caps"),
        ({"caps": [CAP, CAP]}, "caps.1"),
        ({"caps": [{"grams": "1"}]}, "caps.0"),
        ({"caps": [{**CAP, "grams": "0"}]}, "caps.0.grams"),
        ({"caps": [{**CAP, "grams": 1.5}]}, "caps.0.grams"),
        ({"caps": [{**CAP, "form": "lorry"}]}, "caps.0.form"),
        ({"caps": [{**CAP, "substance": ""}]}, "caps.0.substance"),
        ({"sessions_per_week": 0}, "sessions_per_week"),
        ({"sessions_per_week": True}, "sessions_per_week"),
        ({"opening_hours": {}}, "opening_hours"),
        ({"opening_hours": {"mon": {"from": "9", "to": "10:00"}}}, "opening_hours.mon"),
        ({"minimum_temperature_celsius": "850"}, "minimum_temperature_celsius"),
        ({"requisitionable": "yes"}, "requisitionable"),
        ({"confirmed": None}, "confirmed"),
        ({"source": ""}, "source"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_a_permit_that_makes_no_sense_is_refused_by_its_field(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    before = Entry.objects.count()
    with pytest.raises(InvalidPermit) as refused:
        permit(**change)
    assert refused.value.field == field
    assert (Entry.objects.count(), Permit.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "NOBODY/HERE"}, "unit"),
        ({"size": 0}, "size"),
        ({"hours": {"mon": None}}, "hours.mon"),
        ({"valid_until": "2019-01-01"}, "valid_until"),
        ({"names": []}, "names"),
    ],
)
def test_a_crew_that_makes_no_sense_is_refused_by_its_field(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidCrew) as refused:
        crew(**change)
    assert refused.value.field == field


@pytest.mark.parametrize(("place", "grams"), [("PLANT-A", "1"), ("VAN-A", "0"), ("VAN-A", "much")])
def test_only_a_vehicle_carries_something(cast: Cast, place: str, grams: str) -> None:
    with pytest.raises(InvalidVehicle):
        vehicle(place, grams)


def test_a_crew_is_available_within_its_hours_and_days(cast: Cast) -> None:
    row = crew(hours={"mon": ALWAYS["mon"]}, valid_until="2026-11-23")
    monday = datetime(2026, 11, 23, 9, tzinfo=BRUSSELS)
    assert row.available(monday, monday.replace(hour=12))
    assert not row.available(monday.replace(day=24), monday.replace(day=24, hour=12))
    assert not row.available(monday.replace(day=30), monday.replace(day=30, hour=12))


def test_who_books_sees_all_others_their_own_agency_s_and_outsiders_nothing(cast: Cast) -> None:
    permit(), crew(), vehicle()

    def seen(name: str) -> list[int]:
        actor = getattr(cast, name)
        return [
            model.objects.visible_to(actor).count()  # type: ignore[attr-defined]
            for model in (Permit, Crew, VehicleCapacity)
        ]

    assert seen("supervisor") == seen("operator") == seen("auditor") == [1, 1, 1]
    assert seen("driver") == [0, 1, 1]
    assert seen("officer") == seen("outsider") == seen("administrator") == [0, 0, 0]
