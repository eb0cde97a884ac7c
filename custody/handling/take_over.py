"""Taking over what another system recorded: seizures as declared there, into the hands of who takes them over here.

Nothing is weighed, so the masses are declarations; the first weighing here is held against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import IntegrityError

from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import Command, choice, code, place, rows, to_json
from custody.handling.confirmers import colleague
from custody.handling.desk import Desk
from custody.handling.errors import NumberInUse
from custody.handling.intercept import UNIT_FORMS
from custody.handling.record import judge_time
from custody.kit import clock, grams, ids
from custody.kit.errors import CustodyError
from custody.ledger import canonical
from custody.people.rights import Right
from custody.places.models import Place
from custody.seizures import declared, identifiers
from custody.seizures.declared import Quantity, Unit
from custody.seizures.lifecycle import Lane, Stage
from custody.seizures.models import Origin, Seizure

#: What rows of one seizure say alike.
SHARED = (
    "seized_at",
    "location",
    "prosecutor_notice",
    "container_number",
    "vessel_imo",
)


class AlreadyTakenOver(CustodyError):
    """{source} {reference} was taken over already."""

    code = "already_taken_over"
    category = "conflict"


class ChangedAtSource(CustodyError):
    """{source} {reference} was taken over and says something else now: amend or correct what was made of it instead."""

    code = "changed_at_source"
    category = "conflict"


class ReferenceTwice(CustodyError):
    """{reference} stands twice: each row has a reference of its own."""

    code = "reference_twice"


class RowsDisagree(CustodyError):
    """Rows of seizure {report} do not agree on {name}: it was one seizure, so they say the same."""

    code = "rows_disagree"


class Implausible(CustodyError):
    """{quantity} of {substance} in one row is more than {most}: repeat the amount as its release, if it is true."""

    code = "implausible"


@dataclass(frozen=True, kw_only=True)
class TakenOver:
    """One unit that another system recorded."""

    reference: str = code("Its own reference there", max_length=64)
    customs_report: str = code("Customs report number: rows with the same are one seizure")
    seized_at: str = code("Seized on that day, or at that time with its zone")
    location: str = code("Location (UN/LOCODE)", max_length=6)
    place: str = place("Place where it is taken over")
    substance: str = code("Substance")
    form: str = choice("Form", UNIT_FORMS)
    amount: str = code("Amount: digits, and a point before decimals", max_length=20)
    unit: str = choice("Unit of the amount", Unit)
    each_milligrams: str | None = code(
        "What one tablet weighs, in milligrams", required=False, max_length=20
    )
    lane: str = choice("Lane", Lane)
    prosecutor_notice: str | None = code("Prosecutor's notice number", required=False)
    container_number: str | None = code("Container number", required=False)
    vessel_imo: str | None = code("Vessel (IMO number)", required=False)


@dataclass(frozen=True, kw_only=True)
class Release:
    """The second word on an amount that nobody believes at once."""

    reference: str = code("Reference of the row", max_length=64)
    amount: str = code("Its amount, as it stands there", max_length=20)
    unit: str = choice("Its unit", Unit)


@dataclass(frozen=True, kw_only=True)
class TakeOver(Command):
    """Take over: record units that another system seized, as it declares them."""

    source: str = code("The other system")
    units: tuple[TakenOver, ...] = rows("Units", TakenOver)
    releases: tuple[Release, ...] | None = rows(
        "Amounts that are true, however great", Release, required=False
    )


@act("take_over", "exhibit.intercepted", TakeOver)
def take_over(desk: Desk, command: TakeOver) -> None:
    """The events of an interception for each seizure, at its own time; a colleague confirms the whole of them."""
    desk.demand(colleague(desk.actor, Right.INTERCEPT))
    for _, error in put_down(desk, command):
        raise error


def put_down(desk: Desk, command: TakeOver) -> list[tuple[int, CustodyError]]:
    """Put down every seizure that can be; what is wrong with the others, by the position of the unit at fault.

    The queries do not grow with the units.
    """
    ground = _Ground(desk, command)
    by_report: dict[str, list[int]] = {}
    faults: list[tuple[int, CustodyError]] = []
    seen: set[str] = set()
    for position, row in enumerate(command.units):
        with _blamed(position, faults):
            if row.reference in seen:
                raise ReferenceTwice(field="reference", reference=row.reference)
            seen.add(row.reference)
            if row.reference in ground.origins:
                check_known(row, ground.origins[row.reference])
            by_report.setdefault(row.customs_report, []).append(position)
    for positions in by_report.values():
        _put_down_seizure(ground, positions, faults)
    desk.alongside(ground.write)
    return faults


class _Ground:
    """What all units of a command are judged by, read once."""

    def __init__(self, desk: Desk, command: TakeOver) -> None:
        self.desk, self.command = desk, command
        self.origins = known(command.source, [row.reference for row in command.units])
        self.labels = desk.new_labels([None] * len(command.units), field="units")
        self.reports = set(
            Seizure.objects.filter(
                customs_report__in={row.customs_report for row in command.units}
            ).values_list("customs_report", flat=True)
        )
        self._places: dict[str, Place] = {}
        self._new: list[Origin] = []

    def place(self, code: str) -> Place:
        """The place, if the actor's unit keeps it."""
        if code not in self._places:
            found = lookups.place(code)
            lookups.require_keeper(found, self.desk.actor, field="place")
            self._places[code] = found
        return self._places[code]

    def add(self, origin: Origin) -> None:
        self._new.append(origin)

    def write(self) -> None:
        """Write where the new exhibits come from.

        Raises:
            AlreadyTakenOver: another act took one of them over in the meantime.
        """
        try:
            Origin.objects.bulk_create(self._new)
        except IntegrityError as error:
            first = self._new[0]
            raise AlreadyTakenOver(
                field="reference", source=first.source, reference="one of these"
            ) from error


def fingerprint(row: TakenOver) -> str:
    """SHA-256 of all that a row says, in hexadecimal."""
    return sha256(canonical.encode(to_json(row))).hexdigest()


def known(source: str, references: Sequence[str]) -> dict[str, Origin]:
    """What was taken over from a source under these references already."""
    found = Origin.objects.filter(source=source, reference__in=references)
    return {one.reference: one for one in found}


def check_known(row: TakenOver, origin: Origin) -> None:
    """Say what a row is that was taken over before.

    Raises:
        AlreadyTakenOver: the same.
        ChangedAtSource: another by the same reference.
    """
    error = AlreadyTakenOver if origin.fingerprint == fingerprint(row) else ChangedAtSource
    raise error(field="reference", source=origin.source, reference=row.reference)


@contextmanager
def _blamed(position: int, faults: list[tuple[int, CustodyError]]) -> Iterator[None]:
    """Add what the block refuses to the faults, under its unit."""
    try:
        yield
    except CustodyError as error:
        error.field = f"units.{position}.{error.field}" if error.field else f"units.{position}"
        faults.append((position, error))


def _put_down_seizure(
    ground: _Ground, positions: Sequence[int], faults: list[tuple[int, CustodyError]]
) -> None:
    """Judge all of a seizure's units, and put them down if none is at fault."""
    desk, units = ground.desk, ground.command.units
    first, before = units[positions[0]], len(faults)
    with _blamed(positions[0], faults):
        seized_at = declared.moment(first.seized_at)
        judge_time(seized_at, desk.now, "late" if desk.late else None)
        if first.customs_report in ground.reports:
            raise NumberInUse(
                field="customs_report", name="Customs report", number=first.customs_report
            )
        opened = _opened(first, seized_at.strftime("%Y%m%d"))
    seizure_id = ids.new_id()
    exhibits = []
    for position in positions:
        with _blamed(position, faults):
            for name in SHARED:
                if getattr(units[position], name) != getattr(first, name):
                    raise RowsDisagree(field=name, report=first.customs_report, name=name)
            exhibits.append(_exhibit(ground, position, str(seizure_id)))
    if len(faults) > before:
        return
    with desk.happening(seized_at):
        desk.record_seizure(None, seizure_id, "seizure.opened", opened)
        for exhibit in exhibits:
            intercepted = {**exhibit, "intercepted_at": clock.to_text(seized_at)}
            state = desk.born(ids.new_id(), "exhibit.intercepted", intercepted, concerns=[])
            names = ("source", "reference", "fingerprint")
            origin = {name: exhibit["origin"][name] for name in names}
            ground.add(Origin(exhibit_id=state.id, **origin))


def _opened(row: TakenOver, day: str) -> dict[str, Any]:
    location = identifiers.location(row.location)
    return {
        "reference": f"{location}-{day}-{ids.choose('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 5)}",
        "customs_report": row.customs_report,
        "prosecutor_notice": row.prosecutor_notice,
        "container_number": row.container_number
        and identifiers.container_number(row.container_number),
        "vessel_imo": row.vessel_imo and identifiers.vessel_number(row.vessel_imo),
        "location": location,
        "investigation_opened_on": None,
        "investigation_closed_on": None,
        "concerns": [],
    }


def _exhibit(ground: _Ground, position: int, seizure: str) -> dict[str, Any]:
    """All that there is to say of a unit, but for when it was seized."""
    row = ground.command.units[position]
    spot = ground.place(row.place)
    amount = declared.quantity(row.amount, row.unit, row.each_milligrams)
    released = check_plausible(row, amount, ground.command.releases or ())
    return {
        "label": ground.labels[position],
        "seizure": seizure,
        "form": row.form,
        "substance": row.substance,
        "lane": row.lane,
        "stage": Stage.INTERCEPTED.value,
        "place": spot.code,
        "made_from": None,
        "custodian": lookups.person(ground.desk.actor),
        "reading": _declared(amount),
        "seal": None,
        "holds": [],
        "orders": [],
        "samplers": [],
        "clocks": [],
        "origin": {
            "source": ground.command.source,
            "reference": row.reference,
            "fingerprint": fingerprint(row),
            "amount": row.amount,
            "unit": row.unit,
            "each_milligrams": row.each_milligrams,
            "released": released,
        },
    }


def check_plausible(row: TakenOver, amount: Quantity, releases: Sequence[Release]) -> bool:
    """Whether the amount is implausible, and released.

    Raises:
        Implausible: it is, and nobody repeated it.
    """
    most = amount.most(row.substance)
    if most is None:
        return False
    if Release(reference=row.reference, amount=row.amount, unit=row.unit) not in releases:
        raise Implausible(field="amount", quantity=amount, substance=row.substance, most=most)
    return True


def _declared(amount: Quantity) -> dict[str, Any] | None:
    """A reading that no scale took: as fine as the last place that was declared."""
    mass = amount.grams
    if mass is None:
        return None
    return {
        "gross_grams": grams.to_text(mass),
        "tare_grams": None,
        "net_grams": None,
        "readability_grams": grams.to_text(amount.resolution_grams),
        "scale": None,
        "declared": True,
    }
