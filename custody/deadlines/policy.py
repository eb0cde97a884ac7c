"""Policies as data: which clocks there are, from which event to which, and how long they may run. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.seizures.lifecycle import TABLE, Lane

HOUR, DAY = 3_600, 86_400


class InvalidPolicy(CustodyError):
    """The policy is not usable: {why}."""

    code = "invalid_policy"


@dataclass(frozen=True)
class ClockRule:
    """One clock of a policy.

    Attributes:
        name: what it measures.
        starts, stops: the kinds of event.
        lanes: whose exhibits it runs for.
        limit_seconds: how long it may run.
        warn_percent, escalate_percent: shares of the limit at which it warns and escalates.
        received_at: the kinds of place at which a receipt stops it; any, if empty.
        samples: it runs for samples too.
        source: where the number comes from.
    """

    name: str
    starts: frozenset[str]
    stops: frozenset[str]
    lanes: frozenset[Lane]
    limit_seconds: int
    warn_percent: int
    escalate_percent: int
    received_at: frozenset[str]
    samples: bool
    source: str


@dataclass(frozen=True)
class Policy:
    """One version of a policy: never changed once adopted."""

    code: str
    effective_at: datetime
    clocks: tuple[ClockRule, ...]


def parse(code: str, content: Mapping[str, Any]) -> Policy:
    """Read a policy from its adopted content.

    Raises:
        InvalidPolicy: naming the clock and what is wrong with it.
    """
    clocks = tuple(_rule(one) for one in content["clocks"])
    seen: set[tuple[str, Lane]] = set()
    for rule in clocks:
        for lane in rule.lanes:
            if (rule.name, lane) in seen:
                raise InvalidPolicy(field="clocks", why=f"{rule.name} is there twice for {lane}")
            seen.add((rule.name, lane))
    return Policy(code, clock.from_text(content["effective_at"]), clocks)


def _rule(one: Mapping[str, Any]) -> ClockRule:
    try:
        rule = ClockRule(
            name=one["name"],
            starts=frozenset(one["starts"]),
            stops=frozenset(one["stops"]),
            lanes=frozenset(Lane(lane) for lane in one["lanes"]),
            limit_seconds=one["limit_seconds"],
            warn_percent=one["warn_percent"],
            escalate_percent=one["escalate_percent"],
            received_at=frozenset(one["received_at"]),
            samples=one["samples"],
            source=one["source"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPolicy(field="clocks", why=f"a clock lacks or mistakes {error}") from error
    unknown = (rule.starts | rule.stops) - TABLE.keys()
    if unknown:
        raise InvalidPolicy(field="clocks", why=f"{rule.name} waits for {min(unknown)}, unknown")
    if rule.limit_seconds <= 0 or not 0 < rule.warn_percent < 100 < rule.escalate_percent:
        raise InvalidPolicy(
            field="clocks", why=f"{rule.name} needs warning < limit < escalation, all positive"
        )
    return rule


def in_force(policies: Sequence[Policy], moment: datetime) -> Policy | None:
    """The policy in force at a moment: the one that took effect last."""
    past = [policy for policy in policies if policy.effective_at <= moment]
    return max(past, key=lambda policy: policy.effective_at, default=None)


def _clock(
    name: str, starts: str, stops: str, lane: Lane, limit_seconds: int, source: str, **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "starts": starts.split(),
        "stops": stops.split(),
        "lanes": [lane.value],
        "limit_seconds": limit_seconds,
        "warn_percent": 75,
        "escalate_percent": 150,
        "received_at": [],
        "samples": False,
        "source": source,
        **more,
    }


def flanders_2024() -> dict[str, Any]:
    """The default policy, version 1: every number with its source; its effect is dated when it is adopted."""
    house = "house default, no public source"
    both = {"lanes": [lane.value for lane in Lane]}
    return {
        "name": "flanders-2024",
        "version": 1,
        "clocks": [
            _clock(
                "harmless",
                "exhibit.intercepted",
                "exhibit.neutralised exhibit.incinerated",
                Lane.FAST,
                2 * HOUR,
                "VITO's target for neutralisation on the spot: within two hours of interception",
            ),
            _clock(
                "plant",
                "order.given",
                "exhibit.received exhibit.staged exhibit.incinerated order.revoked",
                Lane.FAST,
                3 * HOUR,
                "the fast-lane protocol: at the plant within three hours of the request to destroy",
                received_at=["plant"],
            ),
            _clock(
                "transit",
                "exhibit.dispatched",
                "exhibit.received",
                Lane.FAST,
                2 * HOUR,
                house,
                samples=True,
                **both,
            ),
            _clock("store", "exhibit.stored", "exhibit.withdrawn", Lane.FAST, DAY, house),
            _clock("store", "exhibit.stored", "exhibit.withdrawn", Lane.STANDARD, 7 * DAY, house),
        ],
    }
