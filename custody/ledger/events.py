"""Events: made once, never changed. Their exact bytes are the record; everything else is read from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import canonical, merkle

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None

SCHEMA = 1
_KEYS = frozenset(
    {
        "schema",
        "id",
        "act_id",
        "kind",
        "subject",
        "actor",
        "confirmers",
        "occurred_at",
        "captured",
        "late",
        "nonce",
        "previous",
        "payload",
    }
)
#: As Python and PostgreSQL write them: lower case, four hyphens.
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SUBJECT = frozenset({"type", "id"})
_PERSON = frozenset({"badge", "unit", "agency"})
_KIND = re.compile(r"[a-z_]+\.[a-z_]+")
_HASH = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"[0-9a-f]{32}")


class MalformedEvent(CustodyError):
    """The bytes are no event: {why}."""

    code = "malformed_event"

    def __init__(self, *, why: str, field: str | None = None) -> None:
        super().__init__(why=why, field=field)


@dataclass(frozen=True)
class Subject:
    """What an event is about: a type and the id or code under which the field knows it."""

    type: str
    id: str


@dataclass(frozen=True)
class Person:
    """An officer as events name them."""

    badge: str
    unit: str
    agency: str


#: Who writes what no person does.
SYSTEM = Person(badge="system", unit="", agency="")


@dataclass(frozen=True)
class Event:
    """One event, with the bytes that are its record and their leaf hash in hexadecimal."""

    id: UUID
    act_id: UUID
    schema: int
    kind: str
    subject: Subject
    actor: Person
    confirmers: tuple[Person, ...]
    occurred_at: datetime
    captured: Mapping[str, Json] | None
    late: Mapping[str, Json] | None
    nonce: str
    previous: str | None
    payload: Mapping[str, Json]
    body: bytes
    leaf: str


def seal(
    *,
    kind: str,
    subject: Subject,
    actor: Person,
    occurred_at: datetime,
    payload: Mapping[str, Json],
    previous: str | None,
    act_id: UUID,
    confirmers: tuple[Person, ...] = (),
    captured: Mapping[str, Json] | None = None,
    late: Mapping[str, Json] | None = None,
    event_id: UUID | None = None,
) -> Event:
    """Make an event: its canonical bytes and leaf hash, under a new id and nonce.

    Args:
        kind: what happened, dotted and in the past tense.
        subject: what it is about.
        actor: who did it.
        occurred_at: when it happened, aware.
        payload: what else there is to say; masses and times as texts.
        previous: leaf hash of the subject's last event, in hexadecimal; None for its first.
        act_id: the act that it is part of.
        confirmers: who confirmed it, in that order.
        captured: the device's own time and offset.
        late: why it is recorded late.
        event_id: its id, where it is known already.

    Raises:
        NotCanonical: the payload holds something that no event may hold.
    """
    event_id = event_id or ids.new_id()
    nonce = ids.nonce()
    body = canonical.encode(
        {
            "schema": SCHEMA,
            "id": str(event_id),
            "act_id": str(act_id),
            "kind": kind,
            "subject": {"type": subject.type, "id": subject.id},
            "actor": _named(actor),
            "confirmers": [_named(person) for person in confirmers],
            "occurred_at": clock.to_text(occurred_at),
            "captured": captured,
            "late": late,
            "nonce": nonce,
            "previous": previous,
            "payload": payload,
        }
    )
    return Event(
        id=event_id,
        act_id=act_id,
        schema=SCHEMA,
        kind=kind,
        subject=subject,
        actor=actor,
        confirmers=confirmers,
        occurred_at=occurred_at,
        captured=captured,
        late=late,
        nonce=nonce,
        previous=previous,
        payload=payload,
        body=body,
        leaf=merkle.leaf_hash(body).hex(),
    )


def _named(person: Person) -> dict[str, str]:
    return {"badge": person.badge, "unit": person.unit, "agency": person.agency}


def read(body: bytes) -> Event:
    """The event that these bytes are.

    Raises:
        MalformedEvent: they are none; says which part is wrong.
    """
    return _event(parts(body), body)


def read_verified(body: bytes) -> Event:
    """The event that these bytes are, twice as fast: for who has just verified the whole ledger.

    Whatever else is read this way is read wrong or not at all.
    """
    return _event(orjson.loads(body), body)


def _event(told: dict[str, Any], body: bytes) -> Event:
    return Event(
        id=UUID(told["id"]),
        act_id=UUID(told["act_id"]),
        schema=SCHEMA,
        kind=told["kind"],
        subject=Subject(**told["subject"]),
        actor=_person(**told["actor"]),
        confirmers=tuple(_person(**one) for one in told["confirmers"]),
        occurred_at=clock.from_text(told["occurred_at"]),
        captured=told["captured"],
        late=told["late"],
        nonce=told["nonce"],
        previous=told["previous"],
        payload=told["payload"],
        body=body,
        leaf=merkle.leaf_hash(body).hex(),
    )


@lru_cache(maxsize=1_024)
def _person(badge: str, unit: str, agency: str) -> Person:
    """One object for all events of the same officer: a ledger has millions of events, and thousands of officers."""
    return Person(badge, unit, agency)


def parts(body: bytes) -> dict[str, Any]:
    """What the bytes of an event say, as they say it, every part of its form.

    Raises:
        MalformedEvent: they are no event; says which part is wrong.
    """
    try:
        told = canonical.decode(body)
    except canonical.NotCanonical as error:
        raise MalformedEvent(why=str(error), field="body") from error
    if not isinstance(told, dict) or told.keys() != _KEYS:
        raise MalformedEvent(why="keys are missing or too many", field="body")
    if told["schema"] != SCHEMA:
        raise MalformedEvent(why="this schema is not known", field="schema")
    _require_match(told, "id", _UUID)
    _require_match(told, "act_id", _UUID)
    _require_match(told, "kind", _KIND)
    _require_texts(told["subject"], _SUBJECT, "subject")
    _require_texts(told["actor"], _PERSON, "actor")
    if not isinstance(told["confirmers"], list):
        raise MalformedEvent(why="confirmers is no list", field="confirmers")
    for one in told["confirmers"]:
        _require_texts(one, _PERSON, "confirmers")
    try:
        clock.from_text(told["occurred_at"])
    except CustodyError as error:
        raise MalformedEvent(why=str(error), field="occurred_at") from error
    for name in ("captured", "late"):
        if told[name] is not None:
            _require_mapping(told, name)
    _require_match(told, "nonce", _NONCE)
    if told["previous"] is not None:
        _require_match(told, "previous", _HASH)
    _require_mapping(told, "payload")
    return told


def _require_match(told: dict[str, Any], name: str, pattern: re.Pattern[str]) -> None:
    value = told[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MalformedEvent(why=f"{name} is not of its form", field=name)


def _require_texts(value: Any, keys: frozenset[str], field: str) -> None:
    if isinstance(value, dict) and value.keys() == keys:
        for text in value.values():
            if not isinstance(text, str):
                break
        else:
            return
    raise MalformedEvent(why=f"{field} is not of its form", field=field)


def _require_mapping(told: dict[str, Any], name: str) -> None:
    if not isinstance(told[name], dict):
        raise MalformedEvent(why=f"{name} is no object", field=name)
