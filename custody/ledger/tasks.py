"""Timestamps as a job. Losing its message loses nothing: the next one finds the same checkpoints."""

from __future__ import annotations

from celery import shared_task

from custody.ledger import timestamps

#: An authority that drips its answer may not hold a worker for ever.
_SECONDS = 240


@shared_task(name="ledger.timestamp", ignore_result=True, soft_time_limit=_SECONDS)
def timestamp() -> int:
    """Ask for the timestamps that public checkpoints still lack."""
    return timestamps.sweep_timestamps()
