"""What readers ask costs the same of a million exhibits as of ten thousand: plans, buffers and times compared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg

from benchmarks.crowd import grow
from benchmarks.figures import Figure
from benchmarks.house import house

SMALL = 10_000
LARGE = int(os.environ.get("BENCH_EXHIBITS", "1_000_000"))
TIMES = 7
#: Tables that grow with what was ever seized.
GROWING = frozenset(f"custody_{name}" for name in ("seizure", "exhibit", "seal", "clock", "flag"))
#: Who sees half of everything, what one store holds, four hundred of it all, and nothing.
READERS = ("supervisor", "keeper", "analyst", "outsider")


@dataclass(frozen=True)
class Cost:
    """What one answer cost the database.

    Attributes:
        plans: by which indexes each statement reached growing tables, a bitmap of one or not.
        scans: growing tables that were read whole.
        buffers: pages touched, in all.
        seconds: in all.
    """

    plans: Sequence[Sequence[str]]
    scans: frozenset[str]
    buffers: int
    seconds: float


def figures() -> Iterator[Figure]:
    """Every question by every reader, at both sizes."""
    os.environ["CUSTODY_SECOND_FACTOR"] = "off"
    with house() as here, psycopg.connect(here.admin, autocommit=True) as admin:
        known = _scene()
        grow(admin, known, 0, SMALL)
        small = _ask(known)
        grow(admin, known, SMALL, LARGE)
        large = _ask(known)
        for name, before in small.items():
            yield from _compared(name, before, large[name])


def _compared(name: str, small: Cost, large: Cost) -> Iterator[Figure]:
    changed = sum(a != b for a, b in zip(small.plans, large.plans, strict=True))
    if changed:
        for a, b in zip(small.plans, large.plans, strict=True):
            if a != b:
                print(f"# {name}: {', '.join(a)} became {', '.join(b)}", flush=True)
    yield Figure(f"{name}: plans that changed", changed, "", at_most=0)
    yield Figure(f"{name}: tables read whole", len(large.scans), "", at_most=0)
    yield Figure(f"{name}: buffers", large.buffers / max(1, small.buffers), at_most=1.2)
    yield Figure(f"{name}: time", large.seconds / small.seconds, at_most=1.5)


def _scene() -> str:
    """The cast, and one barrel in a store; its label."""
    from custody.handling.store import Store
    from custody.handling.transport import Dispatch, Receive
    from tests.cast import catch, do, enlist

    cast = enlist()
    _, (barrel,) = catch(cast, lane="standard")
    labels = (barrel.label,)
    do(
        cast.officer,
        Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    do(cast.keeper, Receive(exhibits=labels, place="VAULT-A"), cast.driver)
    do(cast.keeper, Store(exhibits=labels, place="VAULT-A"))
    return str(barrel.label)


def _ask(known: str) -> dict[str, Cost]:
    from django.test import Client

    from custody.people.models import Officer

    questions = {
        "exhibits": "/api/v1/exhibits/",
        "one exhibit": f"/api/v1/exhibits/{known}",
        "seizures": "/api/v1/seizures/",
        "flags": "/api/v1/flags/",
        "board": "/",
        "search for a seal": "/search/?q=HS-91",
        "search for a container": "/search/?q=BENU0000002",
    }
    found = {}
    for badge in READERS:
        client = Client(headers={"host": "localhost"})
        client.force_login(Officer.objects.get(pk=badge))
        for question, address in questions.items():
            client.get(address)
            found[f"{question}, {badge}"] = _cost(client, address)
    return found


def _cost(client: Any, address: str) -> Cost:
    """The statements of an answer, explained one by one."""
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.startswith(("SELECT", "\nWITH")) and any(table in sql for table in GROWING):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    assert answer.status_code in {200, 302, 404}, answer.content
    plans = [[_explain(sql, params) for _ in range(TIMES)] for sql, params in asked]
    nodes = [list(_nodes(several[0]["Plan"])) for several in plans]
    return Cost(
        plans=[_paths(one) for one in nodes],
        scans=frozenset(
            node["Relation Name"]
            for one in nodes
            for node in one
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING
        ),
        buffers=sum(
            one[0]["Plan"]["Shared Hit Blocks"] + one[0]["Plan"]["Shared Read Blocks"]
            for one in plans
        ),
        seconds=sum(
            median(run["Planning Time"] + run["Execution Time"] for run in several)
            for several in plans
        )
        / 1000,
    )


def _explain(sql: str, params: Any) -> Mapping[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        (told,) = cursor.fetchone()[0]
    return told


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _paths(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted(
        {
            node.get("Index Name") or f"whole {node['Relation Name']}"
            for node in nodes
            if "Index Name" in node
            or (node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING)
        }
    )
