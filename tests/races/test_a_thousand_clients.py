"""A thousand clients that trust no network: each sends its request three times in any order; each is recorded once.

Chains, where one request builds upon another, are sent again until they are accepted.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from custody.audit import replay
from custody.ledger.models import Entry
from custody.ledger.verify import verify
from tests.api.callers import caller
from tests.cast import FLOOR_SCALE, Cast, catch
from tests.races.children import Web, child, until

pytestmark = pytest.mark.slow

CLIENTS, CHAINS, HANDS = 1_000, 40, 16
#: What a step of a chain is told while the one before it, or itself, is not recorded yet.
TOO_EARLY = {"request_in_flight", "busy", "unknown_seal"}
_LOCAL = threading.local()


@pytest.fixture
def web(committed_cast: Cast, child_environment: dict[str, str]) -> Iterator[Web]:
    environment = child_environment | {
        "CUSTODY_REQUESTS_AT_ONCE": "100000",
        "CUSTODY_REQUESTS_PER_SECOND": "10000",
    }
    server = Web(environment, str(caller(committed_cast.officer).token))
    with child(*server.command, environment=environment):
        until(server.alive, "the server is up")
        yield server


def send(web: Web, act: str, told: Any, key: str) -> tuple[int, Any]:
    """One request over a connection that each thread keeps, sent anew if it is cut off; its status and answer."""
    while True:
        if not hasattr(_LOCAL, "line"):
            _LOCAL.line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=120)
        try:
            _LOCAL.line.request(
                "POST",
                f"/api/v1/acts/{act}",
                json.dumps(told),
                {
                    "Authorization": f"Token {web.token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": key,
                },
            )
            answer = _LOCAL.line.getresponse()
            return answer.status, json.loads(answer.read())
        except (http.client.HTTPException, ConnectionError):
            # The server shuts lines on which nothing was said for a while: no answer is no refusal.
            _LOCAL.line.close()
            del _LOCAL.line


def weigh(label: str, gross: str = "25000.000") -> dict[str, Any]:
    return {"exhibit": label, "scale": FLOOR_SCALE, "gross_grams": gross}


def chain(label: str, number: int) -> list[tuple[str, dict[str, Any]]]:
    """Acts of which each is legal only upon the one before."""
    first, second = f"CH-{number:04}-A", f"CH-{number:04}-B"
    seal = {"exhibit": label, "seal_class": "H"}
    why = {"exhibit": label, "reason": "To look inside"}
    return [
        ("apply_seal", {**seal, "number": first}),
        ("replace_seal", {**seal, **why, "replaces": first, "number": second}),
        ("break_seal", {**why, "number": second}),
    ]


def test_each_request_is_recorded_once_however_often_and_in_whatever_order(
    committed_cast: Cast, web: Web
) -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    labels = [unit.label for _ in range(10) for unit in catch(committed_cast, CLIENTS // 10)[1]]
    before = Entry.objects.filter(kind="exhibit.weighed").count()
    sent = [(number, label) for number, label in enumerate(labels)] * 3
    dice.shuffle(sent)

    def one(request: tuple[int, str]) -> tuple[int, int, str]:
        number, label = request
        status, answer = send(web, "weigh", weigh(label), f"client-{number:04}")
        return number, status, answer.get("act_id", answer.get("code", ""))

    answers: dict[int, list[tuple[int, str]]] = {number: [] for number in range(CLIENTS)}
    left = sent
    while left:
        with ThreadPoolExecutor(HANDS) as hands:
            found = list(hands.map(one, left))
        again = []
        for (number, status, told), request in zip(found, left, strict=True):
            if status == 201:
                answers[number].append((status, told))
            else:
                assert (status, told) == (409, "request_in_flight"), (seed, status, told)
                again.append(request)
        left = again
    assert all(len(told) == 3 and len(set(told)) == 1 for told in answers.values()), seed
    assert Entry.objects.filter(kind="exhibit.weighed").count() - before == CLIENTS
    acts = Counter(
        Entry.objects.filter(kind="exhibit.weighed").values_list("subject_id", flat=True)
    )
    assert set(acts.values()) == {1}


def test_chains_sent_again_until_they_are_accepted_are_recorded_once_and_in_order(
    committed_cast: Cast, web: Web
) -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    _, units = catch(committed_cast, CHAINS)
    steps = [
        (number, place, act, told)
        for number, unit in enumerate(units)
        for place, (act, told) in enumerate(chain(unit.label, number))
    ]
    left = steps * 3
    accepted: dict[tuple[int, int], set[str]] = {}
    rounds = 0
    while left:
        # Nearly every round takes every chain a step on; a step that always meets another at its unit waits.
        assert rounds < 10 * len(steps), (seed, left)
        rounds += 1
        dice.shuffle(left)
        with ThreadPoolExecutor(HANDS) as hands:
            found = list(
                hands.map(
                    lambda one: send(web, one[2], one[3], f"chain-{one[0]:04}-{one[1]}"), left
                )
            )
        again = []
        for (status, answer), step in zip(found, left, strict=True):
            if status == 201:
                accepted.setdefault(step[:2], set()).add(answer["act_id"])
            else:
                assert answer["code"] in TOO_EARLY, (seed, status, answer)
                again.append(step)
        left = again
    assert len(accepted) == len(steps)
    assert all(len(acts) == 1 for acts in accepted.values()), seed
    for unit in units:
        kinds = list(
            Entry.objects.filter(subject_id=str(unit.pk), kind__startswith="seal.")
            .order_by("seq")
            .values_list("kind", flat=True)
        )
        assert kinds == ["seal.applied", "seal.replaced", "seal.broken"], seed
    verify()
    replay.compare()
