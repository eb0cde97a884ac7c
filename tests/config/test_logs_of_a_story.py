"""A barrel goes its whole way by both doors with every line of the log kept: none of them tells of custody."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from config.logging import JsonLines, Routes, logging_for
from config.tracing import Traced
from custody.deadlines.tasks import sweep
from custody.ledger.models import Disclosure
from custody.people.models import Officer
from custody.people.pseudonyms import who
from custody.seizures.models import Exhibit, Seizure
from tests.api.callers import Callers
from tests.cast import OFFICERS, PASSWORD, PLACES, UNITS, Cast, catch
from tests.deadlines.scenes import receive, send, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that production would log, at its level, as it would log it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for one in (Routes(), Traced()):
        handler.addFilter(one)
    root = logging.getLogger()
    told = logging_for(production=True)["loggers"]
    before = root.level, {name: logging.getLogger(name).level for name in told}
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name, rules in told.items():
        logging.getLogger(name).setLevel(rules.get("level", "NOTSET"))
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    for name, level in before[1].items():
        logging.getLogger(name).setLevel(level)


def test_no_line_of_a_whole_story_tells_of_custody(cast: Cast, log: StringIO) -> None:
    callers = Callers(cast)
    for badge in ("officer", "keeper"):
        Officer.objects.filter(pk=badge).update(password=password(cast.officers[badge]))
    seizure, (barrel, other) = catch(cast, 2, seals=["HS-55123", "HS-55124"])
    send(cast, barrel)
    receive(cast, barrel)
    store(cast, barrel)
    # refused, not found, malformed, unlawful, by both doors
    callers.outsider.get(f"exhibits/{barrel.label}", 404)
    callers.outsider.get("me")
    callers.officer.get(f"seizures/{seizure.reference}")
    callers.officer.act(
        "weigh", {"exhibit": other.label, "scale": "FLOOR", "gross_grams": "7"}, 422
    )
    callers.officer.act("incinerate", {}, 422)
    callers.keeper.act("store", {"exhibits": [barrel.label], "place": "VAULT-B"}, 409)
    callers.officer.ask("POST", "acts/report", b'{"exhibit": "' + barrel.label.encode())
    Client().get("/api/v1/me", headers={"authorization": f"Token {callers.officer.token}x"})
    browser = Client()
    for told in ("wrong, and secret", PASSWORD):
        browser.post("/sign-in/", {"login": "officer", "password": told})
    for address in (
        f"/exhibits/{barrel.label}/",
        f"/exhibits/{barrel.label}x/",
        f"/search/?q={barrel.label}",
        f"/seizures/{seizure.reference}/",
        f"/nowhere/{seizure.reference}/?place=VAULT-A",
    ):
        browser.get(address)
    browser.post("/acts/weigh/", {"exhibit": barrel.label})
    browser.post("/sign-out/")
    sweep()
    call_command("revoke", "officer", stdout=StringIO())
    text = log.getvalue()
    assert text.count("\n") > 5
    kept = Disclosure.objects.exclude(text=None).values_list("text", flat=True)
    secrets = {
        *Exhibit.objects.values_list("label", flat=True),
        *Seizure.objects.values_list("reference", flat=True),
        *Seizure.objects.values_list("customs_report", flat=True),
        *PLACES,
        *UNITS,
        *(badge.title() for badge in OFFICERS),
        *(one for one in kept if len(one) > 3),
        *(str(one.token) for one in callers.known.values()),
        *("HS-55123", "HS-55124", "cocaine", "wrong, and secret", PASSWORD),
    }
    assert {one for one in secrets if one in text} == set()
    # a mass; within a microsecond or a random id these digits mean nothing
    assert not re.search(r"(?<![\w.])25000\b", text)
    lines = [json.loads(line) for line in text.splitlines()]
    refused = [
        {name: one[name] for name in ("who", "act", "code")} for one in lines if "act" in one
    ]
    assert {"who": who("keeper"), "act": "store", "code": "not_legal_now"} in refused
    # badges of the cast are words of their own: none stands by itself where a badge would
    told = [str(value) for one in lines for name, value in one.items() if name != "traceback"]
    assert [one for one in told if set(one.replace(":", " ").split()) & OFFICERS.keys()] == []


def password(officer: Officer) -> str:
    officer.set_password(PASSWORD)
    return str(officer.password)


def test_a_sign_in_is_logged_by_a_hash_of_the_badge(cast: Cast, log: StringIO) -> None:
    Officer.objects.filter(pk="officer").update(password=password(cast.officer))
    for told in ("wrong", PASSWORD):
        Client().post("/sign-in/", {"login": "officer", "password": told})
    Client().post("/sign-in/", {"login": "nobody", "password": "wrong"})
    messages = [json.loads(line)["message"] for line in log.getvalue().splitlines()]
    assert f"sign-in by password failed: {who('officer')}" in messages
    assert f"sign-in by password good: {who('officer')}" in messages
    assert f"sign-in by all factors good: {who('officer')}" in messages
    assert f"sign-in by password failed: {who('nobody')}" in messages


def test_a_line_is_one_line_of_json_in_utc(log: StringIO) -> None:
    logging.getLogger("custody").warning("first\nsecond\r\n\x1b[2J\u2028third")
    try:
        raise ValueError("a\nb")
    except ValueError:
        logging.getLogger("custody").exception("fell")
    lines = log.getvalue().split("\n")[:-1]
    assert len(lines) == 2
    for line in lines:
        assert "\x1b" not in line
        told = json.loads(line)
        assert told["at"].endswith("+00:00")
        assert told["request"] == "-"
