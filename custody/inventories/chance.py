"""On which days which places are counted unannounced: drawn by a seed that nobody knows before the day. Pure.

The rule: on each day each place is drawn with a chance of one in so many, and it is counted in any case when the
last unannounced inventory lies so many days back. So nobody is safe for having just been counted, and nobody is
passed over for ever.

The seed of a day is the leaf of the last event recorded before it began (00:00 UTC): the ledger holds it for ever, and
nobody has it before. A place is drawn when the SHA-256 of seed, line feed, day, line feed and code name, read as a
number, leaves no remainder by the one in so many. With a shell::

    printf '%s\n%s\n%s' "$seed" 2026-11-24 VAULT-A | sha256sum

Sources: CALEA 84.1.6 d (unannounced, at least once a year); California Highway Patrol, HPM 70.1, chapter 12
(every quarter, which the house default comes to on average).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True)
class Rule:
    """How often places are counted unannounced, and since when that is so.

    Attributes:
        name: as events give it.
        effective_on: the first day on which it holds.
        one_in: each day's chance of a place.
        at_most_days: between two such inventories of a place.
    """

    name: str
    effective_on: date
    one_in: int
    at_most_days: int


#: The newest last. A change is a new one with its own day.
RULES = (Rule("unannounced-1", date(2024, 1, 1), one_in=90, at_most_days=365),)


def rule_on(day: date) -> Rule | None:
    """The rule that holds on a day; None before there was any."""
    return next((rule for rule in reversed(RULES) if rule.effective_on <= day), None)


def drawn(rule: Rule, day: date, place: str, seed: str) -> bool:
    """Whether chance falls on this place on this day."""
    told = sha256(f"{seed}\n{day.isoformat()}\n{place}".encode()).digest()
    return int.from_bytes(told) % rule.one_in == 0


def due(rule: Rule, day: date, last: date) -> bool:
    """Whether the last unannounced inventory, or the place's adoption, lies too far back."""
    return (day - last).days >= rule.at_most_days
