"""The full verification as a job. A lost message is a lost night, and the health page tells two of them."""

from __future__ import annotations

from celery import shared_task

from custody.audit import verifying


# Taken off the queue at once: it may last longer than a broker waits, and must not be handed to a second worker.
@shared_task(name="audit.verify", ignore_result=True, acks_late=False)
def verify() -> None:
    """Verify everything, and record how it ended."""
    verifying.verify_everything()
