"""Noticeboard: imports only. Celery finds the tasks of a room here and nowhere else."""

from __future__ import annotations

from custody.attachments import tasks as attachments
from custody.audit import tasks as audit
from custody.deadlines import tasks as deadlines
from custody.handling import tasks as handling
from custody.inventories import tasks as inventories
from custody.ledger import tasks as ledger
from custody.notices import tasks as notices
from custody.people import tasks as people
from custody.planning import tasks as planning
from custody.reading import tasks as reading

__all__ = [
    "attachments",
    "audit",
    "deadlines",
    "handling",
    "inventories",
    "ledger",
    "notices",
    "people",
    "planning",
    "reading",
]
