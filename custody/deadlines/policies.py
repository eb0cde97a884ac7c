"""Policies as data: which clock runs from what to what, and how long it may. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.events import Json
from custody.seizures.lifecycle import Lane

#: Events that may start or stop a clock.
KINDS = frozenset(
    {
        "exhibit.intercepted",
        "exhibit.sampled",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.handed_over",
        "exhibit.stored",
        "exhibit.withdrawn",
        "exhibit.found",
        "hold.placed",
        "hold.lifted",
        "order.given",
        "order.revoked",
        "exhibit.neutralised",
        "exhibit.staged",
        "exhibit.loaded",
        "exhibit.incinerated",
    }
)
PLACE_KINDS = frozenset({"quay", "vehicle", "vault", "laboratory", "plant"})
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
_TEN_YEARS = 10 * 366 * 24 * 3600


class InvalidPolicy(CustodyError):
    """The policy is not valid: {why}."""

    code = "invalid_policy"


@dataclass(frozen=True, kw_only=True)
class ClockRule:
    """How long one clock may run on some lanes.

    Attributes:
        name: the clock; another rule of that name may hold for another lane.
        starts, stops: kinds of events; the first of each counts.
        limit_seconds: it is due when it has run that long.
        warn_percent, escalate_percent: shares of the limit at which it is due soon, and escalated.
        received_at: kinds of places at which an ``exhibit.received`` counts; empty for any.
        samples: whether it runs on samples too.
    """

    name: str
    starts: frozenset[str]
    stops: frozenset[str]
    lanes: frozenset[Lane]
    limit_seconds: int
    warn_percent: int
    escalate_percent: int
    received_at: frozenset[str] = frozenset()
    samples: bool = False


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules that hold from a moment on, until another policy's do."""

    code: str
    version: int
    effective_at: datetime
    rules: tuple[ClockRule, ...]

    def rule(self, name: str, lane: Lane) -> ClockRule | None:
        """The rule for a clock on a lane, if there is one."""
        return next((r for r in self.rules if r.name == name and lane in r.lanes), None)

    def any_rule(self, name: str, lane: Lane) -> ClockRule | None:
        """The same, or else the rule for the other lane: what starts and stops the clock there too."""
        return self.rule(name, lane) or next((r for r in self.rules if r.name == name), None)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(rule.name for rule in self.rules))


def in_force(policies: Sequence[Policy], at: datetime) -> Policy | None:
    """The policy that held at a moment; the first one ever counts for whatever was before it."""
    ordered = sorted(policies, key=lambda policy: policy.effective_at)
    held = [policy for policy in ordered if policy.effective_at <= at]
    return held[-1] if held else next(iter(ordered), None)


def parse(content: Mapping[str, Json], *, version: int = 1) -> Policy:
    """The policy that this content describes.

    Args:
        content: ``code``, ``effective_at`` and ``clocks``, as :func:`flanders_2024` shows them.
        version: its number among the policies of this code.

    Raises:
        InvalidPolicy: something in it makes no sense; names the field.
    """
    code = content.get("code")
    if not isinstance(code, str) or not 1 <= len(code) <= 40 or "/" in code:
        raise InvalidPolicy(field="code", why="give a code of 1 to 40 characters, without a slash")
    unknown = content.keys() - {"code", "effective_at", "clocks"}
    if unknown:
        raise InvalidPolicy(field=min(unknown), why=f"{min(unknown)} is not known")
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
            if other.name == rule.name and other.lanes & rule.lanes:
                raise InvalidPolicy(
                    field=f"clocks.{number}.lanes",
                    why=f"the clock {rule.name} has two rules for one lane",
                )
    return Policy(code=code, version=version, effective_at=effective_at, rules=rules)


def _rule(told: Any, field: str) -> ClockRule:
    if not isinstance(told, Mapping):
        raise InvalidPolicy(field=field, why="a clock is an object")
    wrong = told.keys() ^ _KEYS
    if wrong:
        name = min(wrong)
        raise InvalidPolicy(
            field=f"{field}.{name}", why=f"{name} is {'missing' if name in _KEYS else 'not known'}"
        )
    name = told["name"]
    if not isinstance(name, str) or not 1 <= len(name) <= 24:
        raise InvalidPolicy(field=f"{field}.name", why="give a name of 1 to 24 characters")
    if not isinstance(told["source"], str) or not told["source"]:
        raise InvalidPolicy(field=f"{field}.source", why="say where the limit comes from")
    if not isinstance(told["samples"], bool):
        raise InvalidPolicy(field=f"{field}.samples", why="samples is true or false")
    rule = ClockRule(
        name=name,
        starts=_several(told, "starts", KINDS, field),
        stops=_several(told, "stops", KINDS, field),
        lanes=frozenset(
            Lane(one)
            for one in _several(told, "lanes", frozenset(lane.value for lane in Lane), field)
        ),
        limit_seconds=_number(told, "limit_seconds", 1, _TEN_YEARS, field),
        warn_percent=_number(told, "warn_percent", 1, 99, field),
        escalate_percent=_number(told, "escalate_percent", 101, 1000, field),
        received_at=_several(told, "received_at", PLACE_KINDS, field, optional=True),
        samples=told["samples"],
    )
    both = rule.starts & rule.stops
    if both:
        raise InvalidPolicy(field=f"{field}.stops", why=f"{min(both)} cannot start and stop it")
    return rule


def _several(
    told: Mapping[str, Any], name: str, known: frozenset[str], field: str, *, optional: bool = False
) -> frozenset[str]:
    values = told[name]
    if not isinstance(values, list | tuple) or not (values or optional):
        raise InvalidPolicy(field=f"{field}.{name}", why=f"{name} is a list", legal=sorted(known))
    for value in values:
        if not isinstance(value, str) or value not in known:
            raise InvalidPolicy(
                field=f"{field}.{name}", why=f"{value} is not known", legal=sorted(known)
            )
    return frozenset(values)


def _number(told: Mapping[str, Any], name: str, least: int, most: int, field: str) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidPolicy(field=f"{field}.{name}", why=f"{name} lies between {least} and {most}")
    return value


def flanders_2024(*, effective_at: str = "2023-01-01T00:00:00.000000Z") -> dict[str, Any]:
    """The default policy, "Flanders 2024", with the source of every number.

    Args:
        effective_at: from when it holds. The default is before anything that the demonstration tells.
    """
    house = "house default, no public source"
    return {
        "code": "flanders-2024",
        "effective_at": effective_at,
        "clocks": [
            _clock(
                "harmless",
                ["exhibit.intercepted"],
                ["exhibit.neutralised", "exhibit.incinerated"],
                hours=2,
                lanes=[Lane.FAST],
                source="VITO: neutralised on the spot within two hours of the catch, the target of its development",
            ),
            _clock(
                "plant",
                ["order.given"],
                ["order.revoked", "exhibit.received", "exhibit.staged", "exhibit.incinerated"],
                hours=3,
                received_at=["plant"],
                source="fast-lane protocol of customs and plants: there within three hours of the request",
            ),
            _clock(
                "transit",
                ["exhibit.dispatched"],
                ["exhibit.received", "exhibit.found"],
                hours=2,
                samples=True,
                source=house,
            ),
            *(
                _clock(
                    "store",
                    ["exhibit.stored"],
                    ["exhibit.withdrawn", "exhibit.found", "exhibit.incinerated"],
                    hours=hours,
                    lanes=[lane],
                    source=house,
                )
                for lane, hours in ((Lane.FAST, 24), (Lane.STANDARD, 7 * 24))
            ),
        ],
    }


def _clock(
    name: str,
    starts: Sequence[str],
    stops: Sequence[str],
    *,
    hours: int,
    source: str,
    lanes: Sequence[Lane] = tuple(Lane),
    received_at: Sequence[str] = (),
    samples: bool = False,
) -> dict[str, Any]:
    return {
        "name": name,
        "starts": list(starts),
        "stops": list(stops),
        "lanes": [lane.value for lane in lanes],
        "limit_seconds": hours * 3600,
        "warn_percent": 75,
        "escalate_percent": 150,
        "received_at": list(received_at),
        "samples": samples,
        "source": source,
    }
