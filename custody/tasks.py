"""Noticeboard: imports only. Celery finds the tasks of a room here and nowhere else."""

from __future__ import annotations

from custody.audit import tasks as audit
from custody.deadlines import tasks as deadlines
from custody.handling import tasks as handling
from custody.ledger import tasks as ledger
from custody.reading import tasks as reading

__all__ = ["audit", "deadlines", "handling", "ledger", "reading"]
