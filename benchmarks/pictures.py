"""Pictures of a full store: each as a supervisor gets it, and against opening the JSON of the same events once.

Ninety thousand barrels that lie there with five events each, or ``BENCH_BARRELS``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.figures import Figure
from benchmarks.house import house
from benchmarks.trails import Step, write_trails

BARRELS = int(os.environ.get("BENCH_BARRELS", "90_000"))
ROUNDS = 3
_DRIVER = {"badge": "driver", "unit": "HAULIER/ROAD", "agency": "HAULIER"}
_KEEPER = {"badge": "keeper", "unit": "CUSTOMS/STORE", "agency": "CUSTOMS"}
_ROAD: list[Step] = [
    (
        "exhibit.dispatched",
        {
            "vehicle": "VAN-A",
            "destination": "VAULT-A",
            "custodian": _DRIVER,
            "concerns": ["CUSTOMS", "CUSTOMS/STORE", "HAULIER", "HAULIER/ROAD"],
        },
    ),
    (
        "exhibit.received",
        {
            "place": "VAULT-A",
            "place_kind": "vault",
            "custodian": _KEEPER,
            "reading": None,
            "seals": [],
            "concerns": ["CUSTOMS", "CUSTOMS/STORE"],
            "parted": [],
        },
    ),
    ("exhibit.stored", {"place": "VAULT-A"}),
    ("exhibit.moved", {"place": "VAULT-B"}),
]
_PAGES = {
    "all of them, last weeks": "/pictures/",
    "stock": "/pictures/stock/",
    "exposure": "/pictures/exposure/",
    "flow": "/pictures/flow/",
    "seizures": "/pictures/seizures/",
}


def figures() -> Iterator[Figure]:
    """Each page, the median of three; beside it, how often the same events' JSON could be opened meanwhile."""
    with house() as here:
        started = perf_counter()
        write_trails(here.admin, subjects=BARRELS, road=_ROAD, batch=2_000, born="intercepted")
        events = BARRELS * (len(_ROAD) + 1)
        print(f"# {events} events written in {perf_counter() - started:.0f} s", flush=True)
        client = _supervisor()
        opened = median(_timed(_open_each) for _ in range(ROUNDS))
        for name, address in _PAGES.items():
            taken = median(_timed(partial(_get, client, address)) for _ in range(ROUNDS))
            yield Figure(f"{name}, {events:,} events of live units", taken, "s", at_most=60)
            yield Figure("the same, against opening each event's JSON once", taken / opened)


def _supervisor() -> Any:
    from django.test import Client

    from custody.people.models import Officer

    client = Client(headers={"host": "localhost"})
    client.force_login(Officer.objects.get(pk="supervisor"))
    return client


def _timed(what: Callable[[], None]) -> float:
    started = perf_counter()
    what()
    return perf_counter() - started


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _open_each() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(convert_from(body, 'UTF8')::jsonb ->> 'kind') FROM custody_entry WHERE subject_type = 'exhibit'"
        )
