"""Proposals that nobody confirmed in time, as a Celery job."""

from __future__ import annotations

from celery import shared_task

from custody.handling import proposals


@shared_task(name="handling.lapse_proposals", ignore_result=True)
def lapse_proposals() -> None:
    """End the proposals whose time is over."""
    proposals.lapse_due()
