"""What a change of a policy changes, clock by clock: what holds now beside what would hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    gone = [one for one in before if one not in after]
    found = []
    for one in after:
        if one in before:
            continue
        old = next((other for other in gone if other["name"] == one["name"]), None)
        if old is not None:
            gone.remove(old)
        found.append(ClockChange(rule_name(one), old is not None, True, list(_rows(old, one))))  # noqa: FBT003
    found += [ClockChange(rule_name(one), True, False, list(_rows(one, None))) for one in gone]  # noqa: FBT003
    return found


def _rows(old: _Clock | None, new: _Clock | None) -> Iterator[tuple[Promise, str, str]]:
    for name, (title, words) in _FIELDS.items():
        was, will = ("" if one is None else words(one.get(name)) for one in (old, new))
        if name == "limit_seconds" or (was != will and old and new):
            yield title, was, will


def _events(kinds: Sequence[str]) -> str:
    return ", ".join(event_title(one) for one in kinds)


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
    "received_at": (gettext_lazy("Received counts at"), _any(listed)),
    "samples": (gettext_lazy("It runs"), _samples),
    "paused_by": (gettext_lazy("It stands still for"), _any(listed)),
    "lanes": (gettext_lazy("Lanes"), listed),
    "substances": (gettext_lazy("Substances"), _any(listed)),
    "places": (gettext_lazy("Places"), _any(", ".join)),
    "least_grams": (gettext_lazy("From so many grams on"), mass),
    "most_grams": (gettext_lazy("Below so many grams"), mass),
    "calendar": (
        gettext_lazy("What counts"),
        lambda value: calendar_name(value) if value else _("every hour"),
    ),
    "source": (gettext_lazy("Source"), said),
}
