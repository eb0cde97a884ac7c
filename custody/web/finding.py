"""What a few typed characters may mean, kind by kind, among what the reader may see and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custody.audit.words import mass, moment, plain
from custody.burning.models import Session
from custody.deadlines.models import Flag
from custody.deadlines.telling import telling
from custody.kit import clock
from custody.law.models import DestructionOrder
from custody.ledger.models import Disclosure, Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.places.models import Place
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import reach
from custody.web.faces import trouble
from custody.web.words import capital, clock_name, listed, stage

#: Fewer characters than these are part of too much.
LEAST = 3
SHOWN = 8


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what else is told of it, and where it is read on."""

    name: str
    note: str
    address: str = ""


@dataclass
class Kind:
    """Things of one kind."""

    title: Promise
    hits: list[Hit]


@dataclass
class Found:
    """Everything found, by kind, with the rows that the read log asks for."""

    kinds: list[Kind] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    seizures: list[Seizure] = field(default_factory=list)

    @property
    def hits(self) -> list[Hit]:
        return [hit for kind in self.kinds for hit in kind.hits]


def find_everything(officer: Officer, text: str) -> Found:
    """Everything that the officer may see and that bears this text, or part of it; in a fixed number of queries.

    Args:
        text: as typed; fewer characters than :data:`LEAST` find nothing.
    """
    found = Found()
    if len(text) < LEAST:
        return found
    found.exhibits += _units(officer, text)
    units = [_unit(row) for row in found.exhibits]
    sealed = list(
        Exhibit.objects.visible_to(officer)
        .filter(seals__number__icontains=text)
        .order_by("label")
        .distinct()[:SHOWN]
    )
    found.exhibits += sealed
    cases = list(
        Seizure.objects.visible_to(officer)
        .filter(
            Q(reference__icontains=text)
            | Q(customs_report__icontains=text)
            | Q(prosecutor_notice__icontains=text)
            | Q(container_number__icontains=text)
            | Q(vessel_imo=text)
        )
        .order_by("-opened_at", "id")[:SHOWN]
    )
    found.seizures += cases
    named = (
        (_("Units"), units),
        (_("Seals, and the units that bear or bore them"), [_unit(row) for row in sealed]),
        (_("Seizures and case numbers"), [_case(row) for row in cases]),
        (_("Orders"), list(_orders(officer, text, found))),
        (_("Documents"), list(_documents(officer, text, found))),
        (_("Flags"), list(_flags(officer, text, found))),
        (_("Sessions"), list(_sessions(officer, text))),
        (_("Places and vehicles"), list(_places(officer, text))),
        (_("Officers"), list(_officers(officer, text))),
    )
    found.kinds = [Kind(title, hits) for title, hits in named if hits]
    return found


def _units(officer: Officer, text: str) -> list[Exhibit]:
    part = "".join(text.split())
    return list(
        Exhibit.objects.visible_to(officer).filter(label__icontains=part).order_by("label")[:SHOWN]
    )


def _unit(row: Exhibit) -> Hit:
    note = f"{stage(row.stage)} · {plain(row.form)}, {mass(row.gross_grams)}"
    return Hit(row.label, note, reverse("exhibit", args=[row.label]))


def _case(row: Seizure) -> Hit:
    numbers = [row.customs_report, row.prosecutor_notice, row.container_number]
    note = " · ".join([*filter(None, numbers), moment(row.opened_at)])
    return Hit(row.reference, note, reverse("seizure", args=[row.reference]))


def _orders(officer: Officer, text: str, found: Found) -> Iterator[Hit]:
    rows = DestructionOrder.objects.visible_to(officer).filter(number__icontains=text)
    for row in rows.select_related("seizure").order_by("-given_at", "id")[:SHOWN]:
        found.seizures.append(row.seizure)
        note = f"{row.seizure.reference} · {moment(row.given_at)}"
        yield Hit(row.number, note, reverse("order", args=[row.pk]))


def _documents(officer: Officer, text: str, found: Found) -> Iterator[Hit]:
    """Papers of cases by what they are called."""
    cases = {str(row.pk): row for row in Seizure.objects.visible_to(officer).exclude(documents=[])}
    if not cases:
        return
    filed: dict[UUID | None, str] = {
        one.event_id: one.subject_id
        for one in Entry.objects.filter(
            subject_type="seizure", subject_id__in=cases, kind="seizure.documented"
        ).defer("body")
    }
    titles = Disclosure.objects.filter(event_id__in=filed, name="title", text__icontains=text)
    for row in titles.order_by("commitment")[:SHOWN]:
        case = cases[filed[row.event_id]]
        found.seizures.append(case)
        address = reverse("seizure", args=[case.reference]) + "#documents"
        yield Hit(str(row.text), case.reference, address)


def _flags(officer: Officer, text: str, found: Found) -> Iterator[Hit]:
    """A flag by its number, as notices and webhooks tell it."""
    try:
        wanted = UUID(text)
    except ValueError:
        return
    rows = Flag.objects.visible_to(officer).filter(pk=wanted).select_related("exhibit", "clock")
    for row in rows:
        found.exhibits.append(row.exhibit)
        name = clock_name(row.clock_name or row.cause)
        own = reach(officer, [row.exhibit])[row.exhibit_id]
        told = trouble(row, clock.now(), hidden=telling([row]) if own.masked else None)
        note = f"{row.exhibit.label} · {plain(row.level)} · {told.fell_due}"
        yield Hit(name, note, reverse("flag", args=[row.pk]))


def _sessions(officer: Officer, text: str) -> Iterator[Hit]:
    rows = Session.objects.visible_to(officer)
    asked = Q(plant__code__icontains=text)
    with suppress(ValueError):
        asked |= Q(pk=UUID(text))
    for row in rows.filter(asked).order_by("-starts_at", "id")[:SHOWN]:
        yield Hit(
            f"{row.plant_id}, {moment(row.starts_at)}",
            plain(row.state),
            reverse("session", args=[row.pk]),
        )


def _places(officer: Officer, text: str) -> Iterator[Hit]:
    agency = officer.unit.agency_id
    rows = Place.objects.visible_to(officer).filter(code__icontains=text)
    for row in rows.select_related("unit").order_by("code")[:SHOWN]:
        own = row.unit.agency_id == agency and Right.OVERSEE in officer.rights
        address = reverse("place" if own else "scanned_place", args=[row.code])
        yield Hit(row.code, f"{capital(row.kind)} · {row.unit_id}", address)


def _officers(officer: Officer, text: str) -> Iterator[Hit]:
    rows = Officer.objects.visible_to(officer).filter(is_active=True, badge__icontains=text)
    for row in rows.order_by("badge")[:SHOWN]:
        own = row.unit.agency_id == officer.unit.agency_id and Right.ASSIGN in officer.rights
        address = reverse("officer_history", args=[row.badge]) if own else ""
        yield Hit(row.badge, f"{row.unit_id} · {listed(row.roles)}", address)
