"""What a broker's address makes of the settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

SAY = """
import json
from config.celery import app
names = ("task_acks_late", "worker_prefetch_multiplier", "task_default_queue_type",
         "task_create_missing_queue_type", "broker_transport_options", "broker_connection_max_retries")
print(json.dumps({name: app.conf[name] for name in names}))
"""

#: What a worker would start for its connection to the broker, by what it was asked for on the command line.
START = """
import json
from config.celery import app
worker = app.WorkController(
    app=app, pool="solo", without_gossip=False, without_mingle=False, without_heartbeat=False
)
print(json.dumps([type(step).__name__ for step in worker.consumer.steps]))
"""


def said(script: str, url: str) -> Any:
    return json.loads(
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ
            | {"CELERY_BROKER_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )


def settings_for(url: str) -> dict[str, Any]:
    found: dict[str, Any] = said(SAY, url)
    return found


@pytest.mark.parametrize("url", ["amqp://broker.example//", "redis://broker.example/0"])
def test_jobs_are_acknowledged_late_and_taken_one_at_a_time(url: str) -> None:
    found = settings_for(url)
    assert found["task_acks_late"] is True
    assert found["worker_prefetch_multiplier"] == 1
    assert found["broker_connection_max_retries"] is None


def test_rabbitmq_has_quorum_queues_and_confirms_what_is_published() -> None:
    found = settings_for("amqp://broker.example//")
    assert found["task_default_queue_type"] == "quorum"
    assert found["task_create_missing_queue_type"] == "quorum"
    assert found["broker_transport_options"] == {"confirm_publish": True}


@pytest.mark.parametrize(
    "url", ["amqp://broker.example//", "redis://broker.example/0", "filesystem://"]
)
def test_a_worker_hears_its_queues_and_neither_others_nor_commands(url: str) -> None:
    assert set(said(START, url)) <= {"Connection", "Tasks", "DelayedDelivery", "Evloop"}
