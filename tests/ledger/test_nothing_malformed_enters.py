"""What verification would refuse for ever does not get in, and no other login can hold the ledger up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.handling.hand_over import HandOver
from custody.kit import clock
from custody.kit.roles import AUDITOR, SIGNER
from custody.ledger import canonical, events
from custody.ledger.append import NotAnEvent, append
from custody.ledger.events import SYSTEM, Event, Subject, seal
from custody.ledger.models import Entry
from tests.cast import Cast, catch, propose
from tests.postgres import Server

ASCII = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
    max_leaves=12,
)


def event(payload: Any = None, **more: Any) -> Event:
    told: dict[str, Any] = {
        "kind": "place.adopted",
        "subject": Subject("place", str(uuid4())),
        "actor": SYSTEM,
        "occurred_at": clock.now(),
        "payload": payload or {},
        "previous": None,
        "act_id": uuid4(),
    }
    return seal(**{**told, **more})


def enter(body: bytes) -> None:
    """Append these bytes, and take it back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_append(%s)", [[body]])
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(ASCII, VALUES, max_size=5))
def test_whatever_is_sealed_gets_in(db: None, payload: dict[str, Any]) -> None:
    enter(event(payload).body)


Change = Callable[[dict[str, Any]], Any]
CHANGES: dict[str, Change] = {
    "a key too many": lambda told: told | {"more": 1},
    "a key too few": lambda told: {name: told[name] for name in told if name != "late"},
    "another schema": lambda told: told | {"schema": 2},
    "a schema as text": lambda told: told | {"schema": "1"},
    "a fraction": lambda told: told | {"payload": {"grams": 1.5}},
    "a number that is none": lambda told: told | {"payload": {"grams": 2**60}},
    "a number that readers round": lambda told: told | {"payload": {"deep": {"grams": 2**53}}},
    "a number that readers round, in a list": lambda told: (
        told | {"payload": {"deep": {"deeper": [{"grams": -(2**53)}]}}}
    ),
    "a key beyond ASCII": lambda told: told | {"payload": {"\u00e9": 1}},
    "a key beyond ASCII, within": lambda told: told | {"payload": {"deep": {"\u00e9": 1}}},
    "a key beyond ASCII, far within": lambda told: (
        told | {"payload": {"deep": {"deeper": [{"\u00e9": 1}]}}}
    ),
    "no payload": lambda told: told | {"payload": None},
    "a list as payload": lambda told: told | {"payload": []},
    "an id in capitals": lambda told: told | {"id": told["id"].upper()},
    "a kind of another form": lambda told: told | {"kind": "Place"},
    "a kind as object": lambda told: told | {"kind": {}},
    "a subject with more": lambda told: told | {"subject": {"type": "place", "id": "X", "x": "y"}},
    "a subject without id": lambda told: told | {"subject": {"type": "place", "id": None}},
    "an actor without unit": lambda told: told | {"actor": {"badge": "system", "agency": ""}},
    "an actor who is nobody": lambda told: (
        told | {"actor": {"badge": None, "agency": "", "unit": ""}}
    ),
    "a confirmer who is none": lambda told: told | {"confirmers": ["system"]},
    "a confirmer with more": lambda told: (
        told | {"confirmers": [told["actor"], {**told["actor"], "name": "system"}]}
    ),
    "confirmers who are no list": lambda told: told | {"confirmers": told["actor"]},
    "now": lambda told: told | {"occurred_at": "now"},
    "for ever": lambda told: told | {"occurred_at": "infinity"},
    "a time without its zone": lambda told: told | {"occurred_at": "2026-01-01T00:00:00.000000"},
    "a short nonce": lambda told: told | {"nonce": "00"},
    "a short hash": lambda told: told | {"previous": "00"},
    "a late without words": lambda told: told | {"late": True},
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_no_event_is_refused_here_as_there(change: str) -> None:
    told = CHANGES[change](json.loads(event().body))
    body = json.dumps(told, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    with pytest.raises((events.MalformedEvent, canonical.NotCanonical)):
        events.read(body)
    with pytest.raises(DatabaseError) as caught:
        enter(body)
    assert getattr(caught.value.__cause__, "sqlstate", None) in {"CU002", "22P02"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: " " + text,
        lambda text: text.replace(",", ", ", 1),
        lambda text: text.replace('"late":null,', '"late":null,"late":null,'),
        lambda text: text.replace("place", "pl\\u0061ce"),
        lambda text: text.replace('"schema":1', '"schema":1.0'),
        lambda text: text.replace('"schema":1', '"schema":1e0'),
        lambda text: "{" + ",".join(reversed(text[1:-1].split(",", 1))) + "}",
        lambda text: text + "\n",
    ],
)
def test_the_same_told_in_other_bytes_is_refused_here_as_there(spoil: Callable[[str], str]) -> None:
    text = event().body.decode()
    body = spoil(text).encode()
    assert body.decode() != text
    with pytest.raises((events.MalformedEvent, canonical.NotCanonical)):
        events.read(body)
    with pytest.raises(DatabaseError):
        enter(body)


@pytest.mark.django_db
def test_one_that_is_none_lets_none_in() -> None:
    events = [event(confirmers=(SYSTEM, SYSTEM)) for _ in range(3)]
    spoilt = events[1].body.replace(b'"late":null', b'"late":0')
    before = Entry.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ledger_append(%s)", [[events[0].body, spoilt, events[2].body]]
        )
    assert Entry.objects.count() == before
    append(events)
    assert Entry.objects.count() == before + 3


@pytest.mark.usefixtures("bare_db")
def test_what_has_not_happened_yet_and_what_is_too_long_is_refused() -> None:
    ahead = event(occurred_at=clock.now() + timedelta(minutes=3))
    long = event({"text": "x" * 1_048_577})
    for one, why in ((ahead, "has not happened yet"), (long, "at most")):
        with pytest.raises(NotAnEvent, match=why), transaction.atomic():
            append([one])
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_time_that_never_ends_is_not_simulated() -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="time ends"):
        cursor.execute("SELECT * FROM ledger_append(%s, 'infinity')", [[event().body]])


@pytest.mark.parametrize("login", [None, SIGNER, AUDITOR])
def test_no_login_can_take_the_lock_by_itself(
    server: Server, transactional_db: str, login: str | None
) -> None:
    url = server.url(transactional_db, login) if login else server.url(transactional_db)
    with psycopg.connect(url) as other:
        for attempt in (
            "SELECT * FROM custody_append_lock FOR UPDATE",
            "SELECT * FROM custody_append_lock FOR SHARE",
            "LOCK TABLE custody_append_lock IN ACCESS EXCLUSIVE MODE",
            "UPDATE custody_append_lock SET one = true",
            "DELETE FROM custody_append_lock",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                other.execute(attempt)
            other.rollback()


def test_an_auditor_of_the_database_reads_no_secrets(server: Server, transactional_db: str) -> None:
    with psycopg.connect(server.url(transactional_db, AUDITOR)) as auditor:
        auditor.execute("SELECT badge, unit_id, roles FROM custody_officer")
        auditor.execute("SELECT * FROM custody_entry")
        for secret in (
            "SELECT password FROM custody_officer",
            "SELECT * FROM custody_officer",
            "SELECT command FROM custody_proposal",
            "SELECT fingerprint FROM custody_request_key",
            "SELECT text FROM custody_disclosure",
            "SELECT * FROM knox_authtoken",
            "SELECT * FROM django_session",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                auditor.execute(secret)
            auditor.rollback()


def test_the_app_cannot_change_what_was_proposed(committed_cast: Cast, database_url: str) -> None:
    _, (barrel,) = catch(committed_cast)
    propose(committed_cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    with psycopg.connect(database_url) as app:
        for attempt in (
            "UPDATE custody_proposal SET command = '{}'",
            "UPDATE custody_proposal SET proposer_id = 'keeper'",
            "UPDATE custody_proposal SET occurred_at = now()",
            "DELETE FROM custody_proposal",
            "UPDATE custody_confirmation SET officer_id = 'keeper'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(attempt)
            app.rollback()
