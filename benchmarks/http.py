"""The REST door through the server of ``make run``: one act beside a plain row, batches, and what readers ask most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from statistics import median

from benchmarks.clients import Run, ask, request
from benchmarks.figures import Figure
from benchmarks.house import house, web_server

CLIENTS, POSTS, ROUNDS = 16, 480, 7
BATCH, BATCHES = 1_000, 5
READS, TRAIL, PAGE = 200, 50, 100
Makers = list[Callable[[], bytes]]


def figures() -> Iterator[Figure]:
    """Rates in turns, so that a slow moment of the machine hits both alike; then times of one reader."""
    with house():
        tokens, labels = _scene()
        with web_server() as port:
            acts, rows = _acts(tokens, labels), _rows(tokens)
            ask(port, acts, 2 * CLIENTS)
            ask(port, rows, 2 * CLIENTS)
            ours, plain, batched = [], [], []
            for _ in range(ROUNDS):
                ours.append(ask(port, acts, POSTS))
                plain.append(ask(port, rows, POSTS))
            for _ in range(BATCHES):
                ours.append(ask(port, acts, POSTS))
                batched.append(ask(port, [_batch(tokens[0], labels)], 1).rate * BATCH)
            one = median(run.rate for run in ours)
            yield Figure(
                "POST of one act by 16 clients, against POST of one plain row",
                one / median(run.rate for run in plain),
                at_least=0.3,
            )
            yield Figure("POST of one act, a second", one, "/s")
            yield Figure("POST of one plain row, a second", median(r.rate for r in plain), "/s")
            yield Figure("POST of one act, p99", _p(ours, 0.99), "ms")
            yield Figure("POST of one plain row, p99", _p(plain, 0.99), "ms")
            yield Figure(
                f"acts by batches of {BATCH:,}, against one by one by 16 clients",
                median(batched) / one,
                at_least=8,
            )
            yield Figure("acts by batches, a second", median(batched), "/s")
            yield from _reads(port, tokens[0], labels)


def _p(runs: list[Run], share: float) -> float:
    return median(run.percentile(share) for run in runs)


def _scene() -> tuple[list[str], list[str]]:
    """Sixteen keepers with tokens of their own, and barrels in their store; every table that is needed."""
    from knox.models import AuthToken

    from benchmarks.rivals.tables import make_tables
    from custody.ledger.events import SYSTEM
    from custody.people.models import Officer
    from custody.people.rights import Role
    from custody.people.services import enrol
    from tests.cast import catch, enlist
    from tests.handling.burning import put_away

    make_tables()
    cast = enlist()
    tokens = []
    for number in range(CLIENTS):
        badge = f"keeper-{number}"
        enrol(badge=badge, name=badge, unit="CUSTOMS/STORE", roles=[Role.KEEPER], actor=SYSTEM)
        tokens.append(AuthToken.objects.create(user=Officer.objects.get(pk=badge))[1])
    _, barrels = catch(cast, BATCH)
    labels = tuple(row.label for row in barrels)
    put_away(cast, labels)
    return tokens, list(labels)


def _key() -> str:
    from custody.kit import ids

    return str(ids.new_id())


def _acts(tokens: list[str], labels: list[str]) -> Makers:
    """Each client moves a barrel of its own from vault to vault."""

    def mover(token: str, label: str) -> Callable[[], bytes]:
        vaults = cycle(("VAULT-B", "VAULT-A"))
        return lambda: request(
            "POST",
            "/api/v1/acts/move",
            token,
            {"exhibits": [label], "place": next(vaults)},
            Idempotency_Key=_key(),
        )

    return [mover(token, label) for token, label in zip(tokens, labels, strict=False)]


def _rows(tokens: list[str]) -> Makers:
    told = {
        "label": "NX-7K3M9Q2X-C",
        "stage": "stored",
        "place": "VAULT-A",
        "custodian": "keeper",
        "gross_grams": "25000.000",
        "last_at": "2026-11-24T07:54:32.123456Z",
    }
    return [partial(request, "POST", "/rival/barrels", token, told) for token in tokens]


def _batch(token: str, labels: list[str]) -> Callable[[], bytes]:
    acts = [{"act": "move", "told": {"exhibits": [label], "place": "VAULT-B"}} for label in labels]
    sent = request("POST", "/api/v1/batches", token, {"acts": acts}, Idempotency_Key=_key())
    return lambda: sent


def _reads(port: int, token: str, labels: list[str]) -> Iterator[Figure]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    _fill(labels)
    for name, path in (
        (f"GET of a trail of {TRAIL} events", f"/api/v1/exhibits/{labels[-1]}/trail"),
        (f"GET of a page of {PAGE} exhibits", f"/api/v1/exhibits/?limit={PAGE}"),
        ("GET of the flags", "/api/v1/flags/"),
    ):
        run = ask(port, [partial(request, "GET", path, token)], READS)
        for share in (0.5, 0.95, 0.99):
            yield Figure(f"{name}, p{share * 100:.0f}", run.percentile(share), "ms")
        with CaptureQueriesContext(connection) as queries:
            Client().get(path, headers={"host": "localhost", "authorization": f"Token {token}"})
        yield Figure(f"{name}, queries", len(queries), "")


def _fill(labels: list[str]) -> None:
    """A long trail on the last barrel, and flags on fifty others."""
    from custody.handling.report import Report
    from custody.handling.store import Move
    from custody.people.models import Officer
    from custody.seizures.models import Exhibit
    from tests.cast import do

    keeper = Officer.objects.get(pk="keeper-0")
    vaults = cycle(("VAULT-A", "VAULT-B"))
    for _ in range(TRAIL - Exhibit.objects.get(label=labels[-1]).version):
        do(keeper, Move(exhibits=(labels[-1],), place=next(vaults)))
    for label in labels[:50]:
        do(keeper, Report(exhibit=label, what="seal", details="Scratched"))
