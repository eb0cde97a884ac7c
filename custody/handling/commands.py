"""What an act is told: one frozen dataclass per act, whose fields describe themselves.

The doors read the descriptions: serializers and forms are made from them, so an act is described once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from custody.kit import clock, grams
from custody.places.models import PlaceKind


class Kind(StrEnum):
    """What kind of value a field holds; each door has its own input for each."""

    LABEL = "label"
    LABELS = "labels"
    SEIZURE = "seizure"
    PLACE = "place"
    OFFICER = "officer"
    UNIT = "unit"
    SCALE = "scale"
    GRAMS = "grams"
    NUMBER = "number"
    PROTOCOL = "protocol"
    LOT = "lot"
    INTEGER = "integer"
    CODE = "code"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    MOMENT = "moment"
    IDENTIFIER = "identifier"
    PHOTOGRAPHS = "photographs"
    DOCUMENTS = "documents"
    ROWS = "rows"
    OBJECT = "object"


@dataclass(frozen=True)
class Description:
    """One field of a command.

    Attributes:
        kind: what it holds.
        title: what a person reads beside it.
        required: whether it must be given.
        options: the values of a choice.
        places: the kinds of place that will do.
        row: the dataclass of each row.
        max_length: of texts and codes, in characters.
        minimum, maximum: of whole numbers.
        on_a_seal: whether it is read off a seal, by a scanner too.
    """

    kind: Kind
    title: str
    required: bool = True
    options: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    row: type[Any] | None = None
    max_length: int = 40
    minimum: int = 0
    maximum: int = 10_000
    on_a_seal: bool = False


@dataclass(frozen=True, kw_only=True)
class Command:
    """The base of what acts are told."""


def described(kind: Kind, title: str, *, required: bool = True, **more: Any) -> Any:
    """A dataclass field with its description; optional ones default to None."""
    metadata = {"description": Description(kind=kind, title=title, required=required, **more)}
    if required:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=None, metadata=metadata)


def label(title: str, *, required: bool = True) -> Any:
    """One exhibit by its label: ``str``."""
    return described(Kind.LABEL, title, required=required)


def labels(title: str = "Units", *, required: bool = True) -> Any:
    """Exhibits by their labels: ``tuple[str, ...]``, not empty, none twice."""
    return described(Kind.LABELS, title, required=required)


def place(title: str, *kinds: PlaceKind, required: bool = True) -> Any:
    """A place by its code name: ``str``."""
    return described(Kind.PLACE, title, required=required, places=tuple(k.value for k in kinds))


def officer(title: str, *, required: bool = True) -> Any:
    """An officer by badge: ``str``."""
    return described(Kind.OFFICER, title, required=required)


def scale(*, required: bool = True) -> Any:
    """A scale by its code: ``str``."""
    return described(Kind.SCALE, "Scale", required=required)


def mass(title: str, *, required: bool = True) -> Any:
    """A mass in grams: ``Decimal``."""
    return described(Kind.GRAMS, title, required=required)


def code(title: str, *, required: bool = True, max_length: int = 40) -> Any:
    """A number or code that others gave, kept in clear: ``str``."""
    return described(Kind.CODE, title, required=required, max_length=max_length)


def number_on_seal(title: str, *, required: bool = True) -> Any:
    """The number of a seal: ``str``."""
    return described(Kind.CODE, title, required=required, max_length=32, on_a_seal=True)


def text(title: str, *, required: bool = True) -> Any:
    """Free text; the ledger holds only a commitment to it: ``str``."""
    return described(Kind.TEXT, title, required=required, max_length=4_000)


def moment(title: str) -> Any:
    """A time, aware: ``datetime``."""
    return described(Kind.MOMENT, title)


def session(*, required: bool = True) -> Any:
    """An incineration session by its id: ``UUID``."""
    return described(Kind.IDENTIFIER, "Session", required=required)


def choice(title: str, options: type[StrEnum] | tuple[str, ...], *, required: bool = True) -> Any:
    """One of some words: ``str``."""
    values = options if isinstance(options, tuple) else tuple(o.value for o in options)
    return described(Kind.CHOICE, title, required=required, options=values)


def photographs(title: str = "Photographs") -> Any:
    """Photographs that the actor brought, by their SHA-256 in hex: ``tuple[str, ...]``, not empty, none twice."""
    return described(Kind.PHOTOGRAPHS, title)


def documents(title: str = "Documents") -> Any:
    """The same for documents."""
    return described(Kind.DOCUMENTS, title)


#: Values that are several texts.
SEVERAL = frozenset({Kind.LABELS, Kind.PHOTOGRAPHS, Kind.DOCUMENTS})


def rows(title: str, row: type[Any], *, required: bool = True) -> Any:
    """Several of the same: a tuple of that dataclass, not empty when required."""
    return described(Kind.ROWS, title, required=required, row=row)


def describe(command: type[Any]) -> Iterator[tuple[str, Description]]:
    """The fields of a command or row with their descriptions, in order."""
    for field in dataclasses.fields(command):
        yield field.name, field.metadata["description"]


def to_json(value: Any) -> Any:
    """A command as JSON: the same command gives the same JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Decimal):
        return grams.to_text(value)
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, date | UUID):
        return str(value)
    return value


def from_json(command: type[Any], data: dict[str, Any]) -> Any:
    """The command that :func:`to_json` wrote."""
    values: dict[str, Any] = {}
    for name, description in describe(command):
        value = data.get(name)
        if value is None:
            values[name] = None
        elif description.kind is Kind.ROWS:
            assert description.row is not None
            values[name] = tuple(from_json(description.row, item) for item in value)
        elif description.kind in SEVERAL:
            values[name] = tuple(value)
        elif description.kind in {Kind.GRAMS, Kind.NUMBER}:
            values[name] = Decimal(value)
        elif description.kind is Kind.DATE:
            values[name] = date.fromisoformat(value)
        elif description.kind is Kind.MOMENT:
            values[name] = clock.from_text(value)
        elif description.kind is Kind.IDENTIFIER:
            values[name] = UUID(value)
        else:
            values[name] = value
    return command(**values)
