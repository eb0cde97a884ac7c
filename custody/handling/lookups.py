"""Finding what a command names: places, officers, units. Reference data, the same for every actor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from custody.handling.errors import (
    FieldMissing,
    NotYourPlace,
    UnknownOfficer,
    UnknownPlace,
    UnknownUnit,
)
from custody.people.models import Agency, AgencyKind, Officer, Unit, agency_of
from custody.places.models import Place, PlaceKind


def place(code: str, *kinds: PlaceKind, field: str = "place") -> Place:
    """The place with this code name, if it is of one of these kinds (any, if none is given).

    Raises:
        UnknownPlace: there is none, or it is of another kind.
    """
    found = _place(code)
    if found is None or (kinds and found.kind not in kinds):
        allowed = [kind.value for kind in kinds or PlaceKind]
        raise UnknownPlace(field=field, code=code, kinds=" or ".join(allowed), legal=allowed)
    return found


_REMEMBERED: ContextVar[dict[str, Place | None] | None] = ContextVar("places", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Look each place up once while the block runs: a batch names few places many times."""
    token = _REMEMBERED.set({})
    try:
        yield
    finally:
        _REMEMBERED.reset(token)


def _place(code: str) -> Place | None:
    remembered = _REMEMBERED.get()
    if remembered is not None and code in remembered:
        return remembered[code]
    found = Place.objects.select_related("unit").filter(pk=code).first()
    if remembered is not None:
        remembered[code] = found
    return found


def officer(badge: str, *, field: str) -> Officer:
    """The officer with this badge, if in service.

    Raises:
        UnknownOfficer: nobody in service has it.
    """
    found = Officer.objects.filter(pk=badge, is_active=True).first()
    if found is None:
        raise UnknownOfficer(field=field, badge=badge)
    return found


def witnesses(first: str | None, second: str | None) -> frozenset[str]:
    """The badges of the two who shall witness; nobody, where the proposer names nobody.

    Raises:
        UnknownOfficer: one is not in service.
        FieldMissing: one is named and the other is not.
    """
    if not first and not second:
        return frozenset()
    if not first or not second:
        name = "second_witness" if first else "first_witness"
        raise FieldMissing(field=name, name=name, why="name both witnesses, or neither")
    return frozenset(
        {
            officer(first, field="first_witness").badge,
            officer(second, field="second_witness").badge,
        }
    )


def unit(code: str, kind: AgencyKind, *, field: str) -> Unit:
    """The unit with this code, of an agency of this kind.

    Raises:
        UnknownUnit: there is none.
    """
    found = Unit.objects.filter(pk=code, agency__kind=kind).first()
    if found is None:
        raise UnknownUnit(field=field, unit=code, kind=kind.label.lower())
    return found


def require_keeper(place: Place, officer: Officer, *, field: str) -> None:
    """Pass if the officer's unit keeps the place.

    Raises:
        NotYourPlace: another unit does.
    """
    if place.unit_id != officer.unit_id:
        raise NotYourPlace(field=field, place=place.code, unit=place.unit_id, own=officer.unit_id)


def require_agency(place: Place, officer: Officer, *, field: str) -> None:
    """Pass if the officer's agency keeps the place.

    Raises:
        NotYourPlace: another agency does.
    """
    if agency_of(str(place.unit_id)) != officer.unit.agency_id:
        raise NotYourPlace(
            field=field, place=place.code, unit=place.unit_id, own=officer.unit.agency_id
        )


def parting(giver_units: Iterable[str], taker: Officer) -> dict[str, list[str]]:
    """By the giver's unit: the codes that see a unit no more once the taker has it.

    A carrier sees what it carries, as long as it carries it: where drugs lie now is nothing to sell.
    """
    agencies = {code: agency_of(code) for code in giver_units}
    carriers = set(
        Agency.objects.filter(pk__in=agencies.values(), kind=AgencyKind.CARRIER).values_list(
            "pk", flat=True
        )
    ) - {taker.unit.agency_id}
    return {code: [agency, code] if agency in carriers else [] for code, agency in agencies.items()}


def concerns(*units: Unit) -> list[str]:
    """The codes by which these units and their agencies come to see the exhibit."""
    return sorted({code for unit in units for code in (unit.code, unit.agency_id)})


def person(officer: Officer) -> dict[str, str]:
    """An officer as payloads name them."""
    return {
        "badge": officer.badge,
        "unit": officer.unit_id,
        "agency": officer.unit.agency_id,
    }
