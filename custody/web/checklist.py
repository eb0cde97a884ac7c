"""The taker's checklist: each unit of a manifest ticked as it is listed, or named with what is otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody.audit.words import said
from custody.handling.checking import Acceptance, Check, Finding, NotTaken, Objection
from custody.handling.commands import describe
from custody.handling.manifests import Item, Manifest
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.web.choices import Choices
from custody.web.forms import request_key
from custody.web.inputs import GramsField, LineField, field_for

#: Why a unit is not taken, as its taker says it.
OBJECTIONS = {
    Objection.MISSING: _("it is not here"),
    Objection.SEAL_BROKEN: _("its seal is broken"),
    Objection.SEAL_DIFFERS: _("it bears another seal"),
    Objection.MASS_DIFFERS: _("it weighs otherwise"),
    Objection.NOT_MINE: _("it is not for me"),
    Objection.OTHER: _("something else"),
}
_FINDINGS = {
    Finding.TAMPERED: _("Taken, though seal {number} is broken"),
    Finding.GONE: _("Taken, though seal {number} is gone"),
}
_SCANNED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class RowForm(forms.Form):
    """What the taker says of one unit."""

    use_required_attribute = False

    listed = forms.BooleanField(required=False)
    otherwise = forms.ChoiceField(required=False, label=_("Not as listed"))
    gross_grams = GramsField(
        required=False,
        label=_("Gross, in grams, as weighed now"),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "data-grams": True}),
    )
    seal_number = LineField(
        required=False,
        max_length=32,
        label=_("Number of another seal"),
        widget=forms.TextInput(_SCANNED),
    )
    details = forms.CharField(
        required=False, max_length=4_000, label=_("In words"), widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, item: Item, data: Any) -> None:
        super().__init__(data, prefix=item.exhibit.label)
        self.item = item
        choice = self.fields["otherwise"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "\N{EN DASH}"), *self._otherwise()]

    def _otherwise(self) -> Iterator[tuple[str, str]]:
        for seal in self.item.borne:
            for finding, words in _FINDINGS.items():
                yield f"{finding} {seal.number}", str(words).format(number=seal.number)
        for objection, why in OBJECTIONS.items():
            yield objection, str(_("Not taken: {why}")).format(why=why)

    def clean(self) -> None:
        """Exactly one of the two is said."""
        super().clean()
        told = self.cleaned_data
        if told.get("listed") and told.get("otherwise"):
            self.add_error("otherwise", _("Either it is as listed, or it is not."))
        if not told.get("listed") and not told.get("otherwise") and "otherwise" not in self.errors:
            self.add_error("otherwise", _("Say whether it is here."))

    @property
    def telling(self) -> bool:
        """Whether something is said beyond the tick."""
        names = ("gross_grams", "seal_number", "details")
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def objection(self) -> str | None:
        told = self.cleaned_data["otherwise"]
        return told if told in OBJECTIONS else None

    @property
    def checks(self) -> list[Check]:
        """What was found on a unit that is taken: all its seals whole, but for the one that is named."""
        told, label = self.cleaned_data, self.item.exhibit.label
        finding, _space, number = told["otherwise"].partition(" ")
        found = [
            Check(
                exhibit=label,
                seal_number=seal.number,
                finding=finding if seal.number == number else Finding.INTACT,
            )
            for seal in self.item.borne
        ]
        if told["gross_grams"] is not None:
            found.append(Check(exhibit=label, gross_grams=told["gross_grams"]))
        return found

    @property
    def not_taken(self) -> NotTaken:
        told = self.cleaned_data
        return NotTaken(
            exhibit=self.item.exhibit.label,
            objection=told["otherwise"],
            seal_number=told["seal_number"] or None,
            gross_grams=told["gross_grams"],
            details=told["details"] or None,
        )


class ScaleForm(forms.Form):
    """On what they were weighed."""

    use_required_attribute = False

    def __init__(self, officer: Officer, data: Any) -> None:
        super().__init__(data)
        described = dict(describe(Acceptance))["scale"]
        self.fields["scale"] = field_for("scale", described, Choices(officer), row=False)


class Checklist:
    """The whole manifest, row by row, and the answer that it makes."""

    def __init__(self, officer: Officer, listed: Manifest, data: Any = None) -> None:
        self.listed = listed
        self.rows = [RowForm(item, data) for item in listed.items]
        self.scale = ScaleForm(officer, data)
        self.key = request_key(data)
        self.error: CustodyError | None = None
        #: As they were read; what changed meanwhile is read again.
        self.seen = frozenset(data.getlist("seen") if data is not None else ())

    def judge(self) -> bool:
        """Whether every unit is named, and what is said can be read."""
        rows = [row.is_valid() for row in self.rows]
        return all(rows) and self.scale.is_valid()

    def acceptance(self) -> Acceptance:
        taken = [row for row in self.rows if row.objection is None]
        left = [row for row in self.rows if row.objection is not None]
        return Acceptance(
            exhibits=tuple(row.item.exhibit.label for row in taken) or None,
            scale=self.scale.cleaned_data["scale"] or None,
            checks=tuple(check for row in taken for check in row.checks) or None,
            not_taken=tuple(row.not_taken for row in left) or None,
        )

    def blame(self, error: CustodyError) -> None:
        """Put a refusal beside the unit that it is about, or beside the scale; else on top."""
        self.error = error
        if error.params.get("name") == "scale":
            self.scale.add_error("scale", said(error))
            return
        for row in self.rows:
            if row.item.exhibit.label in str(error):
                name = str(error.params.get("name", ""))
                row.add_error(name if name in row.fields else "otherwise", said(error))

    @property
    def faults(self) -> Sequence[RowForm]:
        """The rows that something is wrong with."""
        return [row for row in self.rows if row.is_bound and row.errors]
