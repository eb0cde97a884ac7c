"""Telling as a job. Losing its message loses nothing: the next one finds the same rows."""

from __future__ import annotations

from celery import shared_task

from custody.notices import telling


@shared_task(name="notices.tell", ignore_result=True)
def tell() -> int:
    """Follow the ledger and deliver."""
    return telling.tell()
