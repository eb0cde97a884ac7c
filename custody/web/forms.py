"""One form per act, made from its command: fields, rows of fields, and the envelope around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.words import said
from custody.handling.acts import Act
from custody.handling.commands import Command, Description, Kind, describe
from custody.handling.errors import FieldMissing
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.seizures import labels
from custody.web.choices import Choices
from custody.web.inputs import EARLIEST, SessionField, field_for

MOST_ROWS = 1_000
EMPTY_ROWS = 3
_KEY = re.compile(r"[!-~]{8,80}")
ENVELOPE = ("occurred_at", "late_reason")

Initial = Mapping[str, Any]


def request_key(data: Any) -> str:
    """The key under which a form was sent, or a new one."""
    told = data.get("key", "") if data is not None else ""
    return told if _KEY.fullmatch(told) else str(ids.new_id())


class RowForm(forms.Form):
    """One row."""

    use_required_attribute = False
    left_out = False

    def __init__(
        self, row: type[Any], choices: Choices, *, data: Any, prefix: str, initial: Initial | None
    ) -> None:
        super().__init__(data, prefix=prefix, initial=dict(initial or {}))
        self.row = row
        for name, description in describe(row):
            self.fields[name] = field_for(name, description, choices, row=True)

    def blank(self, telling: Sequence[str]) -> bool:
        """Whether nothing is said in any field that tells something."""
        return not any(str(self[name].value() or "").strip() for name in telling)

    def full_clean(self) -> None:
        """Nothing is missing from a row that was left out."""
        super().full_clean()
        if self.left_out:
            self._errors = ErrorDict()

    def value(self) -> Any:
        return self.row(**{name: _told(self.cleaned_data.get(name)) for name in self.fields})


def _told(value: Any) -> Any:
    """What was left empty is None; nought grams are told."""
    return None if value in ("", [], ()) else value


class Table:
    """The rows of one field of a command."""

    def __init__(
        self,
        name: str,
        description: Description,
        choices: Choices,
        *,
        data: Any,
        initial: Sequence[Initial],
        more: int = 0,
    ) -> None:
        assert description.row is not None
        self.name, self.description = name, description
        self.errors: list[str] = []
        described = dict(describe(description.row))
        # A select may be filled in beforehand, and a unit named that nothing is said about.
        self.telling = [
            field
            for field, one in described.items()
            if one.kind is not Kind.CHOICE or field == "finding"
        ]
        if not description.required:
            self.telling = [f for f in self.telling if f not in {"exhibit", "seal_number"}]
        count = len(initial) or EMPTY_ROWS
        if data is not None:
            told = data.get(f"{name}-rows", "")
            count = int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0
            count = min(count + more, MOST_ROWS)
        self.forms = [
            RowForm(
                description.row,
                choices,
                data=data,
                prefix=f"{name}-{number}",
                initial=initial[number] if number < len(initial) else None,
            )
            for number in range(count)
        ]
        self.pattern = RowForm(
            description.row, choices, data=None, prefix=f"{name}-__row__", initial=None
        )
        self.used: list[RowForm] = []

    @property
    def title(self) -> str:
        return said(self.description.title)

    @property
    def fixed(self) -> bool:
        """Whether each row is about a unit that is known already."""
        return bool(self.forms) and all(
            "exhibit" in form.fields and form["exhibit"].value() for form in self.forms
        )

    def judge(self) -> bool:
        """Whether every row that says something makes sense, and there is one if there has to be."""
        self.used = [form for form in self.forms if not form.blank(self.telling)]
        for form in self.forms:
            form.left_out = form not in self.used
        if self.description.required and not self.used:
            self.errors.append(_("{title}: fill in one row at least.").format(title=self.title))
        wrong = [form for form in self.used if not form.is_valid()]
        return not wrong and not self.errors

    def value(self) -> tuple[Any, ...] | None:
        rows = tuple(form.value() for form in self.used)
        return rows if rows or self.description.required else None

    def blame(self, path: Sequence[str], error: CustodyError) -> bool:
        """Put an error beside the row field that it is about, if it says which."""
        number, field = None, path[-1]
        if len(path) == 2 and path[0].isdigit() and int(path[0]) < len(self.used):
            number = int(path[0])
        wrong = {word for value in error.params.values() for word in str(value).split()}
        for index, form in enumerate(self.used if number is None else ()):
            told = {name: str(value) for name, value in form.cleaned_data.items() if value}
            guilty = [name for name, value in told.items() if value in wrong]
            if guilty:
                number = index
                field = field if field in form.fields else guilty[0]
                break
        if number is None:
            return False
        _put(self.used[number], field, error)
        return True


def _put(form: forms.Form, field: str, error: CustodyError) -> None:
    """Put an error beside a field; what is missing beside the field that it is missing from, by its title."""
    name = str(error.params.get("name"))
    if error.code == FieldMissing.code and name in form.fields:
        titled = FieldMissing(name=form.fields[name].label, why=error.params["why"])
        form.add_error(name, said(titled))
    else:
        form.add_error(field if field in form.fields else None, said(error))


class ActForm(forms.Form):
    """The form of an act: the command's own fields, its tables, and when it happened."""

    use_required_attribute = False

    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When it happened"),
        required=False,
        help_text=gettext_lazy("Leave it empty if it is happening now."),
        validators=[
            MinValueValidator(EARLIEST, gettext_lazy("It cannot have happened that long ago."))
        ],
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    late_reason = forms.CharField(
        label=gettext_lazy("Why it is recorded late"),
        required=False,
        max_length=4_000,
        help_text=gettext_lazy("Needed after 15 minutes; a colleague then confirms it."),
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        act: Act,
        choices: Choices,
        *,
        data: Any = None,
        files: Any = None,
        initial: Initial | None = None,
        more: Mapping[str, int] | None = None,
    ) -> None:
        initial = initial or {}
        super().__init__(data, files, initial=dict(initial))
        self.act = act
        self.tables: list[Table] = []
        #: Fields that may stay empty, though the law asks for what they are about: none of them is called optional.
        self.asked: set[str] = set()
        for name, description in describe(act.command):
            if description.kind is Kind.ROWS:
                self.tables.append(
                    Table(
                        name,
                        description,
                        choices,
                        data=data,
                        initial=initial.get(name) or (),
                        more=(more or {}).get(name, 0),
                    )
                )
            else:
                self.fields[name] = field_for(name, description, choices, row=False)
        if "session" in self.fields:
            self._name_the_session((initial if data is None else data).get("session"), choices)
        self.key = request_key(data)

    def _name_the_session(self, told: Any, choices: Choices) -> None:
        """A session that was asked for stays in sight when it takes the act no more; of none that one sees it is said."""
        field = self.fields["session"]
        assert isinstance(field, SessionField)
        if not told or told in field.offered:
            return
        found = choices.session_named(told)
        if found:
            field.keep(*found)
        else:
            field.help_text = _("The session that was asked for is none that you can act on.")

    def command_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in ENVELOPE]

    def envelope(self) -> list[forms.BoundField]:
        return [self[name] for name in ENVELOPE]

    @property
    def earlier(self) -> bool:
        """Whether something is said about when it happened."""
        return any(field.value() or field.errors for field in self.envelope())

    def judge(self) -> bool:
        """Whether everything that was typed can be read."""
        tables = [table.judge() for table in self.tables]
        return self.is_valid() and all(tables)

    def misread(self) -> list[str]:
        """What was typed as a label and is none."""
        forms = [self, *(row for table in self.tables for row in table.used)]
        return [
            word
            for form in forms
            for name, errors in form.errors.as_data().items()
            if any(error.code == labels.MisreadLabel.code for error in errors)
            for word in str(form[name].value()).replace(",", " ").split()
        ]

    def command(self) -> Command:
        """What the act is told."""
        values: dict[str, Any] = {}
        for name, description in describe(self.act.command):
            if description.kind is Kind.ROWS:
                continue
            value = _told(self.cleaned_data.get(name))
            values[name] = tuple(value) if isinstance(value, list) else value
        for table in self.tables:
            values[table.name] = table.value()
        return self.act.command(**values)

    def happened_at(self) -> datetime | None:
        return self.cleaned_data.get("occurred_at")

    def captured(self) -> dict[str, Any] | None:
        """The device's own time and offset, if it told them in a form that can be read."""
        at, offset = self.data.get("device_at", ""), self.data.get("offset_minutes", "")
        try:
            clock.from_text(at)
            minutes = int(offset)
        except (CustodyError, ValueError):
            return None
        if abs(minutes) > 24 * 60:
            return None
        return {"device_at": at, "offset_minutes": minutes}

    def blame(self, error: CustodyError) -> None:
        """Put a refusal beside the field that it is about, else on top."""
        path = (error.field or "").split(".")
        if path[0] in self.fields:
            _put(self, path[0], error)
            return
        for table in self.tables:
            inside = path[1:] if path[0] == table.name else path
            if table.blame(inside or [""], error):
                return
        self.add_error(None, said(error))
        for table in self.tables:
            if path[0] == table.name:
                table.errors.append(said(error))
