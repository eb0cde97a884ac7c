"""Which sessions the form of an act offers: those that its officer sees and that it takes now; the act itself judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from custody.audit.words import plain
from custody.burning.models import LIVE, Session, SessionQuerySet
from custody.burning.projection import ASKED, CONFIRMED
from custody.handling.sessions import MARGIN
from custody.kit import clock
from custody.people.models import Officer


@dataclass(frozen=True)
class _Taken:
    """What sessions an act takes.

    Attributes:
        states: in which states.
        here: those of the plants of the officer's own unit alone.
        since: so long before its slot at the earliest; None: whenever it is.
        offered: those too that a plant offers to who plans.
    """

    states: tuple[str, ...]
    here: bool = False
    since: timedelta | None = None
    offered: bool = False


_AT_THE_KILN = _Taken((CONFIRMED,), here=True, since=MARGIN)
_TAKEN = {
    "confirm_session": _Taken((ASKED,), here=True),
    "plan_session": _Taken(LIVE, offered=True),
    "cancel_session": _Taken(LIVE),
    "miss_session": _Taken(LIVE, since=timedelta()),
    **dict.fromkeys(("stage", "load", "incinerate", "log_temperature", "certify"), _AT_THE_KILN),
}


def sessions_for(officer: Officer, act: str, *, most: int) -> list[tuple[str, str]]:
    """The sessions to choose from, by id and as people call them: what is on or to come, the next first, then what is over.

    Args:
        act: by its name.
        most: so many at most, the latest.
    """
    taken, now = _TAKEN[act], clock.now()
    rows: SessionQuerySet = Session.objects.concerning(officer)
    if taken.offered:
        rows = Session.objects.visible_to(officer)
    rows = rows.filter(state__in=taken.states)
    if taken.here:
        rows = rows.filter(plant__unit=officer.unit_id)
    if taken.since is not None:
        rows = rows.filter(starts_at__lte=now + taken.since)
    if act == "confirm_session":
        rows = rows.exclude(asked_by=officer)
    found = list(rows.order_by(F("starts_at").desc(), "id")[:most])
    ahead = [one for one in found if one.ends_at >= now]
    return [_told(one) for one in (*reversed(ahead), *(one for one in found if one not in ahead))]


def session_named(officer: Officer, told: Any) -> tuple[str, str] | None:
    """A session that somebody names, as a choice, whatever has become of it; None for none that the officer sees."""
    try:
        wanted = UUID(str(told))
    except ValueError:
        return None
    row = Session.objects.visible_to(officer).filter(pk=wanted).first()
    return _told(row) if row else None


def called(starts_at: datetime, plant: str) -> str:
    """A session as selects and sentences call it: no longer than a phone is wide."""
    at = timezone.localtime(starts_at)
    return f"{date_format(at, 'D j M')} {at:%H:%M} {plant}"


def _told(row: Session) -> tuple[str, str]:
    return str(row.pk), f"{called(row.starts_at, row.plant_id)} · {plain(row.state)}"
