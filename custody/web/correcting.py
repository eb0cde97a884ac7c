"""The event that a correction is about, as its form shows it: what was said, and beside it room for what is right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from custody.audit.timeline import Happening, labels_in, timeline
from custody.audit.trails import steps_of
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.web.access import shows_exhibits

_MASSES = ("gross_grams", "tare_grams")


def wrong_event(request: HttpRequest, officer: Officer, told: object) -> Happening | None:
    """The event with this id in words; None if it is none that the officer may see.

    Args:
        told: an id, as an address or a form tells it.
    """
    try:
        entry = Entry.objects.filter(event_id=UUID(str(told)), subject_type="exhibit").first()
    except ValueError:
        return None
    row = entry and Exhibit.objects.visible_to(officer).filter(pk=entry.subject_id).first()
    if not entry or not row:
        return None
    shown = shows_exhibits(request, officer, [row])[row.id].shown
    steps = [one.as_shown(shown) for one in steps_of([(entry, sound_event(entry))])]
    return timeline(steps, labels_in(steps))[0]


def said(wrong: Happening) -> dict[str, Any]:
    """What the event said of all that can be put right: the form begins with it."""
    payload: Any = wrong.step.event.payload
    content = payload.get("exhibit", payload)
    reading = content.get("reading") or {}
    found = {name: Decimal(reading[name]) for name in _MASSES if reading.get(name)}
    told = {"scale": reading.get("scale")} | {n: content.get(n) for n in ("place", "substance")}
    return found | {name: value for name, value in told.items() if isinstance(value, str)}
