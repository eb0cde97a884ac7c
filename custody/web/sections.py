"""What a section of the board is made of: lines, each one trouble, in a form that says when it says something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from custody.audit.words import mass, plain
from custody.kit.clock import end_of_day
from custody.seizures.models import Exhibit

#: The worst of a section; its full list is a click away.
SHOWN = 4
#: Sections of limits: pages count what is left by themselves.
TICKING = frozenset({"late", "next"})

TITLES: dict[str, Promise] = {
    "late": gettext_lazy("Late"),
    "missing": gettext_lazy("Missing"),
    "discrepancies": gettext_lazy("Discrepancies"),
    "next": gettext_lazy("Due next"),
    "waiting": gettext_lazy("Waiting for signature"),
    "holds": gettext_lazy("Holds"),
}
EMPTY: dict[str, Promise] = {
    "late": gettext_lazy("Nothing is late."),
    "missing": gettext_lazy("Nothing is missing."),
    "discrepancies": gettext_lazy("Everything adds up."),
    "next": gettext_lazy("Nothing falls due within a day."),
    "waiting": gettext_lazy("Nothing waits for a signature."),
    "holds": gettext_lazy("Nothing is on hold."),
}


@dataclass
class Line:
    """One trouble: units of one seizure that have the same.

    Attributes:
        section: which one it is of.
        key: what it is about, the same for as long as it lasts.
        at: when it fell due, falls due, began or lapses; the start of the day, if that alone is told.
        by_day: whether the day alone is told.
        exhibit: the unit, if it is one.
        address: where one reads on.
        measure: by how much masses differ, where it is about that.
    """

    section: str
    key: str
    title: str
    seizure_id: UUID | None
    units: int
    at: datetime | None
    words: str = ""
    label: str | None = None
    reference: str = ""
    exhibit: Exhibit | None = None
    address: str = ""
    started_at: datetime | None = None
    warn_at: datetime | None = None
    grave: bool = False
    note: str = ""
    by_day: bool = False
    measure: str = ""

    @property
    def stands_at(self) -> tuple[datetime, str]:
        """Its place among others that have a time: what is told by its day stands behind what else is of that day."""
        assert self.at is not None
        return (end_of_day(self.at) if self.by_day else self.at, self.key)

    @property
    def what(self) -> str:
        """The unit with its form and mass, or how many there are."""
        if self.exhibit:
            return f"{plain(self.exhibit.form)}, {mass(self.exhibit.gross_grams)}"
        return ngettext("%(n)s unit", "%(n)s units", self.units) % {"n": self.units}

    @property
    def told(self) -> tuple[object, ...]:
        """All that it says, but for how long it has been."""
        named = (self.key, self.title, self.label, self.note)
        return (*named, self.units, self.at, self.grave, self.measure)


@dataclass
class Section:
    """One kind of trouble.

    Attributes:
        count: of units, or of what waits or holds.
        lines: what hurts most in front.
    """

    name: str
    count: int
    lines: list[Line]
    version: str = ""

    @property
    def title(self) -> Promise:
        return TITLES[self.name]

    @property
    def empty(self) -> Promise:
        return EMPTY[self.name]

    @property
    def shown(self) -> list[Line]:
        return self.lines[:SHOWN]


def version_of(*told: object) -> str:
    """A short name for what a part of a page says: another one as soon as it says something else."""
    return sha256(repr(told).encode()).hexdigest()[:12]
