"""The sweep as a job, and the sign of life. Losing a message loses nothing: the next one finds the same rows."""

from __future__ import annotations

from celery import shared_task

from custody.deadlines import alive, sweeping


@shared_task(name="deadlines.sweep", ignore_result=True)
def sweep() -> int:
    """Flag what has fallen due."""
    return sweeping.sweep()


@shared_task(name="deadlines.tell_alive", ignore_result=True)
def tell_alive() -> None:
    """Let whoever waits for a sign of life have one, if all sweepers give it."""
    alive.tell()
