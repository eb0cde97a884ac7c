"""The calendars of a policy: which hours count, on which days nothing is open, and for which clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody.deadlines.models import Policy
from custody.web.hours import WithWeek, hours_field, week_fields, week_in_words, week_of
from custody.web.policy_forms import CodesField, PolicyChange, several
from custody.web.words import clock_name, listed


class CalendarForm(WithWeek, PolicyChange):
    """The hours that count for some of the clocks, and the days on which nothing is open."""

    number = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, row: Policy, data: Any = None, number: int | None = None) -> None:
        super().__init__(row, data, {"number": number})
        known = calendars(self.clocks)
        self.old = known[number] if number is not None else None
        told = self.old or {"time_zone": settings.DISPLAY_TIME_ZONE, "weekly": {}, "closed_on": []}
        self.fields |= {
            "clocks": several(
                _("Clocks that count by it"),
                [(str(n), rule_name(one)) for n, one in enumerate(self.clocks)],
                required=number is None,
                initial=[
                    str(n)
                    for n, one in enumerate(self.clocks)
                    if self.old and one.get("calendar") == self.old
                ],
                help_text=""
                if number is None
                else _("A clock that is left out counts every hour; with none the calendar ends."),
            ),
            "time_zone": forms.CharField(
                label=_("Time zone"), max_length=40, initial=told["time_zone"]
            ),
            "closed_on": CodesField(
                label=_("Days on which it stays shut"),
                max_length=8_000,
                initial=sorted(told["closed_on"]),
                help_text=_("Holidays, as in 2026-12-25, apart by spaces or lines."),
                widget=forms.Textarea({"rows": 3}),
                required=False,
            ),
            **week_fields(told["weekly"], most=4),
        }

    def changed(self, clocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        told = self.cleaned_data
        calendar = {
            "time_zone": told["time_zone"],
            "weekly": week_of(told),
            "closed_on": sorted(set(told["closed_on"])),
        }
        for number, one in enumerate(clocks):
            if str(number) in told["clocks"]:
                one["calendar"] = calendar
            elif self.old and one.get("calendar") == self.old:
                del one["calendar"]
        return clocks

    def blamed(self, number: int, path: Sequence[str]) -> str | None:  # noqa: ARG002
        if path[:2] == ["calendar", "weekly"]:
            return hours_field(path[-1])
        return path[1] if path[:1] == ["calendar"] and len(path) > 1 else "clocks"


def calendars(clocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The calendars of these clocks, each once."""
    found: list[dict[str, Any]] = []
    for one in clocks:
        calendar = one.get("calendar")
        if calendar and calendar not in found:
            found.append(calendar)
    return found


def calendar_name(calendar: Mapping[str, Any]) -> str:
    """A calendar in a line: its days, and how many of them are shut."""
    told = week_in_words(calendar["weekly"])
    shut = len(calendar["closed_on"])
    days = ngettext("{shut} day shut", "{shut} days shut", shut).format(shut=shut)
    return f"{told} ({calendar['time_zone']}, {days})"


def rule_name(told: Mapping[str, Any]) -> str:
    """A clock and what it is for, in a line."""
    return f"{clock_name(told['name'])}: {listed(told['lanes'])}"
