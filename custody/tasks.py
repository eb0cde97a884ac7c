"""Noticeboard: imports only. Celery finds the tasks of a room here and nowhere else."""

from __future__ import annotations

from custody.deadlines import tasks as deadlines
from custody.handling import tasks as handling

__all__ = ["deadlines", "handling"]
