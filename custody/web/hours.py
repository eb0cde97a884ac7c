"""A week's openings in a form: a field for each day, written as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAYS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
_DASH = re.compile(r"\s*[-\N{EN DASH}]\s*")
_APART = re.compile(r"[\s,;]+")

Pairs = list[list[str]]


class OpeningsField(forms.CharField):
    """The openings of one day, as in 06:00-12:00, 13:00-22:00; empty where it is shut."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=120,
            widget=forms.TextInput({"autocomplete": "off"}),
            **kwargs,
        )
        self.most = most

    def to_python(self, value: Any) -> Any:
        text = _DASH.sub("-", (super().to_python(value) or "").strip())
        pairs = [one.split("-") for one in _APART.split(text) if one]
        if any(len(pair) != 2 for pair in pairs):
            raise ValidationError(_("Write it as 06:00-22:00, or leave it empty."))
        if len(pairs) > self.most:
            raise ValidationError(_("One opening a day: write it as 06:00-22:00."))
        # 6:00 is as good as 06:00; what is no time at all is shown as it was written
        return [[one.zfill(5) if ":" in one else one for one in pair] for pair in pairs]

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, list | tuple) else value


def written(pairs: Sequence[Sequence[str]]) -> str:
    """The openings of a day, as people write them."""
    return ", ".join("-".join(pair) for pair in pairs)


def week_in_words(weekly: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """A week's openings in a line; days in a row that are open alike are told together."""
    told = []
    for hours, days in groupby(DAYS, key=lambda day: written(weekly.get(day, ()))):
        names = [str(DAYS[day]) for day in days]
        row = "\N{EN DASH}".join(dict.fromkeys([names[0], names[-1]]))
        told += [f"{row} {hours}"] if hours else []
    return "; ".join(told)


def week_fields(weekly: Mapping[str, Sequence[Sequence[str]]], *, most: int) -> dict[str, Any]:
    """The fields of a week, by the names that they have in a form.

    Args:
        weekly: what they say beforehand.
        most: so many openings a day at most.
    """
    return {
        f"hours-{day}": OpeningsField(label=title, most=most, initial=list(weekly.get(day, ())))
        for day, title in DAYS.items()
    }


def week_of(told: Mapping[str, Any]) -> dict[str, Pairs]:
    """What a form says of a week; days on which it is shut are left out."""
    return {day: told[f"hours-{day}"] for day in DAYS if told[f"hours-{day}"]}


def hours_field(day: str) -> str:
    """The field that a fault in a week is shown beside: of its day, else of the first."""
    return f"hours-{day if day in DAYS else 'mon'}"


class WithWeek(forms.Form):
    """A form that ends with the fields of a week."""

    @property
    def main(self) -> list[forms.BoundField]:
        """What it asks before that."""
        return [self[name] for name in self.fields if not name.startswith("hours-")]

    @property
    def week(self) -> list[forms.BoundField]:
        """The days."""
        return [self[f"hours-{day}"] for day in DAYS]
