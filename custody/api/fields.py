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
_GRAMS_READ = re.compile(_GRAMS[:-1] + r"\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HASH = r"^[0-9a-f]{64}$"
_LABEL = r"^[A-Za-z]{2}-?[0-9A-Za-z]{8}-?[0-9A-Za-z*]$"


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
    """Text: JSON strings only. Codes are one printable line; free text may have lines."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        if not self.lines and not text.isprintable():
            raise serializers.ValidationError("It holds a character that is not printable.")
        return text


@extend_schema_field({"type": "string", "pattern": _LABEL, "examples": ["NX-7K3M9Q2X-C"]})
class Label(Text):
    """A label, however typed: its check character is checked, and it comes out in its printed form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
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
        if not re.fullmatch(_HASH[:-1] + r"\Z", text):
            self.fail("invalid")
        return text


@extend_schema_field({"type": "string", "pattern": _GRAMS, "examples": ["25000.000"]})
class Grams(serializers.Field[Decimal, Any, str | None, Any]):
    """A mass in grams as text: exact, at most three decimals. JSON's fractions are not exact, and refused."""

    default_error_messages = {
        "invalid": 'Give a mass in grams as text, exact and not negative, such as "25000.000".',
        "inexact": "Give the mass as text: a JSON number with a fraction is not exact.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, float):
            self.fail("inexact")
        if isinstance(data, int) and not isinstance(data, bool):
            data = str(data)
        if not isinstance(data, str) or not _GRAMS_READ.match(data):
            self.fail("invalid")
        try:
            return grams.parse(data)
        except CustodyError as error:
            raise blame(error) from error

    def to_representation(self, value: Decimal) -> str:
        return grams.to_text(value)


class Whole(serializers.IntegerField):
    """A whole number: a JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
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
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid")
        return UUID(data)

    def to_representation(self, value: UUID) -> str:
        return str(value)


@extend_schema_field(OpenApiTypes.DATE)
class Day(serializers.Field[date, Any, str, Any]):
    """A date as ``2026-11-24``."""

    default_error_messages = {"invalid": "Give a date as 2026-11-24."}

    def to_internal_value(self, data: Any) -> date:
        try:
            if isinstance(data, str) and _DATE.fullmatch(data):
                return date.fromisoformat(data)
        except ValueError:
            pass
        raise self.fail("invalid")

    def to_representation(self, value: date) -> str:
        return value.isoformat()


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field[datetime, Any, str | None, Any]):
    """A time with its zone; given back in UTC with six decimals, as the ledger writes it."""

    default_error_messages = {"invalid": "Give a time with its zone, such as 2026-11-24T07:54:32Z."}

    def to_internal_value(self, data: Any) -> datetime:
        try:
            if isinstance(data, str) and len(data) <= 40 and "T" in data:
                found = datetime.fromisoformat(data)
                if found.tzinfo is not None:
                    return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.fail("invalid")

    def to_representation(self, value: datetime) -> str:
        return clock.to_text(value)
