"""The sign of life: somebody outside waits for it, and calls when it stays away for a minute.

It comes by the broker, from a worker, and only while every sweeper sweeps: whatever of these dies silences it.
"""

from __future__ import annotations

import logging
import urllib.request
from datetime import timedelta
from urllib.error import URLError

from django.conf import settings

from custody.deadlines.models import Sweeper
from custody.deadlines.queries import last_sweeps
from custody.kit import clock

logger = logging.getLogger("custody.deadlines")

#: A sweeper that has not ended a sweep for so long is not alive.
SILENT_AFTER = timedelta(seconds=60)
_PATIENCE_SECONDS = 5


def silent() -> list[Sweeper]:
    """The sweepers that give no sign of life."""
    ended, earliest = last_sweeps(), clock.now() - SILENT_AFTER
    return [one for one in Sweeper if one not in ended or ended[one] < earliest]


def tell() -> None:
    """Ask for the address of ``CUSTODY_ALIVE_URL``, unless a sweeper is silent or none is set."""
    if not settings.ALIVE_URL:
        return
    dead = silent()
    if dead:
        logger.error("no sign of life is sent", extra={"silent": [one.value for one in dead]})
        return
    try:
        with urllib.request.urlopen(settings.ALIVE_URL, timeout=_PATIENCE_SECONDS):  # noqa: S310  checked in settings
            pass
    except (URLError, TimeoutError, OSError) as fault:
        logger.warning("the sign of life was not taken", extra={"why": str(fault)})
