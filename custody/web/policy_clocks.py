"""One clock of a policy as a form: what starts and stops it, what it is for, and its limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.timeline import title as event_title
from custody.audit.words import plain
from custody.deadlines.models import Policy
from custody.deadlines.policies import KINDS, PLACE_KINDS, REPEAT_SECONDS, Pause
from custody.kit import grams
from custody.seizures.lifecycle import Lane
from custody.web.inputs import GramsField
from custody.web.policy_calendars import calendar_name, calendars, rule_name
from custody.web.policy_forms import (
    LIMITS,
    CodesField,
    PolicyChange,
    limit_fields,
    minutes,
    seconds,
    several,
)
from custody.web.words import clock_name, lane

#: What all rules of one clock have in common.
_COURSE = ("starts", "stops", "received_at", "samples", "paused_by")
SAMPLES = {
    "no": (False, gettext_lazy("on units, and on no sample")),
    "too": (True, gettext_lazy("on samples too")),
    "only": ("only", gettext_lazy("on samples alone")),
}


class ClockForm(PolicyChange):
    """One clock: a new one, or one of the policy's put otherwise, or left out."""

    number = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, row: Policy, data: Any = None, number: int | None = None) -> None:
        super().__init__(row, data, {"number": number})
        self.which = number
        told = self.clocks[number] if number is not None else {}
        self.calendars = calendars(self.clocks)
        kinds = [(one, event_title(one)) for one in sorted(KINDS, key=event_title)]
        optional: dict[str, Any] = {"required": False}
        self.fields |= {
            "name": forms.CharField(
                label=_("Clock"),
                max_length=24,
                initial=told.get("name"),
                help_text=self._name_help(told.get("name")),
            ),
            "starts": several(_("It runs from the first of"), kinds, initial=told.get("starts")),
            "stops": several(_("Until the first of"), kinds, initial=told.get("stops")),
            "received_at": several(
                _("Received counts at"),
                [(one, plain(one)) for one in sorted(PLACE_KINDS)],
                initial=told.get("received_at"),
                help_text=_("None for any."),
                **optional,
            ),
            "samples": forms.ChoiceField(
                label=_("It runs"),
                choices=[(word, title) for word, (_value, title) in SAMPLES.items()],
                initial=next(
                    word
                    for word, (value, _title) in SAMPLES.items()
                    if value == told.get("samples", False)
                ),
                widget=forms.RadioSelect(),
            ),
            "paused_by": several(
                _("It stands still for"),
                [(one.value, plain(one.value)) for one in Pause],
                initial=told.get("paused_by"),
                **optional,
            ),
            "lanes": several(
                _("Lanes"),
                [(one.value, lane(one.value)) for one in Lane],
                initial=told.get("lanes"),
            ),
            "substances": CodesField(
                label=_("Substances"),
                max_length=400,
                initial=told.get("substances"),
                help_text=_("Their codes; none for any."),
                **optional,
            ),
            "places": CodesField(
                label=_("Places"),
                max_length=400,
                initial=told.get("places"),
                help_text=_("Their code names; none for any."),
                **optional,
            ),
            "least_grams": _mass(_("From so many grams on"), told.get("least_grams")),
            "most_grams": _mass(_("Below so many grams"), told.get("most_grams")),
            **limit_fields(told),
            "repeat": minutes(
                _("Told again every so many minutes"), told.get("repeat_seconds", REPEAT_SECONDS)
            ),
            "calendar": forms.ChoiceField(
                label=_("What counts"),
                choices=[
                    ("", _("every hour")),
                    *((str(n), calendar_name(one)) for n, one in enumerate(self.calendars)),
                ],
                initial=self._calendar_of(told),
                **optional,
            ),
            "before": forms.ChoiceField(
                label=_("Where it stands"),
                choices=list(self._places()),
                help_text=_("Of clocks of one name the first that fits counts."),
                **optional,
            ),
        }
        if number is not None:
            self.fields["leave_out"] = forms.BooleanField(
                label=_("Leave this clock out of the policy"), required=False
            )

    def _name_help(self, name: str | None) -> str:
        told = _("Several may bear one name, for other lanes, substances or places.")
        if name is None:
            return told
        return f"{_('Pages call it {name}.').format(name=clock_name(name))} {told}"

    @property
    def called(self) -> str:
        """What pages call the clock that is changed; nothing for a new one."""
        return "" if self.which is None else rule_name(self.clocks[self.which])

    def _calendar_of(self, told: Mapping[str, Any]) -> str:
        known = told.get("calendar")
        return str(self.calendars.index(known)) if known else ""

    def _places(self) -> Iterator[tuple[str, str]]:
        yield "", _("after all others") if self.which is None else _("where it is")
        for number, one in enumerate(self.clocks):
            if number != self.which:
                yield str(number), _("before {clock}").format(clock=rule_name(one))

    def changed(self, clocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        told = self.cleaned_data
        place = len(clocks) if self.which is None else self.which
        if told["before"]:
            place = int(told["before"])
        if self.which is not None:
            clocks.pop(self.which)
            place -= place > self.which
        if told.get("leave_out"):
            self.place = None
            return clocks
        rule = self._rule()
        for other in clocks:
            if other["name"] == rule["name"]:
                for name in _COURSE:
                    other.pop(name, None)
                other |= {name: rule[name] for name in _COURSE if name in rule}
        clocks.insert(place, rule)
        self.place = place
        return clocks

    #: Where the clock stands after the change; None where it is left out.
    place: int | None = None

    def _rule(self) -> dict[str, Any]:
        told = self.cleaned_data
        known = self.clocks[self.which] if self.which is not None else {}
        rule = {
            **{name: told[name] for name in ("name", "starts", "stops", "lanes", "received_at")},
            "samples": SAMPLES[told["samples"]][0],
            "limit_seconds": seconds(told["limit"], known.get("limit_seconds")),
            "warn_percent": told["warn"],
            "escalate_percent": told["escalate"],
            "source": told["source"],
        }
        rule |= {name: told[name] for name in ("substances", "places", "paused_by") if told[name]}
        rule |= {
            name: grams.to_text(told[name])
            for name in ("least_grams", "most_grams")
            if told[name] is not None
        }
        repeat = seconds(told["repeat"], known.get("repeat_seconds"))
        if repeat != REPEAT_SECONDS:
            rule["repeat_seconds"] = repeat
        if told["calendar"]:
            rule["calendar"] = self.calendars[int(told["calendar"])]
        return rule

    def blamed(self, number: int, path: Sequence[str]) -> str | None:
        if number != self.place or not path:
            return None
        return {**LIMITS, "repeat_seconds": "repeat"}.get(path[0], path[0])


def _mass(label: Any, told: str | None) -> GramsField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "data-grams": True})
    value = grams.parse(told) if told else None
    return GramsField(label=label, widget=widget, initial=value, required=False)
