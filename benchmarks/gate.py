"""The legal gate over many exhibits: the same few queries for a hundred as for all, and what one exhibit costs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from time import perf_counter

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import house

FEW, ROUNDS = 100, 5
MANY = max(int(os.environ.get("BENCH_EXHIBITS", "10_000")), FEW)

#: Copies of the one barrel that was caught: photographed, ordered, on hold or disputed as that is.
_EXHIBITS = """
INSERT INTO custody_exhibit
SELECT made.* FROM (SELECT e FROM custody_exhibit e WHERE form = 'barrel' LIMIT 1) caught (e),
    generate_series(1, %s::int) n,
    LATERAL jsonb_populate_record(
        caught.e, jsonb_build_object('id', gen_random_uuid(), 'label', 'BENCH-' || n)
    ) made
"""


def figures() -> Iterator[Figure]:
    """Queries and time of one question about all of them."""
    with house() as found:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from custody.kit import clock
        from custody.law.gate import Deed, missing
        from custody.law.queries import facts_for
        from custody.seizures.models import Exhibit
        from custody.seizures.rows import exhibit_state

        _scene()
        with psycopg.connect(found.admin, autocommit=True) as admin:
            admin.execute(_EXHIBITS, [MANY])
            admin.execute("VACUUM ANALYZE")
        rows = Exhibit.objects.filter(label__startswith="BENCH-").order_by("label")
        units = [exhibit_state(row) for row in rows]

        def judged(number: int) -> int:
            now = clock.now()
            facts = facts_for(units[:number], now, now)
            return sum(not missing(Deed.INCINERATE, one) for one in facts.values())

        counted = []
        for number in (FEW, MANY):
            with CaptureQueriesContext(connection) as queries:
                assert judged(number) == number
            counted.append(len(queries))
        few, many = counted
        yield Figure(f"gate over {MANY:,} exhibits: queries beside {FEW}", many / few, at_most=1)
        yield Figure(f"gate over {MANY:,} exhibits: queries", many, "")
        took = []
        for _ in range(ROUNDS):
            start = perf_counter()
            judged(MANY)
            took.append(perf_counter() - start)
        yield Figure(f"gate over {MANY:,} exhibits: time of each", median(took) / MANY * 1e6, "us")


def _scene() -> None:
    """A barrel that may burn, of a seizure of which its order keeps something."""
    from custody.handling.order import GiveOrder
    from tests.cast import catch, do, enlist
    from tests.handling.burning import keep_samples, photograph

    cast = enlist()
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    photograph(cast.officer, barrel.label)
    do(
        cast.prosecutor,
        GiveOrder(
            seizure=seizure.reference,
            number="D-1",
            reasons="No need to keep it.",
            retain_grams=Decimal(10),
        ),
    )
