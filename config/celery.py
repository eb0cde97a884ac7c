"""The Celery app and its schedule. Every job is a sweep over a table: losing a message loses nothing."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("custody")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["custody"])

# The schedule is code, reviewed like code: nobody can edit it away at run time.
app.conf.beat_schedule = {}


@worker_init.connect
@beat_init.connect
def refuse_unsafe_database(**_: Any) -> None:
    """Worker and beat do not start with rights that they must not have."""
    from config.guard import refuse_unsafe_database

    refuse_unsafe_database()
