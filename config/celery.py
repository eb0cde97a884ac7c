"""The Celery app and its schedule. Every job is a sweep over a table: losing a message loses nothing."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("custody")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["custody"])

# The schedule is code, reviewed like code: nobody can edit it away at run time.
app.conf.beat_schedule = {
    # A message that waits longer than its interval is stale: the next one finds the same rows.
    "sweep of deadlines": {
        "task": "deadlines.sweep",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "sign of life": {
        "task": "deadlines.tell_alive",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "lapse of proposals": {
        "task": "handling.lapse_proposals",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "cleaning of files that nobody named": {
        "task": "attachments.clean",
        "schedule": 3_600.0,
        "options": {"expires": 3_600.0},
    },
    "forgetting of sessions that ended": {
        "task": "people.forget_sessions",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "notices": {
        "task": "notices.tell",
        "schedule": 1.0,
        "options": {"expires": 5.0},
    },
    "alarm when the signer refuses": {
        "task": "notices.alarm",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "digests of the read log": {
        "task": "reading.digest",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "timestamps of checkpoints": {
        "task": "ledger.timestamp",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "unannounced inventories": {
        "task": "inventories.draw",
        "schedule": crontab(minute="5"),
        "options": {"expires": 3_600.0},
    },
    "plans": {
        "task": "planning.make",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "verification of everything": {
        "task": "audit.verify",
        "schedule": crontab(hour="2", minute="10"),
        "options": {"expires": 3600.0},
    },
}


@worker_init.connect
@beat_init.connect
def refuse_unsafe_database(**_: Any) -> None:
    """Worker and beat do not start with rights that they must not have."""
    from config.guard import refuse_unsafe_database

    refuse_unsafe_database()
