"""How the house is set up: settings, addresses, the schedule. Custody itself imports nothing from here."""

from __future__ import annotations

# Django reads the settings while it starts; the Celery app must exist by then, or shared tasks bind to none.
from config.celery import app as celery_app

__all__ = ["celery_app"]
