"""Policies as they are written down: read strictly, each fault by the field that it is in. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from custody.deadlines.calendars import Calendar, InvalidCalendar, parse_calendar
from custody.deadlines.policies import (
    KINDS,
    PLACE_KINDS,
    REPEAT_SECONDS,
    ClockRule,
    InvalidPolicy,
    Pause,
    Policy,
    Samples,
)
from custody.kit import clock
from custody.kit import grams as masses
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger.events import Json
from custody.seizures.lifecycle import Lane

_KEYS = frozenset(
    {
        "name",
        "starts",
        "stops",
        "lanes",
        "limit_seconds",
        "warn_percent",
        "escalate_percent",
        "received_at",
        "samples",
        "source",
    }
)
#: What a clock of a policy may leave out; first adopted policies knew none of it.
_OPTIONAL = frozenset(
    {
        "substances",
        "places",
        "least_grams",
        "most_grams",
        "paused_by",
        "calendar",
        "repeat_seconds",
    }
)
_TEN_YEARS = 10 * 366 * 24 * 3600
#: Of open hours; more of them would lie years ahead.
_QUARTER = 92 * 24 * 3600


def parse(content: Mapping[str, Json], *, version: int = 1) -> Policy:
    """The policy that this content describes.

    Args:
        content: ``code``, ``effective_at`` and ``clocks``, as :func:`flanders_2024` shows them.
        version: its number among the policies of this code.

    Raises:
        InvalidPolicy: something in it makes no sense; names the field.
    """
    if not isinstance(content, Mapping):
        raise InvalidPolicy(field="policy", why="a policy is an object")
    code = content.get("code")
    if not isinstance(code, str) or not 1 <= len(code) <= 40 or "/" in code:
        raise InvalidPolicy(field="code", why="give a code of 1 to 40 characters, without a slash")
    unknown = content.keys() - {"code", "effective_at", "clocks"}
    if unknown:
        raise InvalidPolicy(
            field=min(unknown), why=Sentence("{unknown} is not known", unknown=min(unknown))
        )
    try:
        effective_at = clock.from_text(str(content.get("effective_at")))
    except CustodyError as error:
        raise InvalidPolicy(field="effective_at", why=str(error).rstrip(".")) from None
    told = content.get("clocks")
    if not isinstance(told, Sequence) or isinstance(told, str) or not told:
        raise InvalidPolicy(field="clocks", why="give at least one clock")
    rules = tuple(_rule(one, f"clocks.{number}") for number, one in enumerate(told))
    for number, rule in enumerate(rules):
        for other in rules[:number]:
            if other.name != rule.name:
                continue
            if other.covers(rule):
                raise InvalidPolicy(
                    field=f"clocks.{number}.lanes",
                    why=Sentence(
                        "the clock {name} has two rules for one lane: the first that fits counts, so that the second must come before it, or fit something else",
                        name=rule.name,
                    ),
                )
            if other.course != rule.course:
                raise InvalidPolicy(
                    field=f"clocks.{number}.name",
                    why=Sentence(
                        "all rules of the clock {name} have the same starts, stops, received_at, samples and paused_by",
                        name=rule.name,
                    ),
                )
    return Policy(code=code, version=version, effective_at=effective_at, rules=rules)


def _rule(told: Any, field: str) -> ClockRule:
    if not isinstance(told, Mapping):
        raise InvalidPolicy(field=field, why="a clock is an object")
    wrong = (_KEYS - told.keys()) | (told.keys() - _KEYS - _OPTIONAL)
    if wrong:
        name = min(wrong)
        raise InvalidPolicy(
            field=f"{field}.{name}",
            why=Sentence(
                "{name} is missing" if name in _KEYS else "{name} is not known", name=name
            ),
        )
    name = told["name"]
    if not isinstance(name, str) or not 1 <= len(name) <= 24:
        raise InvalidPolicy(field=f"{field}.name", why="give a name of 1 to 24 characters")
    if not isinstance(told["source"], str) or not told["source"]:
        raise InvalidPolicy(field=f"{field}.source", why="say where the limit comes from")
    samples = {False: Samples.NO, True: Samples.TOO, "only": Samples.ONLY}.get(
        told["samples"] if isinstance(told["samples"], bool | str) else ""
    )
    if samples is None:
        raise InvalidPolicy(field=f"{field}.samples", why='samples is true, false or "only"')
    calendar = _calendar(told, field)
    rule = ClockRule(
        name=name,
        starts=_several(told, "starts", KINDS, field),
        stops=_several(told, "stops", KINDS, field),
        lanes=frozenset(
            Lane(one)
            for one in _several(told, "lanes", frozenset(lane.value for lane in Lane), field)
        ),
        limit_seconds=_number(
            told, "limit_seconds", 1, _QUARTER if calendar else _TEN_YEARS, field
        ),
        warn_percent=_number(told, "warn_percent", 1, 99, field),
        escalate_percent=_number(told, "escalate_percent", 101, 1000, field),
        received_at=_several(told, "received_at", PLACE_KINDS, field, optional=True),
        samples=samples,
        substances=_codes(told, "substances", field),
        places=_codes(told, "places", field),
        least_grams=_grams(told, "least_grams", field),
        most_grams=_grams(told, "most_grams", field),
        paused_by=frozenset(
            Pause(one)
            for one in _several(
                {"paused_by": (), **told},
                "paused_by",
                frozenset(pause.value for pause in Pause),
                field,
                optional=True,
            )
        ),
        calendar=calendar,
        repeat_seconds=_number(
            {"repeat_seconds": REPEAT_SECONDS, **told}, "repeat_seconds", 60, _TEN_YEARS, field
        ),
    )
    if rule.least_grams and rule.most_grams and rule.least_grams >= rule.most_grams:
        raise InvalidPolicy(field=f"{field}.most_grams", why="it is not above least_grams")
    both = rule.starts & rule.stops
    if both:
        raise InvalidPolicy(
            field=f"{field}.stops", why=Sentence("{both} cannot start and stop it", both=min(both))
        )
    return rule


def _several(
    told: Mapping[str, Any], name: str, known: frozenset[str], field: str, *, optional: bool = False
) -> frozenset[str]:
    values = told[name]
    if not isinstance(values, list | tuple) or not (values or optional):
        raise InvalidPolicy(
            field=f"{field}.{name}",
            why=Sentence("{name} is a list", name=name),
            legal=sorted(known),
        )
    for value in values:
        if not isinstance(value, str) or value not in known:
            raise InvalidPolicy(
                field=f"{field}.{name}",
                why=Sentence("{value} is not known", value=value),
                legal=sorted(known),
            )
    return frozenset(values)


def _codes(told: Mapping[str, Any], name: str, field: str) -> frozenset[str]:
    values = told.get(name, ())
    if not isinstance(values, list | tuple) or not all(
        isinstance(one, str) and 1 <= len(one) <= 64 for one in values
    ):
        raise InvalidPolicy(
            field=f"{field}.{name}", why=Sentence("{name} is a list of codes", name=name)
        )
    return frozenset(values)


def _grams(told: Mapping[str, Any], name: str, field: str) -> Decimal | None:
    value = told.get(name)
    if value is None:
        return None
    try:
        grams = masses.parse(value)
    except CustodyError as error:
        raise InvalidPolicy(field=f"{field}.{name}", why=str(error).rstrip(".")) from None
    if grams <= 0:
        raise InvalidPolicy(
            field=f"{field}.{name}", why=Sentence("{name} is a mass above nothing", name=name)
        )
    return grams


def _calendar(told: Mapping[str, Any], field: str) -> Calendar | None:
    if told.get("calendar") is None:
        return None
    try:
        return parse_calendar(told["calendar"])
    except InvalidCalendar as error:
        name = ".".join(["calendar", *([error.field] if error.field else [])])
        raise InvalidPolicy(field=f"{field}.{name}", why=str(error).rstrip(".")) from None


def _number(told: Mapping[str, Any], name: str, least: int, most: int, field: str) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidPolicy(
            field=f"{field}.{name}",
            why=Sentence(
                "{name} lies between {least} and {most}", name=name, least=least, most=most
            ),
        )
    return value
