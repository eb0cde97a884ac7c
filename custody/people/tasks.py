"""Sessions that ended, as a Celery job."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore


@shared_task(name="people.forget_sessions", ignore_result=True)
def forget_sessions() -> None:
    """Remove the sessions whose time is over, and with them whatever form waited in one for its officer."""
    SessionStore.clear_expired()
