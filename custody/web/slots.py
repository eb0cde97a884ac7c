"""Whether something in a session happens in its slot, and as hot as its permit asks.

What does not is said before anybody sends or confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from custody.burning.hours import local_day
from custody.burning.models import Permit, Session
from custody.handling.sessions import MARGIN
from custody.people.models import Officer
from custody.web.words import span

#: Acts that take place in a session, and those that may well come before it.
_IN_IT = frozenset({"stage", "load", "incinerate"})
_BEFORE_IT = frozenset({"plan_session"})


@dataclass(frozen=True)
class Beside:
    """A moment beside the slot of a session."""

    session: Session
    at: datetime

    @property
    def is_early(self) -> bool:
        return self.at < self.session.starts_at

    @property
    def span(self) -> str:
        """How far it is from the slot."""
        near = self.session.starts_at if self.is_early else self.session.ends_at
        return span(self.at - near)

    @property
    def margin(self) -> str:
        """How far from its slot a session takes units in."""
        return span(MARGIN)


def beside_its_slot(officer: Officer, act: str, session: Any, at: datetime) -> Beside | None:
    """That an act lies beside the slot of its session, as far as the officer may see the session.

    Args:
        act: by its name.
        session: what its form or its proposal says of the session; anything.
        at: when it happens, or happened.
    """
    row = _session(officer, session) if act in _IN_IT | _BEFORE_IT else None
    if row is None or row.starts_at <= at <= row.ends_at:
        return None
    found = Beside(row, at)
    return None if found.is_early and act in _BEFORE_IT else found


@dataclass(frozen=True)
class Heat:
    """How hot the permit asks a kiln to be, and what was told of it, in °C; None while nothing was."""

    plant: str
    least: int
    told: int | None

    @property
    def is_short(self) -> bool:
        return self.told is not None and self.told < self.least


def heat_asked(officer: Officer, act: str, session: Any, told: Any, at: datetime) -> Heat | None:
    """How hot a burning in a session has to be, as far as the officer may see the session.

    Args:
        act: by its name.
        session, told: what its form or its proposal says of the session and of its temperature; anything.
        at: when it happens, or happened.
    """
    row = _session(officer, session) if act == "incinerate" else None
    if row is None:
        return None
    permit = (
        Permit.objects.filter(plant=row.plant_id).in_force(local_day(at), local_day(at)).first()
    )
    if permit is None:
        return None
    text = str(told)
    degrees = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
    return Heat(row.plant_id, permit.minimum_temperature_celsius, degrees)


def _session(officer: Officer, told: Any) -> Session | None:
    try:
        wanted = UUID(str(told))
    except ValueError:
        return None
    return Session.objects.visible_to(officer).filter(pk=wanted).first()
