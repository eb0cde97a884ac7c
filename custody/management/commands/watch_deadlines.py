"""``manage.py watch_deadlines``: flags what falls due at the moment it does."""

from __future__ import annotations

import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand

from custody.deadlines.watching import watch


class Command(BaseCommand):
    """Watch the limits until stopped."""

    help = (
        "Flag whatever falls due within a second, until SIGINT or SIGTERM. More than one may run."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit(0))
        watch()
