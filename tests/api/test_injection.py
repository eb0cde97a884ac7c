"""Whatever a text looks like to a database, a template or a browser, here it is a text; and strangers learn nothing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from custody.api.documents import document
from custody.ledger.models import Entry
from custody.reading.models import Read
from tests.api.callers import Callers
from tests.api.test_visibility import TABLE, World
from tests.cast import catch

pytestmark = pytest.mark.django_db

#: What whoever works out a text would show: of so many digits that no random key holds it by chance.
WORKED_OUT = str(99_961 * 99_971)
HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE custody_entry; --",
    '" OR ""="',
    "x' UNION SELECT badge, name FROM custody_officer --",
    "' || pg_sleep(30) || '",
    "%",
    "_",
    "%_%",
    "\\",
    "{{ 99961*99971 }}",
    "{% debug %}",
    "${99961*99971}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "%0d%0aSet-Cookie: a=b",
    "\r\nSet-Cookie: a=b",
    "\ufeff",
    "💣" * 20,
    "a" * 5_000,
]  # fmt: skip


def text_filters() -> list[tuple[str, str]]:
    """Each list with each parameter of a query that takes any text, by the OpenAPI document; recipients find nothing."""
    found = []
    for path, operations in json.loads(document())["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            schema = parameter["schema"]
            texts = parameter["in"] == "query" and schema == {"type": "string", "minLength": 1}
            if texts and "{" not in path and parameter["name"] != "recipient":
                found.append((path, parameter["name"]))
    return found


def test_there_are_filters_to_try() -> None:
    names = {name for _, name in text_filters()}
    assert {"seizure", "place", "customs_report", "exhibit", "badge", "of", "cursor"} <= names


@pytest.mark.parametrize(("path", "name"), text_filters())
def test_a_filter_finds_what_is_called_so_and_nothing_else(
    callers: Callers, path: str, name: str
) -> None:
    catch(callers.cast, 2)
    for text in HOSTILE:
        answer = callers.supervisor.ask("GET", f"{path}?{name}={quote(text)}")
        assert answer.status_code in {200, 422}, (text, answer.content[:300])
        assert "Set-Cookie" not in answer.headers
        if answer.status_code == 200:
            assert not answer.json()["results"], text
    assert Entry.objects.exists()


def test_a_recipient_is_written_down_and_asked_of_nothing(callers: Callers) -> None:
    catch(callers.cast)
    for text in HOSTILE:
        answer = callers.supervisor.ask("GET", f"/api/v1/seizures/export?recipient={quote(text)}")
        assert answer.status_code in {200, 422}, (text, answer.content[:300])
        assert "Set-Cookie" not in answer.headers
    kept = Read.objects.filter(recipients__isnull=False).values_list("recipients", flat=True)
    assert set(kept) <= {text.strip() for text in HOSTILE}
    assert "{{ 99961*99971 }}" in kept


def test_a_text_is_kept_and_told_as_it_was_said(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    said = [one for one in HOSTILE if one.strip() == one and len(one) <= 4_000]
    for text in said:
        told = {"exhibit": barrel.label, "what": "seal", "details": text}
        callers.officer.act("report", told)
    events = callers.officer.get(f"exhibits/{barrel.label}/trail")["events"]
    kept = [text for event in events for text in event["texts"].values()]
    assert sorted(kept) == sorted(said)


#: Ids that nobody has.
NOBODYS = {
    "seizure": "BEANR-20261124-ZZZZZ",
    "exhibit": "NX-7K3M9Q2X-I",
    "trail": "NX-7K3M9Q2X-I",
}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("name", [name for name, kind in TABLE.items() if kind in {"one", "deed"}])
def test_what_is_of_others_is_answered_to_the_byte_as_what_does_not_exist(
    callers: Callers, name: str
) -> None:
    world = World(callers)
    method = "POST" if TABLE[name] == "deed" else "GET"
    told: Any = {"reason": "?"} if name in {"acknowledge", "refuse"} else None
    path = world.path(name)
    nobodys = path.replace(world.things[name], NOBODYS.get(name, UNKNOWN))
    assert nobodys != path
    for stranger in (callers.outsider, callers.far_supervisor, callers.second_driver):
        theirs, none = (stranger.ask(method, one, told) for one in (path, nobodys))
        assert theirs.status_code == none.status_code
        assert theirs.status_code in {403, 404}
        # What was asked for may be named; nothing else differs.
        assert theirs.content.replace(*_ids(world, name)) == none.content
        assert _headers(theirs) == _headers(none)


def _ids(world: World, name: str) -> tuple[bytes, bytes]:
    return world.things[name].encode(), NOBODYS.get(name, UNKNOWN).encode()


def _headers(answer: Any) -> dict[str, str]:
    return {name: told for name, told in answer.headers.items() if name != "X-Request-ID"}
