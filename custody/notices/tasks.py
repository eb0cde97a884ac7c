"""Telling as a job. Losing its message loses nothing: the next one finds the same rows."""

from __future__ import annotations

from celery import shared_task

from custody.notices import alarms, telling


@shared_task(name="notices.tell", ignore_result=True)
def tell() -> int:
    """Follow the ledger and deliver."""
    return telling.tell()


@shared_task(name="notices.alarm", ignore_result=True)
def alarm() -> int:
    """Tell supervisors that the signer refuses, while it does."""
    return alarms.sound()
