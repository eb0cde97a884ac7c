"""Forms of permits and crews: what is typed becomes what is adopted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.words import plain, said
from custody.burning.managing import manage_crew, manage_permit
from custody.burning.models import Crew, Permit
from custody.kit import grams
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.places.models import Place, PlaceKind
from custody.seizures.lifecycle import Form
from custody.web.hours import WithWeek, hours_field, week_fields, week_of
from custody.web.inputs import GramsField
from custody.web.managing import Managed, OfAgency

#: Rows for further caps that stand empty.
_MORE_CAPS = 2
_YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **more
    )


def _yes_or_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=_YES_NO, coerce=lambda word: word == "yes", widget=forms.RadioSelect()
    )


def _grams(label: Any, **more: Any) -> GramsField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "data-grams": True})
    return GramsField(label=label, widget=widget, **more)


def _yes(told: bool) -> str:  # noqa: FBT001
    return "yes" if told else "no"


class CapForm(forms.Form):
    """At most so much of a substance, a form, or both, in one session."""

    use_required_attribute = False

    substance = forms.CharField(
        label=gettext_lazy("Substance, or any"), max_length=40, required=False
    )
    form = forms.ChoiceField(label=gettext_lazy("Form, or any"), required=False)
    grams = _grams(gettext_lazy("At most, in grams"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["form"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("any")), *((one.value, plain(one.value)) for one in Form)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if (told.get("substance") or told.get("form")) and told.get("grams", "") is None:
            self.add_error("grams", _("Say how much, or leave the whole row empty."))
        return told

    def content(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "substance": told["substance"] or None,
            "form": told["form"] or None,
            "grams": grams.to_text(told["grams"]),
        }


_Caps = forms.formset_factory(CapForm, extra=_MORE_CAPS)


class PermitForm(WithWeek, Managed):
    """A permit as its paper says."""

    code = forms.CharField(label=gettext_lazy("Number of the permit"), max_length=40)
    plant = forms.ChoiceField(label=gettext_lazy("Plant"))
    valid_from = _day(gettext_lazy("Holds from"))
    valid_until = _day(
        gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The last day; empty: until further notice."),
    )
    most_grams = _grams(gettext_lazy("A session burns at most, everything together, in grams"))
    sessions_per_week = forms.IntegerField(label=gettext_lazy("Sessions a week"))
    minimum_temperature_celsius = forms.IntegerField(
        label=gettext_lazy("Lowest temperature, in °C")
    )
    requisitionable = _yes_or_no(gettext_lazy("Can be requisitioned in an emergency"))
    source = forms.CharField(
        label=gettext_lazy("Where the figures come from"),
        max_length=400,
        widget=forms.Textarea({"rows": 1}),
    )
    confirmed = _yes_or_no(gettext_lazy("The plant's own paper says so"))

    def __init__(self, officer: Officer, data: Any = None, row: Permit | None = None) -> None:
        general = [one for one in row.caps if _general(one)] if row else []
        special = [one for one in row.caps if not _general(one)] if row else []
        initial: dict[str, Any] = {"requisitionable": "no", "confirmed": "no"}
        if row:
            initial = {
                **row.content,
                "code": row.code,
                "most_grams": Decimal(general[0]["grams"]),
                "requisitionable": _yes(row.requisitionable),
                "confirmed": _yes(row.confirmed),
            }
        super().__init__(data, initial=initial)
        self.fields["code"].disabled = row is not None
        hours = row.opening_hours if row else {}
        self.fields |= week_fields(
            {day: [[span["from"], span["to"]]] for day, span in hours.items()}, most=1
        )
        field = self.fields["plant"]
        assert isinstance(field, forms.ChoiceField)
        own = Place.objects.filter(unit__agency=officer.unit.agency_id, kind=PlaceKind.PLANT)
        field.choices = [(one.code, one.code) for one in own.order_by("code")]
        self.caps = _Caps(
            data,
            prefix="caps",
            initial=[one | {"grams": Decimal(one["grams"])} for one in special],
        )

    @property
    def told_caps(self) -> list[CapForm]:
        """Those further caps that say something."""
        return [one for one in self.caps if one.cleaned_data.get("grams") is not None]

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.caps.is_valid()])

    def save(self, officer: Officer, shown: str) -> Permit:
        """Record what the form says.

        Args:
            shown: the head of what it is to take the place of; empty for something new.

        Raises:
            CustodyError: it may not be.
        """
        told = dict(self.cleaned_data)
        everything = {"substance": None, "form": None, "grams": grams.to_text(told["most_grams"])}
        content = {
            **_dated(told),
            **{
                name: told[name]
                for name in (
                    "plant",
                    "sessions_per_week",
                    "minimum_temperature_celsius",
                    "requisitionable",
                    "source",
                    "confirmed",
                )
            },
            "caps": [everything, *(one.content() for one in self.told_caps)],
            "opening_hours": _spans(told),
        }
        return manage_permit(officer, code=told["code"], told=content, shown=shown)

    def blame(self, error: CustodyError) -> None:
        path = (error.field or "").split(".")
        if path[0] == "caps" and len(path) > 1 and path[1] != "0":
            row = self.told_caps[int(path[1]) - 1]
            row.add_error(path[2] if path[2:] and path[2] in row.fields else None, said(error))
        elif path[0] == "caps":
            self.add_error("most_grams", said(error))
        elif path[0] == "opening_hours":
            self.add_error(hours_field(path[-1]), said(error))
        else:
            super().blame(error)


class CrewForm(WithWeek, OfAgency):
    """People who drive together, and when they can."""

    #: Whether a day's hours may end on the next one.
    nights = True

    code = forms.CharField(label=gettext_lazy("Code name"), max_length=40)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    size = forms.IntegerField(label=gettext_lazy("So many people"))
    valid_from = _day(gettext_lazy("Holds from"))
    valid_until = _day(
        gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The last day; empty: until further notice."),
    )

    def __init__(self, officer: Officer, data: Any = None, row: Crew | None = None) -> None:
        initial = {**row.content, "code": row.code} if row else {}
        super().__init__(officer, data, initial=initial)
        self.fields["code"].disabled = row is not None
        hours = row.hours if row else {}
        self.fields |= week_fields(
            {day: [[span["from"], span["to"]]] for day, span in hours.items()}, most=1
        )

    def save(self, officer: Officer, shown: str) -> Crew:
        """Record what the form says.

        Args:
            shown: the head of what it is to take the place of; empty for something new.

        Raises:
            CustodyError: it may not be.
        """
        told = dict(self.cleaned_data)
        content = {
            **_dated(told),
            "unit": told["unit"],
            "size": told["size"],
            "hours": _spans(told),
        }
        return manage_crew(officer, code=told["code"], told=content, shown=shown)

    def blame(self, error: CustodyError) -> None:
        path = (error.field or "").split(".")
        if path[0] == "hours":
            self.add_error(hours_field(path[-1]), said(error))
        else:
            super().blame(error)


class EndForm(Managed):
    """The last day of a permit or a crew."""

    last_day = _day(
        gettext_lazy("Last day"),
        help_text=gettext_lazy("Yesterday, where it holds no more from today on."),
    )


def _general(cap: Mapping[str, Any]) -> bool:
    return cap["substance"] is None and cap["form"] is None


def _dated(told: Mapping[str, Any]) -> dict[str, str | None]:
    until = told["valid_until"]
    return {
        "valid_from": told["valid_from"].isoformat(),
        "valid_until": until.isoformat() if until else None,
    }


def _spans(told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """A week as permits and crews are told: one span a day."""
    week = week_of(told)
    return {day: {"from": pairs[0][0], "to": pairs[0][1]} for day, pairs in week.items()}
