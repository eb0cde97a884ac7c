"""A worker hears its queues: neither other workers nor commands.

Celery's workers tell each other that they live, ask each other what was revoked, and obey whoever can send them a
command. Every job here is a sweep that may run anywhere, so there is nothing to agree upon, and nobody who can reach the
broker is to stop a worker or to slow down what it looks for.

Over Redis all of that comes by a second connection, for publications. When Redis died while a job was under way, and
that connection was the first to show it, kombu 5.7 closed the other one twice over, and the worker ended of it
(``AttributeError: 'NoneType' object has no attribute 'hostname'``).
"""

from __future__ import annotations

from typing import Any

from celery.worker import consumer

ALONE = {"without_gossip": True, "without_heartbeat": True, "without_mingle": True}


class Consumer(consumer.Consumer):
    """What ``CELERY_WORKER_CONSUMER`` names: no option of a command line brings the others back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["worker_options"] = {**(kwargs.get("worker_options") or {}), **ALONE}
        super().__init__(*args, **kwargs)
