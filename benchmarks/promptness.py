"""From due to flag: the watch as a process of its own, 100,000 clocks running, and acts all the while."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import house
from benchmarks.sweep import LIVE, grow

#: So many limits fall in so many seconds, beside so many acts a second.
FALLING, SECONDS, ACTS = 1_500, 30, 20
#: Until the first of them falls, and after the last, in seconds.
BEFORE, AFTER = 3, 5

_FALL = """
WITH chosen AS (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM custody_clock WHERE stopped_at IS NULL ORDER BY id LIMIT %(falling)s
), falls AS (
    SELECT id, clock_timestamp() + (%(before)s + number * %(seconds)s / %(falling)s::float) * interval '1 second' AS at FROM chosen
)
UPDATE custody_clock SET level = 'soon', due_at = falls.at, next_at = falls.at FROM falls WHERE custody_clock.id = falls.id
"""
#: By the ledger's own stamp, against the moment at which the limit fell.
_LATE = """
SELECT count(*), coalesce(percentile_disc(ARRAY[0.5, 0.99, 1.0]) WITHIN GROUP (
    ORDER BY extract(epoch FROM entry.recorded_at - flag.fell_due_at)
), ARRAY[0, 0, 0]::numeric[])
FROM custody_flag flag
JOIN custody_entry entry ON entry.subject_type = 'flag' AND entry.subject_id = flag.id::text AND entry.kind = 'flag.raised'
WHERE flag.level = 'due'
"""


def figures() -> Iterator[Figure]:
    """How long after its moment each of many flags was in the ledger."""
    with house() as here, psycopg.connect(here.admin, autocommit=True) as admin:
        from config.local.processes import Processes
        from custody.deadlines.models import Sweeper
        from custody.deadlines.queries import last_sweeps
        from tests.cast import catch, enlist

        catch(enlist())
        grow(admin, 1, LIVE)
        acts = _acts()
        with Processes(Path(os.environ["CUSTODY_DATA"]) / "log") as processes:
            processes.start("watch", "manage.py", "watch_deadlines")
            while Sweeper.WATCH not in last_sweeps():
                sleep(0.1)
            admin.execute(_FALL, {"falling": FALLING, "before": BEFORE, "seconds": SECONDS})
            done, begun = 0, monotonic()
            while (gone := monotonic() - begun) < BEFORE + SECONDS + AFTER:
                if done < gone * ACTS:
                    next(acts)
                    done += 1
                else:
                    sleep(0.005)
        told = admin.execute(_LATE).fetchone()
        assert told
        count, (middle, most, longest) = told
        name = f"due to flag, {LIVE:,} clocks, {done / gone:.0f} acts/s"
        yield Figure(f"{name}: missed or doubled", abs(count - FALLING), "", at_most=0)
        yield Figure(f"{name}: median", float(middle) * 1000, "ms")
        yield Figure(f"{name}: p99", float(most) * 1000, "ms", at_most=1000)
        yield Figure(f"{name}: longest", float(longest) * 1000, "ms")


def _acts() -> Iterator[None]:
    """A catch, then a weighing, and so on: every other act moves limits, and wakes the watch."""
    from custody.handling.weigh import Weigh
    from custody.people.models import Officer
    from tests.cast import FLOOR_SCALE, Cast, catch, do

    officer = Officer.objects.get(pk="officer")
    cast = Cast({"officer": officer})
    label = ""
    for kind in cycle(("catch", "weigh")):
        if kind == "catch":
            label = catch(cast)[1][0].label
        else:
            do(officer, Weigh(exhibit=label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000)))
        yield
