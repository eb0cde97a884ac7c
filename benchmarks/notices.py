"""From a flag that is recorded to the webhook that tells of it, with the real worker and beat over a folder."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks.figures import Figure
from benchmarks.house import house

FLAGS = 60
#: Between two flags at most so many seconds, so that they fall anywhere between two ticks.
APART = 1.5
_CELERY = (sys.executable, "-m", "celery", "--app", "config")


@contextmanager
def _working() -> Iterator[None]:
    from django.conf import settings

    for name in ("messages", "control"):
        (Path(settings.BROKER_FOLDER) / name).mkdir(parents=True, exist_ok=True)
    commands = (
        (*_CELERY, "worker", "--queues", "notices", "--concurrency", "2", "--loglevel", "ERROR"),
        (*_CELERY, "beat", "--pidfile", "", "--loglevel", "ERROR"),
    )
    children = [
        subprocess.Popen(one, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for one in commands
    ]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


def figures() -> Iterator[Figure]:
    """The time of each of some flags, one after another."""
    with house():
        from custody.deadlines.sweeping import sweep
        from custody.kit import clock
        from custody.ledger.models import Entry
        from tests.cast import catch, enlist
        from tests.notices.receivers import Request, receiving, thanks
        from tests.notices.scenes import webhook

        arrived: dict[str, float] = {}

        class Noting(list[Request]):
            def append(self, one: Request) -> None:
                arrived.setdefault(json.loads(one.body)["id"], time.time())
                super().append(one)

        cast = enlist()
        with receiving(thanks) as receiver, _working():
            receiver.got = Noting()
            webhook(cast, receiver.url)
            for number in range(FLAGS + 1):
                with clock.simulated(clock.now() - timedelta(minutes=95)):
                    catch(cast)
                assert sweep() == 1
                while len(arrived) <= number:
                    time.sleep(0.02)
                time.sleep(random.uniform(0, APART))
        # The first one waited for the processes to start.
        times = [
            arrived[str(key)] - at.timestamp()
            for key, at in Entry.objects.filter(kind="flag.raised")
            .order_by("seq")[1:]
            .values_list("event_id", "recorded_at")
        ]
        name = "notices: from flag to webhook over the folder"
        yield Figure(f"{name}, median", median(times), "s")
        yield Figure(f"{name}, 99th percentile", quantiles(times, n=100)[98], "s", at_most=2)
