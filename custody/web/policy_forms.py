"""Changes of a policy: what its last version would say instead, from a moment to come; and its limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.words import said
from custody.deadlines.errors import PolicyAdoptedMeanwhile
from custody.deadlines.models import Policy
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.web.inputs import in_the_calendar
from custody.web.words import clock_name, listed

TEN_YEARS = 10 * 366 * 24 * 60
_APART = re.compile(r"[\s,;]+")
#: Fields of a policy's clock by another name in forms.
LIMITS = {
    "limit_seconds": "limit",
    "warn_percent": "warn",
    "escalate_percent": "escalate",
    "source": "source",
}


@dataclass(frozen=True)
class Rule:
    """The fields of one clock of a policy."""

    name: str
    lanes: str
    fields: list[forms.BoundField]


class PolicyChange(forms.Form):
    """What the last policy would say instead, from a moment on."""

    use_required_attribute = False

    #: Places of clocks are counted in it: under another policy they would be others.
    base = forms.CharField(widget=forms.HiddenInput())
    effective_at = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("A time to come: what is judged already is not judged anew."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )

    def __init__(self, row: Policy, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial={"base": row.key, **(initial or {})})
        self.fields["effective_at"].validators += in_the_calendar()
        self.row = row

    @property
    def clocks(self) -> list[dict[str, Any]]:
        """The clocks as they are."""
        told: list[dict[str, Any]] = self.row.content["clocks"]
        return told

    def clean_base(self) -> str:
        told: str = self.cleaned_data["base"]
        if told != self.row.key:
            raise ValidationError(said(PolicyAdoptedMeanwhile(policy=self.row.key)))
        return told

    def clean_effective_at(self) -> datetime:
        told: datetime = self.cleaned_data["effective_at"]
        if told <= self.row.effective_at:
            raise ValidationError(
                _("It changes {policy}, and holds after that began.").format(policy=self.row.key)
            )
        return told

    def content(self) -> dict[str, Any]:
        """The policy that the form tells of."""
        content: dict[str, Any] = deepcopy(self.row.content)
        content["effective_at"] = clock.to_text(self.cleaned_data["effective_at"].astimezone(UTC))
        content["clocks"] = self.changed(content["clocks"])
        return content

    def changed(self, clocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """These clocks as the form would have them."""
        raise NotImplementedError

    def blamed(self, number: int, path: Sequence[str]) -> str | None:
        """The field that a fault in a clock, counted after the change, is shown beside; None for none."""
        raise NotImplementedError

    def blame(self, error: CustodyError) -> None:
        """Put a refusal beside the field that it is about, else on top."""
        path = (error.field or "").split(".")
        name: str | None = path[0]
        if path[0] == "clocks" and len(path) > 1:
            name = self.blamed(int(path[1]), path[2:])
        self.add_error(name if name in self.fields else None, said(error))


class LimitsForm(PolicyChange):
    """Other limits for the clocks that there are."""

    def __init__(self, row: Policy, data: Any = None) -> None:
        super().__init__(row, data)
        for number, told in enumerate(self.clocks):
            self.fields |= {f"{name}-{number}": field for name, field in limit_fields(told).items()}

    def rules(self) -> Iterator[Rule]:
        """Each clock with its fields, in the order of the policy."""
        for number, told in enumerate(self.clocks):
            bound = [self[f"{one}-{number}"] for one in LIMITS.values()]
            yield Rule(clock_name(told["name"]), listed(told["lanes"]), bound)

    def changed(self, clocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        told = self.cleaned_data
        for number, rule in enumerate(clocks):
            rule["limit_seconds"] = seconds(told[f"limit-{number}"], rule["limit_seconds"])
            for name in ("warn_percent", "escalate_percent", "source"):
                rule[name] = told[f"{LIMITS[name]}-{number}"]
        return clocks

    def blamed(self, number: int, path: Sequence[str]) -> str | None:
        return f"{LIMITS.get(path[0], path[0])}-{number}" if path else None


def limit_fields(told: Mapping[str, Any]) -> dict[str, forms.Field]:
    """The fields of a clock's limit, with what they say beforehand."""
    return {
        "limit": minutes(gettext_lazy("Limit, in minutes"), told.get("limit_seconds")),
        "warn": forms.IntegerField(
            label=gettext_lazy("Due soon at, %"),
            min_value=1,
            max_value=99,
            initial=told.get("warn_percent", 75),
        ),
        "escalate": forms.IntegerField(
            label=gettext_lazy("Escalated at, %"),
            min_value=101,
            max_value=1000,
            initial=told.get("escalate_percent", 150),
        ),
        "source": forms.CharField(
            label=gettext_lazy("Where the limit comes from"),
            max_length=400,
            widget=forms.Textarea({"rows": 1}),
            initial=told.get("source"),
        ),
    }


def minutes(label: Any, known: int | None) -> forms.IntegerField:
    """A field of minutes, with those of a span that a file may have told to the second; see :func:`seconds`."""
    shown = known if known is None else known // 60
    uneven = known is not None and known % 60 != 0
    return forms.IntegerField(
        label=label,
        # less than a minute stays what it is, and is put down by no page
        min_value=0 if shown == 0 else 1,
        max_value=TEN_YEARS,
        initial=shown,
        help_text=_(
            "On record to the second: {seconds} s. They stay unless the minutes change."
        ).format(seconds=known)
        if uneven
        else "",
    )


def seconds(told: int, known: int | None) -> int:
    """A span in seconds by the minutes that are told; as it is on record, where these are the minutes shown of it."""
    return known if known is not None and told == known // 60 else told * 60


class CodesField(forms.CharField):
    """Codes, apart by spaces or commas."""

    def to_python(self, value: Any) -> Any:
        return [one for one in _APART.split((super().to_python(value) or "").strip()) if one]

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list | tuple) else value


def several(label: Any, choices: Sequence[tuple[Any, Any]], **more: Any) -> Any:
    """A field of which any number may be ticked."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple(), **more
    )
