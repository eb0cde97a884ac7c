"""The evidence bundle of a seizure of 1,000 events: how long it takes to make, and its judge to check."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.figures import Figure
from benchmarks.house import house

EXHIBITS, EVENTS_EACH, ROUNDS = 50, 20, 5


def figures() -> Iterator[Figure]:
    """Made and judged five times each; the median."""
    with house() as here, TemporaryDirectory() as folder:
        from benchmarks.trails import to_and_fro, write_trails

        road = to_and_fro(EVENTS_EACH - 1)
        write_trails(here.admin, subjects=EXHIBITS, road=road, batch=1_000)
        key = _sign(here.admin, Path(folder))
        target = Path(folder, "bundle.zip")
        before = process_time()
        made = [_make(target) for _ in range(ROUNDS)]
        own = process_time() - before
        yield Figure(
            "bundle of a seizure of 1,000 events, made",
            median(made),
            "s",
            at_most=10,
        )
        yield Figure("the same, processor time", own / ROUNDS, "s")
        yield Figure("the same, its size", target.stat().st_size / 1e6, "MB")
        before = _children()
        judged = [_judge(target, key) for _ in range(ROUNDS)]
        yield Figure(
            "verify.py over it, on a Python without packages",
            median(judged),
            "s",
            at_most=1,
        )
        yield Figure("the same, processor time", (_children() - before) / ROUNDS, "s")


def _children() -> float:
    """Processor seconds of the processes that ended so far."""
    used = os.times()
    return used.children_user + used.children_system


def _sign(admin: str, folder: Path) -> str:
    """A checkpoint over all of it; the verifier key of who signed."""
    from django.db import connection

    from custody.kit.roles import Address
    from custody.ledger.origins import current_origin
    from tests.ledger.signers import new_signer, verifier_of

    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(Address.of(admin, setting="DATABASE_SIGNER_URL").django())
    signer = new_signer(folder / "signer")
    signer.round()
    key = verifier_of(signer, current_origin() or "").text
    connection.close()
    connection.settings_dict.update(before)
    return key


def _make(target: Path) -> float:
    from custody.audit.bundle.contents import of_seizure
    from custody.audit.bundle.exporting import export
    from custody.seizures.models import Seizure

    started = perf_counter()
    contents = of_seizure(None, Seizure.objects.get())
    assert len(contents.steps) > EXHIBITS * EVENTS_EACH
    target.write_bytes(export(contents, None, recipient="Court", language="en"))
    return perf_counter() - started


def _judge(target: Path, key: str) -> float:
    from custody.audit.bundle import packing

    judge = Path(packing.__file__).parent / "verify.py"
    started = perf_counter()
    subprocess.run(
        [sys.executable, "-I", "-S", judge, target, "--key", key],
        check=True,
        env={},
        stdout=subprocess.DEVNULL,
    )
    return perf_counter() - started
