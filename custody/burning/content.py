"""Permits, crews and vehicles as they are written down: read strictly, each fault by the field that it is in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from custody.burning.caps import Cap
from custody.burning.errors import InvalidCrew, InvalidHours, InvalidPermit, InvalidVehicle
from custody.burning.hours import parse_hours
from custody.kit import grams as masses
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger.events import Json
from custody.seizures.lifecycle import Form

_PERMIT = frozenset(
    {
        "plant",
        "valid_from",
        "valid_until",
        "caps",
        "sessions_per_week",
        "opening_hours",
        "minimum_temperature_celsius",
        "requisitionable",
        "source",
        "confirmed",
    }
)
_CREW = frozenset({"unit", "size", "hours", "valid_from", "valid_until"})
_CAP = frozenset({"substance", "form", "grams"})
_HOTTEST = 2_000
_MOST_A_WEEK = 168


def permit(told: Mapping[str, Any]) -> dict[str, Json]:
    """A permit's content as events hold it.

    Args:
        told: ``plant``; ``valid_from`` and ``valid_until`` (dates, both included; the latter null or left out: until
            further notice); ``caps`` (each ``substance``, ``form``, null for any, and ``grams`` a session; one for everything);
            ``sessions_per_week``; ``opening_hours``; ``minimum_temperature_celsius``; ``requisitionable``: whether it
            can be requisitioned in an emergency; ``source``; ``confirmed``: whether the plant's own paper says so.

    Raises:
        InvalidPermit: something in it makes no sense; names the field.
    """
    told = _open_ended(told)
    _keys(told, _PERMIT, InvalidPermit)
    first, last = _days(told, InvalidPermit)
    try:
        parse_hours(told["opening_hours"])
    except InvalidHours as error:
        name = ".".join(["opening_hours", *([error.field] if error.field else [])])
        raise InvalidPermit(field=name, why=str(error).rstrip(".")) from None
    for name in ("requisitionable", "confirmed"):
        if not isinstance(told[name], bool):
            raise InvalidPermit(field=name, why=Sentence("{name} is true or false", name=name))
    return {
        "plant": _text(told, "plant", 24, InvalidPermit),
        "valid_from": first,
        "valid_until": last,
        "caps": _caps(told["caps"]),
        "sessions_per_week": _whole(told, "sessions_per_week", 1, _MOST_A_WEEK, InvalidPermit),
        "opening_hours": told["opening_hours"],
        "minimum_temperature_celsius": _whole(
            told, "minimum_temperature_celsius", 0, _HOTTEST, InvalidPermit
        ),
        "requisitionable": told["requisitionable"],
        "source": _text(told, "source", 400, InvalidPermit),
        "confirmed": told["confirmed"],
    }


def caps_of(content: Any) -> tuple[Cap, ...]:
    """The caps of a permit's content."""
    return tuple(Cap(one["substance"], one["form"], Decimal(one["grams"])) for one in content)


def crew(told: Mapping[str, Any]) -> dict[str, Json]:
    """A crew's content as events hold it.

    Args:
        told: ``unit``, ``size`` (people), ``hours`` (as opening hours are told; a shift may pass midnight),
            ``valid_from`` and ``valid_until``, as a permit's.

    Raises:
        InvalidCrew: something in it makes no sense; names the field.
    """
    told = _open_ended(told)
    _keys(told, _CREW, InvalidCrew)
    first, last = _days(told, InvalidCrew)
    try:
        parse_hours(told["hours"], nights=True)
    except InvalidHours as error:
        name = ".".join(["hours", *([error.field] if error.field else [])])
        raise InvalidCrew(field=name, why=str(error).rstrip(".")) from None
    return {
        "unit": _text(told, "unit", 64, InvalidCrew),
        "size": _whole(told, "size", 1, 100, InvalidCrew),
        "hours": told["hours"],
        "valid_from": first,
        "valid_until": last,
    }


def vehicle(told: Mapping[str, Any]) -> dict[str, Json]:
    """A vehicle's content as events hold it: what it carries at most, in grams.

    Raises:
        InvalidVehicle: it makes no sense.
    """
    _keys(told, frozenset({"capacity_grams"}), InvalidVehicle)
    return {"capacity_grams": _grams(told["capacity_grams"], "capacity_grams", InvalidVehicle)}


def _open_ended(told: Any) -> Any:
    """The same where nobody says when it ends."""
    return {"valid_until": None, **told} if isinstance(told, Mapping) else told


def _keys(told: Any, known: frozenset[str], error: type[CustodyError]) -> None:
    if not isinstance(told, Mapping):
        raise error(why="it is an object")
    wrong = known ^ told.keys()
    if wrong:
        name = min(wrong)
        why = f"{name} is {'missing' if name in known else 'not known'}"
        raise error(field=name, why=why)


def _days(told: Mapping[str, Any], error: type[CustodyError]) -> tuple[str, str | None]:
    first, last = (_day(told, name, error) for name in ("valid_from", "valid_until"))
    if first is None:
        raise error(field="valid_from", why="say from when on")
    if last is not None and last < first:
        raise error(field="valid_until", why="it ends before it begins")
    return first, last


def _day(told: Mapping[str, Any], name: str, error: type[CustodyError]) -> str | None:
    value = told[name]
    if value is None:
        return None
    try:
        if date.fromisoformat(value).isoformat() == value:
            return str(value)
    except (ValueError, TypeError):
        pass
    raise error(field=name, why=Sentence("{value} is not YYYY-MM-DD", value=value))


def _caps(told: Any) -> list[Json]:
    if not isinstance(told, list | tuple) or not told:
        raise InvalidPermit(field="caps", why="give at least one cap")
    found: dict[tuple[str | None, str | None], Json] = {}
    for number, one in enumerate(told):
        field = f"caps.{number}"
        if not isinstance(one, Mapping) or one.keys() != _CAP:
            raise InvalidPermit(field=field, why="a cap has substance, form and grams")
        substance, form = one["substance"], one["form"]
        if substance is not None and not (isinstance(substance, str) and 1 <= len(substance) <= 40):
            raise InvalidPermit(
                field=f"{field}.substance", why="it is a substance, or null for any"
            )
        forms = [one.value for one in Form]
        if form is not None and form not in forms:
            raise InvalidPermit(
                field=f"{field}.form", why=Sentence("{form} is no form", form=form), legal=forms
            )
        if (substance, form) in found:
            raise InvalidPermit(field=field, why="there is a cap for the same already")
        found[substance, form] = {
            "substance": substance,
            "form": form,
            "grams": _grams(one["grams"], f"{field}.grams", InvalidPermit),
        }
    if (None, None) not in found:
        raise InvalidPermit(field="caps", why="one cap is for everything: substance and form null")
    return list(found.values())


def _grams(value: Any, field: str, error: type[CustodyError]) -> str:
    try:
        grams = masses.parse(value)
    except CustodyError as why:
        raise error(field=field, why=str(why).rstrip(".")) from None
    if grams <= 0:
        raise error(field=field, why="it is a mass above nothing")
    return masses.to_text(grams)


def _whole(
    told: Mapping[str, Any], name: str, least: int, most: int, error: type[CustodyError]
) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise error(
            field=name,
            why=Sentence(
                "{name} lies between {least} and {most}", name=name, least=least, most=most
            ),
        )
    return value


def _text(told: Mapping[str, Any], name: str, longest: int, error: type[CustodyError]) -> str:
    value = told[name]
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise error(
            field=name,
            why=Sentence("give {name} in 1 to {longest} characters", name=name, longest=longest),
        )
    return value
