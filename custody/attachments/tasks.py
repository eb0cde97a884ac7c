"""Cleaning as a job. Losing its message loses nothing: the next one finds the same files."""

from __future__ import annotations

from celery import shared_task

from custody.attachments import checking


@shared_task(name="attachments.clean", ignore_result=True)
def clean() -> int:
    """Remove what is left over; how many files something was found about."""
    return sum(1 for _ in checking.clean())
