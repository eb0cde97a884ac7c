"""Protocols of neutralisation as data: read strictly, each fault by the field that it is in. Pure.

The standard that a run has to reach is "non-retrievable" (21 CFR 1300.05): a permanent change by irreversible means,
after which the substance is unavailable and unusable for all practical purposes and cannot be turned back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence

_NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
_KEYS = frozenset(
    {
        "code",
        "substances",
        "reagent",
        "ratio",
        "hold_minutes",
        "mixing",
        "readings",
        "criterion",
        "source",
        "confirmed",
    }
)
_WEEK = 7 * 24 * 60


class InvalidProtocol(CustodyError):
    """The protocol is not valid: {why}."""

    code = "invalid_protocol"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """One quantity that is read during a run, and between what it has to lie; None for no bound."""

    name: str
    unit: str
    least: Decimal | None
    most: Decimal | None

    def hold(self, value: Decimal) -> bool:
        """Whether a value lies within them, the bounds included."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """When an assay passes.

    Attributes:
        standard: what the result proves, in words.
        method: by which it is measured.
        most: the largest value that passes, in ``unit``.
    """

    standard: str
    method: str
    unit: str
    most: Decimal


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """How a substance is made harmless.

    Attributes:
        substances: codes of those that it suits; empty for any.
        reagent: code of what is added.
        ratio, tolerance: grams of reagent for each gram net, and by how much that may differ.
        hold_minutes: how long it takes at least.
        mixing, mixing_minutes: how it is mixed, and for how long.
        readings: what has to be read during a run.
        source: where the values come from; ``confirmed`` says whether a laboratory stands for them here.
    """

    code: str
    substances: frozenset[str]
    reagent: str
    ratio: Decimal
    tolerance: Decimal
    hold_minutes: int
    mixing: str
    mixing_minutes: int
    readings: tuple[Bounds, ...]
    criterion: Criterion
    source: str
    confirmed: bool


def parse(content: Mapping[str, Any]) -> Protocol:
    """The protocol that this content describes.

    Args:
        content: an object with exactly the keys of :class:`Protocol`, where ``ratio`` is ``{"grams_per_gram",
            "tolerance"}``, ``mixing`` ``{"how", "minutes"}``, a reading ``{"name", "unit", "least", "most"}`` and the
            criterion ``{"standard", "method", "unit", "most"}``; decimals are texts.

    Raises:
        InvalidProtocol: something in it makes no sense; names the field.
    """
    _exactly(content, _KEYS, "")
    code = _text(content, "code", "", most=32)
    if "/" in code:
        raise InvalidProtocol(field="code", why="a code holds no slash")
    substances = content["substances"]
    if not isinstance(substances, list | tuple) or not all(
        isinstance(one, str) and 1 <= len(one) <= 40 for one in substances
    ):
        raise InvalidProtocol(field="substances", why="substances is a list of codes")
    ratio = _object(content, "ratio", {"grams_per_gram", "tolerance"})
    grams, tolerance = (_decimal(ratio, name, "ratio.") for name in ("grams_per_gram", "tolerance"))
    if grams <= 0:
        raise InvalidProtocol(field="ratio.grams_per_gram", why="a ratio is above nothing")
    if not 0 <= tolerance < grams:
        raise InvalidProtocol(
            field="ratio.tolerance", why="a tolerance lies between nothing and the ratio itself"
        )
    mixing = _object(content, "mixing", {"how", "minutes"})
    if not isinstance(content["confirmed"], bool):
        raise InvalidProtocol(field="confirmed", why="confirmed is true or false")
    return Protocol(
        code=code,
        substances=frozenset(substances),
        reagent=_text(content, "reagent", "", most=40),
        ratio=grams,
        tolerance=tolerance,
        hold_minutes=_whole(content, "hold_minutes", "", _WEEK),
        mixing=_text(mixing, "how", "mixing."),
        mixing_minutes=_whole(mixing, "minutes", "mixing.", _WEEK),
        readings=_readings(content),
        criterion=_criterion(content),
        source=_text(content, "source", ""),
        confirmed=content["confirmed"],
    )


def _readings(content: Mapping[str, Any]) -> tuple[Bounds, ...]:
    told = content["readings"]
    if not isinstance(told, list | tuple):
        raise InvalidProtocol(field="readings", why="readings is a list")
    found: list[Bounds] = []
    for number, one in enumerate(told):
        field = f"readings.{number}."
        if not isinstance(one, Mapping):
            raise InvalidProtocol(field=field[:-1], why="a reading is an object")
        _exactly(one, {"name", "unit", "least", "most"}, field)
        bounds = Bounds(
            name=_text(one, "name", field, most=40),
            unit=_text(one, "unit", field, most=40),
            least=_bound(one, "least", field),
            most=_bound(one, "most", field),
        )
        if bounds.name in {other.name for other in found}:
            raise InvalidProtocol(
                field=f"{field}name", why=Sentence("{name} is named twice", name=bounds.name)
            )
        if bounds.least is None and bounds.most is None:
            raise InvalidProtocol(field=f"{field}least", why="a reading has one bound at least")
        if bounds.least is not None and bounds.most is not None and bounds.least > bounds.most:
            raise InvalidProtocol(field=f"{field}most", why="most is below least")
        found.append(bounds)
    return tuple(found)


def _criterion(content: Mapping[str, Any]) -> Criterion:
    told = _object(content, "criterion", {"standard", "method", "unit", "most"})
    most = _decimal(told, "most", "criterion.")
    if most < 0:
        raise InvalidProtocol(field="criterion.most", why="a limit is not negative")
    return Criterion(
        standard=_text(told, "standard", "criterion."),
        method=_text(told, "method", "criterion.", most=40),
        unit=_text(told, "unit", "criterion.", most=80),
        most=most,
    )


def _exactly(told: Mapping[str, Any], keys: frozenset[str] | set[str], field: str) -> None:
    for name in sorted(keys - told.keys()):
        raise InvalidProtocol(field=f"{field}{name}", why=Sentence("{name} is missing", name=name))
    for name in sorted(told.keys() - keys):
        raise InvalidProtocol(
            field=f"{field}{name}", why=Sentence("{name} is not known", name=name)
        )


def _object(told: Mapping[str, Any], name: str, keys: set[str]) -> Mapping[str, Any]:
    value = told[name]
    if not isinstance(value, Mapping):
        raise InvalidProtocol(field=name, why=Sentence("{name} is an object", name=name))
    _exactly(value, keys, f"{name}.")
    return value


def _text(told: Mapping[str, Any], name: str, field: str, *, most: int = 500) -> str:
    value = told[name]
    if not isinstance(value, str) or not 1 <= len(value) <= most or value != value.strip():
        raise InvalidProtocol(
            field=f"{field}{name}",
            why=Sentence("{name} is a text of 1 to {most} characters", name=name, most=most),
        )
    return value


def _decimal(told: Mapping[str, Any], name: str, field: str) -> Decimal:
    value = told[name]
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise InvalidProtocol(
            field=f"{field}{name}", why=Sentence("{name} is a decimal, as text", name=name)
        )
    return Decimal(value)


def _bound(told: Mapping[str, Any], name: str, field: str) -> Decimal | None:
    return None if told[name] is None else _decimal(told, name, field)


def _whole(told: Mapping[str, Any], name: str, field: str, most: int) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise InvalidProtocol(
            field=f"{field}{name}",
            why=Sentence("{name} lies between 0 and {most}", name=name, most=most),
        )
    return value


def in_words(protocols: Sequence[Bounds]) -> str:
    """The names of what has to be read, for messages."""
    return ", ".join(one.name for one in protocols) or "nothing"
