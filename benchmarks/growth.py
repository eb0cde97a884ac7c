"""What readers ask costs the same of a million exhibits as of ten thousand: plans, buffers and times compared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks.crowd import grow
from benchmarks.figures import Figure
from benchmarks.house import House, house
from custody.kit.roles import APP

SMALL = 10_000
LARGE = int(os.environ.get("BENCH_EXHIBITS", "1_000_000"))
TIMES = 7
#: Tables that grow with what was ever seized.
GROWING = frozenset(f"custody_{name}" for name in ("seizure", "exhibit", "seal", "clock", "flag"))
#: Who sees half of everything, what one store holds, four hundred of it all, and nothing.
READERS = ("supervisor", "keeper", "analyst", "outsider")


Asked = list[tuple[str, Any]]


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
    """Every question by every reader in two databases side by side, statement by statement in turns."""
    os.environ["CUSTODY_SECOND_FACTOR"] = "off"
    with house() as here:
        from config import embedded

        data = Path(os.environ["CUSTODY_DATA"])
        known = _scene()
        with psycopg.connect(here.admin, autocommit=True) as admin:
            grow(admin, known, 0, SMALL)
        names = ("bench_small", here.name)
        _copy(here, names[0])
        with psycopg.connect(here.admin, autocommit=True) as admin:
            grow(admin, known, SMALL, LARGE)
        asked = [_ask(name, known) for name in names]
        with ExitStack() as stack:
            cursors = [
                stack.enter_context(
                    psycopg.connect(
                        embedded.url(data, APP, name), cursor_factory=psycopg.ClientCursor
                    )
                ).cursor()
                for name in names
            ]
            for question in asked[0]:
                small, large = _costs(cursors, [one[question] for one in asked])
                yield from _compared(question, small, large)


def _copy(here: House, name: str) -> None:
    from django.db import connections

    connections.close_all()
    admin = here.admin.replace(f"/{here.name}?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {here.name} STRATEGY wal_log")
        connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {APP}")


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
    from tests.cast import catch, enlist
    from tests.handling.burning import put_away

    cast = enlist()
    _, (barrel,) = catch(cast, lane="standard")
    labels = (barrel.label,)
    put_away(cast, labels)
    return str(barrel.label)


def _ask(database: str, known: str) -> dict[str, Asked]:
    """The statements about growing tables of each answer, by question and reader."""
    from django.db import connections
    from django.test import Client

    from custody.people.models import Officer

    connections.close_all()
    connections["default"].settings_dict["NAME"] = database
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
            found[f"{question}, {badge}"] = _statements(client, address)
    return found


def _statements(client: Any, address: str) -> Asked:
    from django.db import connection

    asked: Asked = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.startswith(("SELECT", "\nWITH")) and any(table in sql for table in GROWING):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    assert answer.status_code in {200, 302, 404}, answer.content
    return asked


def _costs(cursors: Sequence[psycopg.Cursor], asked: Sequence[Asked]) -> list[Cost]:
    """What the statements cost in each database, explained in turns."""
    told: list[list[list[Mapping[str, Any]]]] = [[[] for _ in one] for one in asked]
    for _ in range(TIMES):
        for cursor, statements, explained in zip(cursors, asked, told, strict=True):
            for number, (sql, params) in enumerate(statements):
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}".encode(), params)
                row = cursor.fetchone()
                assert row
                explained[number].append(row[0][0])
    return [_cost(one) for one in told]


def _cost(explained: Sequence[Sequence[Mapping[str, Any]]]) -> Cost:
    nodes = [list(_nodes(runs[0]["Plan"])) for runs in explained]
    tops = [runs[-1]["Plan"] for runs in explained]
    return Cost(
        plans=[_paths(one) for one in nodes],
        scans=frozenset(
            node["Relation Name"]
            for one in nodes
            for node in one
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING
        ),
        buffers=sum(top["Shared Hit Blocks"] + top["Shared Read Blocks"] for top in tops),
        seconds=sum(
            median(run["Planning Time"] + run["Execution Time"] for run in runs)
            for runs in explained
        )
        / 1000,
    )


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
