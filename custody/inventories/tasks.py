"""Today's unannounced inventories as a job: losing a message loses nothing, the next one finds the same draw."""

from __future__ import annotations

from celery import shared_task

from custody.inventories.unannounced import open_drawn


@shared_task(name="inventories.draw", ignore_result=True)
def draw() -> int:
    """Open what the rule draws today; how many."""
    return len(open_drawn())
