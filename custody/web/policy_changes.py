"""What a change of a policy changes, clock by clock: what holds now beside what would hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.timeline import title as event_title
from custody.audit.words import mass, said
from custody.deadlines.policies import REPEAT_SECONDS
from custody.web.policy_calendars import calendar_name, rule_name
from custody.web.policy_clocks import SAMPLES
from custody.web.words import listed, seconds

_Clock = Mapping[str, Any]


@dataclass(frozen=True)
class ClockChange:
    """One clock that a change is about.

    Attributes:
        name: as pages call it, with its lanes.
        old, new: whether it holds now, and would.
        rows: its limit and whatever else differs: what it is, now, and as it would be.
    """

    name: str
    old: bool
    new: bool
    rows: Sequence[tuple[Promise, str, str]]


def changes(before: Sequence[_Clock], after: Sequence[_Clock]) -> list[ClockChange]:
    """The clocks that differ between two policies. Of one name, those that differ are held against each other in order."""
    known, now = [_told(one) for one in before], [_told(one) for one in after]
    gone = [one for one, words in zip(before, known, strict=True) if words not in now]
    found = []
    for one, words in zip(after, now, strict=True):
        if words in known:
            continue
        old = next((other for other in gone if other["name"] == one["name"]), None)
        if old is not None:
            gone.remove(old)
        found.append(_change(old, one))
    return [*found, *(_change(one, None) for one in gone)]


def _told(one: _Clock) -> dict[str, str]:
    """A clock in words: what reads alike is alike."""
    return {"name": one["name"]} | {
        field: words(one.get(field)) for field, (_title, words) in _FIELDS.items()
    }


def _change(old: _Clock | None, new: _Clock | None) -> ClockChange:
    one = new or old
    assert one is not None
    was, will = (_told(each) if each else {} for each in (old, new))
    rows = [
        (title, was.get(field, ""), will.get(field, ""))
        for field, (title, _words) in _FIELDS.items()
        if field == "limit_seconds" or (old and new and was[field] != will[field])
    ]
    return ClockChange(rule_name(one), old is not None, new is not None, rows)


def _events(kinds: Sequence[str]) -> str:
    return ", ".join(sorted(event_title(one) for one in kinds))


def _listed(names: Sequence[str]) -> str:
    return listed(sorted(names))


def _percent(value: int) -> str:
    return f"{value} %"


def _any(told: Callable[[Any], str]) -> Callable[[Any], str]:
    """The same of what may be left out: a dash for nothing."""
    return lambda value: told(value) if value else "\N{EN DASH}"


def _samples(value: Any) -> str:
    return next(str(title) for known, title in SAMPLES.values() if known == (value or False))


_FIELDS: Mapping[str, tuple[Promise, Callable[[Any], str]]] = {
    "limit_seconds": (gettext_lazy("Limit"), seconds),
    "warn_percent": (gettext_lazy("Due soon at"), _percent),
    "escalate_percent": (gettext_lazy("Escalated at"), _percent),
    "repeat_seconds": (
        gettext_lazy("Told again after"),
        lambda value: seconds(value or REPEAT_SECONDS),
    ),
    "starts": (gettext_lazy("It runs from the first of"), _events),
    "stops": (gettext_lazy("Until the first of"), _events),
    "received_at": (gettext_lazy("Received counts at"), _any(_listed)),
    "samples": (gettext_lazy("It runs"), _samples),
    "paused_by": (gettext_lazy("It stands still for"), _any(_listed)),
    "lanes": (gettext_lazy("Lanes"), _listed),
    "substances": (gettext_lazy("Substances"), _any(_listed)),
    "places": (gettext_lazy("Places"), _any(lambda codes: ", ".join(sorted(codes)))),
    "least_grams": (gettext_lazy("From so many grams on"), mass),
    "most_grams": (gettext_lazy("Below so many grams"), mass),
    "calendar": (
        gettext_lazy("What counts"),
        lambda value: calendar_name(value) if value else _("every hour"),
    ),
    "source": (gettext_lazy("Source"), said),
}
