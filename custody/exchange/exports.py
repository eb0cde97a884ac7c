"""Seizures as a table that the import reads back: what was seized, as the ledger tells it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from custody.exchange import tables
from custody.exchange.imports import OPTIONAL, REQUIRED
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.events import Event
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.corrections import effective
from custody.seizures.declared import Unit
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure

COLUMNS = (*REQUIRED, *OPTIONAL)
PAGE = 50


class UnknownPage(CustodyError):
    """There is no seizure {after} that you may see, so no page begins after it."""

    code = "unknown_page"


@dataclass(frozen=True)
class Page:
    """Some seizures as a table.

    Attributes:
        text: the table, with its head.
        seizures, exhibits: what it shows.
        after: the reference of its last seizure, if there are more.
    """

    text: str
    seizures: Sequence[Seizure]
    exhibits: Sequence[Exhibit]
    after: str | None


def export_page(actor: Officer, *, after: str | None = None, size: int = PAGE) -> Page:
    """The next seizures that an overseer may see, in the order of their references, whole.

    Args:
        actor: who exports.
        after: the last seizure of the page before.
        size: at most so many seizures.

    Raises:
        RightMissing: the actor oversees nothing.
        UnknownPage: there is no such seizure.
    """
    actor.require(Right.OVERSEE)
    visible = Seizure.objects.visible_to(actor).order_by("reference")
    if after is not None:
        if not visible.filter(reference=after).exists():
            raise UnknownPage(field="after", after=after)
        visible = visible.filter(reference__gt=after)
    found = list(visible[: size + 1])
    seizures = found[:size]
    told = _seized(Exhibit.objects.visible_to(actor).filter(seizure__in=seizures))
    rows = [_told(exhibit, event) for exhibit, event in told]
    more = len(found) > size
    return Page(
        tables.write(COLUMNS, rows),
        seizures,
        [exhibit for exhibit, _ in told],
        seizures[-1].reference if more else None,
    )


def _seized(visible: QuerySet[Exhibit]) -> list[tuple[Exhibit, Event]]:
    """What was seized as a unit of its own, with its first event as corrected; what was made of it later is not."""
    rows = {
        row.id: row
        for row in visible.exclude(stage=Stage.VOID)
        .select_related("seizure")
        .order_by("seizure__reference", "label")
    }
    events: dict[UUID, list[Event]] = {}
    entries = Entry.objects.filter(
        subject_type="exhibit",
        subject_id__in=[str(one) for one in rows],
        kind__in=("exhibit.intercepted", "event.corrected"),
    ).order_by("seq")
    for event in sound_events(entries):
        events.setdefault(UUID(event.subject.id), []).append(event)
    told = []
    for key, row in rows.items():
        if events.get(key) and events[key][0].kind == "exhibit.intercepted":
            told.append((row, effective(events[key])[0]))
    return told


def _told(exhibit: Exhibit, event: Event) -> Mapping[str, str | None]:
    first: Any = event.payload["exhibit"]
    seizure = exhibit.seizure
    return {
        "reference": exhibit.label,
        "customs_report": seizure.customs_report,
        "seized_at": clock.to_text(event.occurred_at),
        "location": seizure.location,
        "place": first["place"],
        "substance": first["substance"],
        "form": first["form"],
        "lane": exhibit.lane,
        "prosecutor_notice": seizure.prosecutor_notice,
        "container_number": seizure.container_number,
        "vessel_imo": seizure.vessel_imo,
        **_amount(first),
    }


def _amount(first: Mapping[str, Any]) -> dict[str, str | None]:
    """The mass read or declared, in grams; a count, where there is no mass."""
    reading, origin = first["reading"], first.get("origin")
    if origin and (reading is None or reading.get("declared")):
        return {name: origin[name] for name in ("amount", "unit", "each_milligrams")}
    return {"amount": reading["gross_grams"], "unit": Unit.G.value}
