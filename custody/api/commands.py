"""Serializers made from what commands say of themselves: an act is described once."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar

from rest_framework import serializers

from custody.api.fields import (
    Day,
    Grams,
    Hash,
    Identifier,
    Label,
    Moment,
    Number,
    StrictObject,
    Text,
    Whole,
)
from custody.handling.acts import Act
from custody.handling.commands import SEVERAL, Command, Description, Kind, describe

C = TypeVar("C", bound=Command)

MOST_ROWS = 1_000
#: Files that one act names.
MOST_FILES = 20
#: Codes of reference data: badges, units, places, scales, references.
LONGEST_CODE = 48


class CapturedSerializer(StrictObject):
    """What the device's own clock said."""

    device_at = Moment()
    offset_minutes = Whole(
        min_value=-840, max_value=840, help_text="The device's zone: minutes ahead of UTC."
    )


class ActSerializer(StrictObject):
    """What every act may be told beside its own fields."""

    occurred_at = Moment(
        required=False,
        allow_null=True,
        default=None,
        help_text="When it happened; now, if left out.",
    )
    captured = CapturedSerializer(required=False, allow_null=True, default=None)
    late_reason = Text(
        lines=True,
        max_length=4_000,
        required=False,
        allow_null=True,
        default=None,
        help_text="Why it is recorded more than 15 minutes after it happened.",
    )


ENVELOPE = frozenset({"occurred_at", "captured", "late_reason"})


def _field(description: Description, *, name: str) -> serializers.Field[Any, Any, Any, Any]:
    options: dict[str, Any] = {"help_text": _help(description)}
    if not description.required:
        options |= {"required": False, "allow_null": True, "default": None}
    kind = description.kind
    if kind is Kind.LABEL:
        return Label(**options)
    if kind is Kind.LABELS:
        return serializers.ListField(
            child=Label(), allow_empty=False, max_length=MOST_ROWS, **options
        )
    if kind in {Kind.PHOTOGRAPHS, Kind.DOCUMENTS}:
        return serializers.ListField(
            child=Hash(), allow_empty=False, max_length=MOST_FILES, **options
        )
    if kind is Kind.ROWS:
        row: Any = description.row
        # Not `many=True`, which would let each row be null where the whole may be.
        return serializers.ListSerializer(
            child=row_serializer(row)(), allow_empty=False, max_length=MOST_ROWS, **options
        )
    if kind is Kind.GRAMS:
        return Grams(**options)
    if kind is Kind.NUMBER:
        return Number(**options)
    if kind is Kind.INTEGER:
        return Whole(min_value=description.minimum, max_value=description.maximum, **options)
    if kind is Kind.CHOICE:
        return serializers.ChoiceField(choices=list(description.options), **options)
    if kind is Kind.DATE:
        return Day(**options)
    if kind is Kind.MOMENT:
        return Moment(**options)
    if kind is Kind.IDENTIFIER:
        return Identifier(**options)
    if kind is Kind.TEXT:
        return Text(lines=True, max_length=description.max_length, **options)
    if kind is Kind.CODE:
        return Text(max_length=description.max_length, **options)
    if kind in _CODES:
        return Text(max_length=LONGEST_CODE, **options)
    raise NotImplementedError(f"{name}: {kind}")


_CODES = frozenset(
    {
        Kind.SEIZURE,
        Kind.PLACE,
        Kind.OFFICER,
        Kind.UNIT,
        Kind.SCALE,
        Kind.PROTOCOL,
        Kind.LOT,
    }
)
_WORDS = {
    Kind.PROTOCOL: "a protocol with its version, as `GET protocols/` names it",
    Kind.LOT: "code of a lot in your unit's stock (`GET reagent-lots/`)",
    Kind.SEIZURE: "the seizure's reference",
    Kind.PLACE: "a place's code name",
    Kind.OFFICER: "an officer's badge",
    Kind.UNIT: "a unit's code",
    Kind.SCALE: "a scale's code",
    Kind.TEXT: "free text: the ledger holds only a commitment to it",
    Kind.LABELS: f"labels, none twice, at most {MOST_ROWS:,}",
    Kind.PHOTOGRAPHS: f"SHA-256 of files that you brought (`POST attachments`), at most {MOST_FILES}",
    Kind.DOCUMENTS: f"SHA-256 of files that you brought (`POST attachments`), at most {MOST_FILES}",
    Kind.ROWS: f"at most {MOST_ROWS:,}",
}


def _help(description: Description) -> str:
    word = _WORDS.get(description.kind)
    if description.places:
        word = f"code name of a {' or '.join(description.places)}"
    return f"{description.title}: {word}." if word else f"{description.title}."


def _fields(described: type[Any]) -> dict[str, Any]:
    return {name: _field(one, name=name) for name, one in describe(described)}


@cache
def row_serializer(row: Hashable) -> type[StrictObject]:
    """The serializer of a command's rows, from their dataclass."""
    assert isinstance(row, type)
    return type(
        f"{row.__name__}RowSerializer",
        (StrictObject,),
        {"__doc__": row.__doc__, "__module__": __name__, **_fields(row)},
    )


@cache
def act_serializer(act: Act) -> type[ActSerializer]:
    """The serializer of an act: the fields of its command and the envelope."""
    return type(
        f"{act.command.__name__}ActSerializer",
        (ActSerializer,),
        {"__doc__": act.title + ".", "__module__": __name__, **_fields(act.command)},
    )


def command_of(command: type[C], told: dict[str, Any]) -> C:
    """The command that validated input is."""
    values: dict[str, Any] = {}
    for name, description in describe(command):
        value = told[name]
        if value is not None and description.kind is Kind.ROWS:
            assert description.row is not None
            value = tuple(description.row(**one) for one in value)
        elif value is not None and description.kind in SEVERAL:
            value = tuple(value)
        values[name] = value
    return command(**values)
