"""Fields that take what they say and nothing that merely looks like it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from custody.kit import clock, grams
from custody.kit.errors import CustodyError
from custody.seizures import labels

_GRAMS = r"^[0-9]{1,9}(\.[0-9]{1,3})?$"
_NUMBER = r"^-?[0-9]{1,6}(\.[0-9]{1,3})?$"
_DATE = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT = rf"{_DATE[:-1]}T{_HOUR}:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]{_HOUR})$"
_UUID = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
_HASH = r"^[0-9a-f]{64}$"
_LABEL = r"^[A-Za-z]{2}-?[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{8}-?[0-9A-Za-z*]$"
#: Patterns have to mean the same to every engine, so there are no ``\\p{…}`` in them. A code is written in letters, digits
#: and signs of the basic plane: no controls, no blank but the space, nothing invisible, nothing that turns the line around.
_SIGNS = (
    r"!-~\u00a1-\u00ac\u00ae-\u05ff\u0606-\u061b\u061d-\u06dc\u06de-\u070e\u0710-\u088f\u0892-\u08e1\u08e3-\u167f"
    r"\u1681-\u180d\u180f-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe"
    r"\uff00-\ufff8\ufffc\ufffd"
)
_LINE = rf"^ *[{_SIGNS}][ {_SIGNS}]*$"
#: What ``str.strip`` would cut off.
_BLANKS = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LINES = rf"^[^\x00]*[^\x00{_BLANKS}][^\x00]*$"


def _fits(pattern: str, data: str) -> bool:
    """Whether a text is as a published pattern says: there ``$`` is the end, and not a line before it."""
    return re.fullmatch(pattern[1:-1], data) is not None


def blame(error: CustodyError) -> serializers.ValidationError:
    """One of our own errors about an input, under its own code."""
    return serializers.ValidationError(str(error), code=error.code)


class StrictObject(serializers.Serializer[Any]):
    """An object that has the fields it is said to have, and no others."""

    def to_internal_value(self, data: Any) -> Any:
        """The fields' values.

        Raises:
            ValidationError: a field is wrong, or unknown; each is named.
        """
        unknown = (
            {name: ["There is no such field."] for name in data if name not in self.fields}
            if isinstance(data, dict)
            else {}
        )
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **unknown}) from error
            raise
        if unknown:
            raise serializers.ValidationError(unknown, code="unknown_field")
        return values


class Text(serializers.CharField):
    """Text: JSON strings only. Codes are one printable line; free text may have lines. Blanks around it are cut off."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(**kwargs)

    @property
    def pattern(self) -> str:
        """What the OpenAPI document says of it."""
        return _LINES if self.lines else _LINE

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        text = str(super().to_internal_value(data))
        if text and not _fits(self.pattern, data):
            raise serializers.ValidationError("It holds a character that no code has.")
        return text


@extend_schema_field({"type": "string", "pattern": _LABEL, "examples": ["NX-7K3M9Q2X-C"]})
class Label(Text):
    """A label, however typed: its check character is checked, and it comes out in its printed form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            if not _fits(_LABEL, text):
                raise labels.MisreadLabel(label=text)
            return labels.parse(text)
        except CustodyError as error:
            raise blame(error) from error


@extend_schema_field({"type": "string", "pattern": _HASH})
class Hash(Text):
    """SHA-256 in hexadecimal, small letters."""

    default_error_messages = {
        "invalid": "Give a SHA-256 in hexadecimal: 64 small letters and digits."
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not _fits(_HASH, text):
            self.fail("invalid")
        return text


@extend_schema_field({"type": "string", "pattern": _GRAMS, "examples": ["25000.000"]})
class Grams(serializers.Field[Decimal, Any, str | None, Any]):
    """A mass in grams as text: exact, at most three decimals. JSON's numbers need not be exact, and are refused."""

    default_error_messages = {
        "invalid": 'Give a mass in grams as text, exact and not negative, such as "25000.000".',
        "inexact": "Give the mass as text: a JSON number need not be exact.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, int | float) and not isinstance(data, bool):
            self.fail("inexact")
        if not isinstance(data, str) or not _fits(_GRAMS, data):
            self.fail("invalid")
        try:
            return grams.parse(data)
        except CustodyError as error:
            raise blame(error) from error

    def to_representation(self, value: Decimal) -> str:
        return grams.to_text(value)


@extend_schema_field({"type": "string", "pattern": _NUMBER, "examples": ["12.5"]})
class Number(serializers.Field[Decimal, Any, str, Any]):
    """A decimal number as text: exact, at most three decimals."""

    default_error_messages = {"invalid": 'Give a number as text, with a point: "12.5".'}

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not _fits(_NUMBER, data):
            self.fail("invalid")
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


class Whole(serializers.IntegerField):
    """A whole number: a JSON number without a fraction, so that 1.0 is one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """``true`` or ``false``, and no word that may mean one of them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


@extend_schema_field(OpenApiTypes.UUID)
class Identifier(serializers.Field[UUID, Any, str, Any]):
    """A UUID as text."""

    default_error_messages = {"invalid": "This is not a UUID."}

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _fits(_UUID, data):
            self.fail("invalid")
        return UUID(data)

    def to_representation(self, value: UUID) -> str:
        return str(value)


@extend_schema_field({"type": "string", "format": "date", "pattern": _DATE})
class Day(serializers.Field[date, Any, str, Any]):
    """A date as ``2026-11-24``."""

    default_error_messages = {"invalid": "Give a date as 2026-11-24."}

    def to_internal_value(self, data: Any) -> date:
        try:
            if isinstance(data, str) and _fits(_DATE, data):
                return date.fromisoformat(data)
        except ValueError:
            pass
        raise self.fail("invalid")

    def to_representation(self, value: date) -> str:
        return value.isoformat()


@extend_schema_field({"type": "string", "format": "date-time", "pattern": _MOMENT})
class Moment(serializers.Field[datetime, Any, str | None, Any]):
    """A time with its zone; given back in UTC with six decimals, as the ledger writes it."""

    default_error_messages = {"invalid": "Give a time with its zone, such as 2026-11-24T07:54:32Z."}

    def to_internal_value(self, data: Any) -> datetime:
        try:
            if isinstance(data, str) and _fits(_MOMENT, data):
                return datetime.fromisoformat(data).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.fail("invalid")

    def to_representation(self, value: datetime) -> str:
        return clock.to_text(value)
