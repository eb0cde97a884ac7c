"""Form fields made from a command's descriptions: what is typed becomes what the act is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

from custody.audit.words import decimal_mark, said
from custody.handling.commands import Description, Kind
from custody.kit import grams
from custody.kit.errors import CustodyError, InvalidMass
from custody.seizures import labels
from custody.web.choices import Choices
from custody.web.files import FilesField

_SCANNED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
#: Before and after any event that this ledger can hold; far enough from where the calendar ends.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class AmbiguousMass(CustodyError):
    """{value} can be read in two ways: put nothing or a space between thousands, and no three digits behind a mark."""

    code = "ambiguous_mass"


def refuse(error: CustodyError) -> ValidationError:
    """A named error as a form shows it: in its own words, under its own code."""
    return ValidationError(said(error), code=error.code)


class GramsField(forms.CharField):
    """A mass in grams, as a person on a quay types it: spaces and a decimal comma will do."""

    def to_python(self, value: Any) -> Any:
        text = "".join((super().to_python(value) or "").split()).removesuffix("g")
        if not text:
            return None
        if len(text) > 24:
            raise refuse(InvalidMass(value=f"{text[:24]}…"))
        point = decimal_mark()
        marks = [one for one in text if one in ",."]
        if len(marks) > 1 or (
            marks and marks[0] != point and len(text.partition(marks[0])[2]) == 3
        ):
            # 1.250 is one and a quarter to some, and a thousand and more to others
            raise refuse(AmbiguousMass(value=value))
        text = text.replace(",", ".")
        try:
            return grams.parse(text)
        except CustodyError as error:
            raise refuse(error) from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}".replace(".", decimal_mark())
        return value


def _printable(text: str) -> None:
    if not text.isprintable():
        raise ValidationError(
            _("It holds a character that cannot be printed."), code="not_printable"
        )


class LineField(forms.CharField):
    """One line: a code or a name. What cannot be printed, or turns the line about, is in none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(_printable)


class NumberField(forms.DecimalField):
    """A number with at most three decimals; a comma before them will do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=9, decimal_places=3, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class LabelField(forms.CharField):
    """A label, typed or scanned; a slip is caught by its check character."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return read_label(text) if text else ""


def read_label(text: str) -> str:
    """A label in its printed form; also out of the address that a code on it may hold."""
    try:
        return labels.parse(text.rstrip("/").rpartition("/")[2])
    except CustodyError as error:
        raise refuse(error) from None


def words_in(field: forms.BoundField) -> list[str]:
    """What stands in a field of one label or of several, apart by spaces, commas or lines; none twice."""
    value = field.value() or ""
    text = value if isinstance(value, str) else "\n".join(value)
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


def is_label(word: str) -> bool:
    """Whether a word can be read as a label."""
    try:
        return bool(read_label(word))
    except ValidationError:
        return False


class LabelsInput(forms.Textarea):
    """Several boxes and a text of one name: every label in any of them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        return "\n".join(values)

    def format_value(self, value: Any) -> str | None:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class LabelsField(forms.CharField):
    """Labels apart by spaces, commas or lines, in the order given."""

    widget = LabelsInput

    def to_python(self, value: Any) -> Any:
        words = (super().to_python(value) or "").replace(",", " ").replace(";", " ").split()
        # one label typed twice is a slip of the scanner, not another unit
        return list(dict.fromkeys(read_label(word) for word in words))


class SessionField(forms.ChoiceField):
    """One of the sessions that an act takes; what has become of another one that is named, the act itself says."""

    def __init__(self, *, offered: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(choices=offered, **kwargs)
        self.offered = dict(offered)

    def keep(self, code: str, text: str) -> None:
        """Offer one more, so that it stays in sight."""
        self.choices = [*self.offered.items(), (code, text)]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return UUID(text) if text else None
        except ValueError:
            raise ValidationError(_("Choose one of the sessions."), code="invalid_choice") from None

    def valid_value(self, value: Any) -> bool:  # noqa: ARG002
        return True


def in_the_calendar() -> list[BaseValidator]:
    """What a time on a form has to be within: beyond it nobody means it, and zones cannot be counted there."""
    told = _("Give a time between the years 2000 and 2200.")
    return [MinValueValidator(EARLIEST, told), MaxValueValidator(LATEST, told)]


def field_for(name: str, description: Description, choices: Choices, *, row: bool) -> forms.Field:
    """The form field of a described one.

    Args:
        name: the field's name in its command.
        description: what it holds; not rows.
        choices: what selects offer.
        row: whether it stands in a row, where room is small and emptiness is judged for the row.
    """
    title = said(description.title)
    common: dict[str, Any] = {
        "label": title,
        "required": description.required,
        "error_messages": {"required": _("{title}: this is missing.").format(title=title)},
    }
    kind = description.kind
    offered = choices.of(name, description)
    if offered is not None:
        few = kind is Kind.CHOICE and len(offered) <= 4 and not row and description.required
        empty = [] if few else [("", _("Choose…") if description.required else "\N{EN DASH}")]
        if name == "session":
            none = "" if offered else _("There is no session in which this can be done now.")
            return SessionField(offered=[*empty, *offered], help_text=none, **common)
        return forms.ChoiceField(
            choices=[*empty, *offered], widget=forms.RadioSelect() if few else None, **common
        )
    if kind in {Kind.PHOTOGRAPHS, Kind.DOCUMENTS}:
        return FilesField(kind, choices.officer, **common)
    if kind is Kind.GRAMS:
        return GramsField(
            widget=forms.TextInput(
                {"inputmode": "decimal", "autocomplete": "off", "data-grams": True}
            ),
            **common,
        )
    if kind is Kind.NUMBER:
        return NumberField(
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}), **common
        )
    if kind is Kind.LABEL:
        return LabelField(
            widget=forms.TextInput(_SCANNED | {"data-label": True}), max_length=200, **common
        )
    if kind is Kind.LABELS:
        return LabelsField(
            widget=LabelsInput(_SCANNED | {"rows": 2, "data-labels": True}),
            max_length=40_000,
            **common,
        )
    if kind is Kind.INTEGER:
        return forms.IntegerField(
            min_value=description.minimum,
            max_value=description.maximum,
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            **common,
        )
    if kind is Kind.DATE:
        return forms.DateField(widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **common)
    if kind is Kind.MOMENT:
        return forms.DateTimeField(
            widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
            validators=in_the_calendar(),
            **common,
        )
    if kind is Kind.IDENTIFIER:
        return forms.UUIDField(widget=forms.TextInput(_SCANNED), **common)
    if kind is Kind.TEXT:
        return forms.CharField(
            widget=forms.Textarea({"rows": 3}), max_length=description.max_length, **common
        )
    attributes = _SCANNED | ({"data-seal": True} if description.on_a_seal else {})
    return LineField(
        widget=forms.TextInput(attributes), max_length=description.max_length, **common
    )
