"""Making plans, as a Celery job: a sweep over what waits, so that a lost message loses nothing."""

from __future__ import annotations

from celery import shared_task


# Taken off the queue at once: it may last longer than a broker waits, and must not be handed to a second worker.
@shared_task(name="planning.make", ignore_result=True, acks_late=False)
def make() -> None:
    """Make the plan that has waited longest, if one waits."""
    # The solver's libraries weigh 80 MB: only a worker that makes plans carries them.
    from custody.planning.making import make_next

    make_next()
