"""What discrepancies are about, and by how much masses differ, out of the events that report them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from custody.audit.differing import MassDifference, mass_difference
from custody.audit.words import plain
from custody.ledger.faults import LedgerFault
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event

#: So many reports are read for what they are about.
_READ = 80


@dataclass(frozen=True)
class Matter:
    """What one report is about.

    Attributes:
        what: a word of the record.
        masses: what was expected and found, where it tells.
    """

    what: str
    masses: MassDifference | None

    @property
    def title(self) -> str:
        return _("Discrepancy: {matter}").format(matter=plain(self.what))


def matters(sources: Iterable[UUID | None]) -> dict[UUID | None, Matter]:
    """What the first reports of discrepancies are about, by event; one query.

    One whose bytes are not those that were recorded is told by nothing: its unit's page says so.
    """
    wanted = [one for one in sources if one][:_READ]
    found: dict[UUID | None, Matter] = {}
    for entry in Entry.objects.filter(event_id__in=wanted, subject_type="exhibit"):
        with suppress(LedgerFault):
            payload = sound_event(entry).payload
            if "what" in payload:
                # what a weighing finds and what a person reports of a mass is one matter to whoever looks for it
                what = "mass" if payload["what"] == "gross" else str(payload["what"])
                found[entry.event_id] = Matter(what, mass_difference(payload))
    return found


def in_words(about: Mapping[UUID | None, Matter], sources: Iterable[UUID | None]) -> str:
    """By how much masses differ, in these reports; of several the most; nothing where none tells."""
    told = [masses for one in sources if one in about and (masses := about[one].masses)]
    if not told:
        return ""
    most = max(told, key=lambda one: abs(one.grams))
    return most.words if len(told) == 1 else _("the largest: {words}").format(words=most.words)
