"""Profiles as they are written down: read strictly, each fault by the field that it is in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from custody.kit import clock
from custody.kit import grams as masses
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.law.profiles import (
    Deed,
    DeedRules,
    MustHold,
    OrderRule,
    PeriodRule,
    PhotographsRule,
    Profile,
    RetainedRule,
    Rule,
    SamplesRule,
    Shown,
    Since,
    WitnessesRule,
)
from custody.ledger.events import Json
from custody.seizures.lifecycle import SAMPLE_FORMS, Form

Told = Mapping[str, Any]
W = TypeVar("W", bound=StrEnum)

#: Kinds of agency, as :class:`custody.people.models.AgencyKind` has them.
AGENCIES = frozenset({"customs", "police", "prosecution", "laboratory", "carrier", "plant"})
#: Witnesses of every destruction, and how many of them are of another agency: no profile asks for more than acts do.
WITNESSES, OUTSIDERS = 2, 1
MOST_DAYS = 3_660
MOST_PHOTOGRAPHS = 20
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_OF_ITSELF = frozenset({"source", "confirmed"})


class InvalidProfile(CustodyError):
    """The profile is not valid: {why}."""

    code = "invalid_profile"


def parse(content: Mapping[str, Json], *, version: int = 1) -> Profile:
    """The profile that this content describes.

    Args:
        content: ``code``, ``jurisdiction``, ``effective_at`` and ``deeds``, as :mod:`custody.law.jurisdictions`
            shows them.
        version: its number among the profiles of this code.

    Raises:
        InvalidProfile: something in it makes no sense; names the field.
    """
    told = _object(content, "", {"code", "jurisdiction", "effective_at", "deeds"})
    code = _matching(told, "code", _CODE, "", "give a code of small letters, digits and hyphens")
    place = _matching(told, "jurisdiction", _JURISDICTION, "", "give an ISO 3166 code, as BE")
    try:
        effective_at = clock.from_text(str(told["effective_at"]))
    except CustodyError as error:
        raise InvalidProfile(field="effective_at", why=str(error).rstrip(".")) from None
    deeds = _object(told["deeds"], "deeds", {deed.value for deed in Deed})
    return Profile(
        code=code,
        version=version,
        jurisdiction=place,
        effective_at=effective_at,
        deeds={deed: _deed(deeds[deed.value], f"deeds.{deed.value}") for deed in Deed},
    )


def _deed(value: Any, field: str) -> DeedRules:
    told = _object(value, field, set(), {*_READERS, "periods"})
    rules: dict[str, Any] = {
        name: read(told[name], f"{field}.{name}")
        for name, read in _READERS.items()
        if told.get(name) is not None
    }
    if ("order" in rules) == ("standing" in rules):
        raise InvalidProfile(
            field=f"{field}.order", why="a deed needs either an order or a standing authorisation"
        )
    if "judge" in rules and "order" not in rules:
        raise InvalidProfile(field=f"{field}.judge", why="a judge authorises an order")
    if "apart" in rules and "samples" not in rules:
        raise InvalidProfile(field=f"{field}.apart", why="no samples are asked for")
    periods = _periods(told.get("periods", ()), f"{field}.periods")
    for number, period in enumerate(periods):
        if period.since is Since.ORDER_GIVEN and "order" not in rules:
            raise InvalidProfile(
                field=f"{field}.periods.{number}.from", why="no order is asked for"
            )
    return DeedRules(**rules, periods=periods)


def _periods(value: Any, field: str) -> tuple[PeriodRule, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidProfile(field=field, why="periods is a list")
    periods = tuple(_period(one, f"{field}.{number}") for number, one in enumerate(value))
    names = [period.name for period in periods]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise InvalidProfile(
                field=f"{field}.{number}.name",
                why=Sentence("the period {name} stands here twice", name=name),
            )
    return periods


def _plain(value: Any, field: str) -> Rule:
    told = _object(value, field, _OF_ITSELF)
    return Rule(**_of_itself(told, field))


def _order(value: Any, field: str) -> OrderRule:
    told = _object(value, field, _OF_ITSELF | {"by", "must_hold", "valid_days"})
    valid_days = told["valid_days"]
    return OrderRule(
        **_of_itself(told, field),
        by=frozenset(_words(told, "by", AGENCIES, field)),
        must_hold=frozenset(
            MustHold(one)
            for one in _words(told, "must_hold", frozenset(one.value for one in MustHold), field)
        ),
        valid_days=None if valid_days is None else _number(told, "valid_days", 1, MOST_DAYS, field),
    )


def _samples(value: Any, field: str) -> SamplesRule:
    told = _object(value, field, _OF_ITSELF | {"forms"})
    known = frozenset(form.value for form in SAMPLE_FORMS)
    forms = _words(told, "forms", known, field)
    return SamplesRule(**_of_itself(told, field), forms=tuple(Form(one) for one in forms))


def _photographs(value: Any, field: str) -> PhotographsRule:
    told = _object(value, field, _OF_ITSELF | {"least", "of"})
    return PhotographsRule(
        **_of_itself(told, field),
        least=_number(told, "least", 1, MOST_PHOTOGRAPHS, field),
        of=_word(told, "of", Shown, field),
    )


def _period(value: Any, field: str) -> PeriodRule:
    told = _object(value, field, _OF_ITSELF | {"name", "days", "from"})
    return PeriodRule(
        **_of_itself(told, field),
        name=_matching(told, "name", _CODE, field, "give a name of small letters"),
        days=_number(told, "days", 0, MOST_DAYS, field),
        since=_word(told, "from", Since, field),
    )


def _retained(value: Any, field: str) -> RetainedRule:
    told = _object(value, field, _OF_ITSELF | {"grams"})
    grams = told["grams"]
    if not isinstance(grams, Mapping) or not grams:
        raise InvalidProfile(field=f"{field}.grams", why="grams names each substance")
    found: dict[str, Decimal | None] = {}
    for substance, amount in grams.items():
        place = f"{field}.grams.{substance}"
        if not isinstance(substance, str) or not 1 <= len(substance) <= 40:
            raise InvalidProfile(field=place, why="a substance has 1 to 40 characters")
        if amount is None:
            found[substance] = None
            continue
        try:
            found[substance] = masses.parse(amount)
        except CustodyError as error:
            raise InvalidProfile(field=place, why=str(error).rstrip(".")) from None
        if not found[substance]:
            raise InvalidProfile(field=place, why="it is a mass above nothing")
    return RetainedRule(**_of_itself(told, field), grams=found)


def _witnesses(value: Any, field: str) -> WitnessesRule:
    told = _object(value, field, _OF_ITSELF | {"count", "other_agency"})
    return WitnessesRule(
        **_of_itself(told, field),
        count=_number(told, "count", 0, WITNESSES, field),
        other_agency=_number(told, "other_agency", 0, OUTSIDERS, field),
    )


_READERS: Mapping[str, Callable[[Any, str], Rule]] = {
    "order": _order,
    "standing": _plain,
    "judge": _plain,
    "samples": _samples,
    "apart": _plain,
    "photographs": _photographs,
    "retained": _retained,
    "witnesses": _witnesses,
}


def _object(
    value: Any, field: str, required: set[str] | frozenset[str], optional: set[str] | None = None
) -> Told:
    """An object with these members and no other."""
    if not isinstance(value, Mapping):
        raise InvalidProfile(field=field, why=Sentence("{field} is an object", field=field))
    names = {str(name) for name in value}
    for name in sorted((required - names) | (names - required - (optional or set()))):
        why = f"{name} is {'missing' if name in required else 'not known'}"
        raise InvalidProfile(field=_member(field, name), why=why)
    return value


def _member(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _of_itself(told: Told, field: str) -> dict[str, Any]:
    source = told["source"]
    if not isinstance(source, str) or not 1 <= len(source) <= 400:
        raise InvalidProfile(field=f"{field}.source", why="say where the rule comes from")
    if not isinstance(told["confirmed"], bool):
        raise InvalidProfile(field=f"{field}.confirmed", why="confirmed is true or false")
    return {"source": source, "confirmed": told["confirmed"]}


def _matching(told: Told, name: str, pattern: re.Pattern[str], field: str, why: str) -> str:
    value = told[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidProfile(field=_member(field, name), why=why)
    return value


def _words(told: Told, name: str, known: frozenset[str], field: str) -> list[str]:
    values = told[name]
    if not isinstance(values, list | tuple) or not values:
        raise InvalidProfile(
            field=f"{field}.{name}", why=Sentence("{name} is a list of words", name=name)
        )
    for number, value in enumerate(values):
        if not isinstance(value, str) or value not in known:
            raise InvalidProfile(
                field=f"{field}.{name}",
                why=Sentence("{value} is not known", value=value),
                legal=sorted(known),
            )
        if value in values[:number]:
            raise InvalidProfile(
                field=f"{field}.{name}", why=Sentence("{value} stands here twice", value=value)
            )
    return list(values)


def _word(told: Told, name: str, words: type[W], field: str) -> W:
    value = told[name]
    known = sorted(one.value for one in words)
    if not isinstance(value, str) or value not in known:
        raise InvalidProfile(
            field=f"{field}.{name}", why=Sentence("{value} is not known", value=value), legal=known
        )
    return words(value)


def _number(told: Told, name: str, least: int, most: int, field: str) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidProfile(
            field=f"{field}.{name}",
            why=Sentence(
                "{name} lies between {least} and {most}", name=name, least=least, most=most
            ),
        )
    return value
