"""Digesting the read log as a job. Losing its message loses nothing: the next one finds the same minutes."""

from __future__ import annotations

from celery import shared_task

from custody.reading import digests


@shared_task(name="reading.digest", ignore_result=True)
def digest_reads() -> int:
    """Digest what has settled, and raise alerts."""
    return digests.digest_reads()
