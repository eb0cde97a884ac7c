"""The sweep as a job. Losing its message loses nothing: the next one finds the same rows."""

from __future__ import annotations

from celery import shared_task

from custody.deadlines import sweeping


@shared_task(name="deadlines.sweep", ignore_result=True)
def sweep() -> int:
    """Flag what has fallen due."""
    return sweeping.sweep()
