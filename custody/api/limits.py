"""How much one principal may ask: a bucket that fills at a steady rate, one for all processes."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from custody.people.models import Officer

# One statement, so that two requests at once cannot take the same drop. The table is unlogged: a crash fills all buckets.
_TAKE = """
INSERT INTO custody_allowance AS known (badge, drops, taken_at)
VALUES (%(badge)s, %(most)s - 1, clock_timestamp())
ON CONFLICT (badge) DO UPDATE SET
    drops = greatest(-1, least(%(most)s, known.drops
        + %(rate)s * extract(epoch FROM clock_timestamp() - known.taken_at)) - 1),
    taken_at = clock_timestamp()
RETURNING drops
"""


def take(principal: str, *, most: int, rate: int) -> float | None:
    """Take a drop from a principal's bucket; None, or the seconds until there is one again."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"badge": principal, "most": most, "rate": rate})
        drops = float(cursor.fetchone()[0])
    return None if drops >= 0 else max(1, ceil(-drops / rate))


class PrincipalRate(BaseThrottle):
    """At most ``REQUESTS_AT_ONCE`` requests in a burst, then ``REQUESTS_PER_SECOND``."""

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Officer):
            return True
        self._wait = take(
            request.user.badge,
            most=settings.REQUESTS_AT_ONCE,
            rate=settings.REQUESTS_PER_SECOND,
        )
        return self._wait is None

    def wait(self) -> float | None:
        """Seconds until there is a drop again, for ``Retry-After``."""
        return self._wait
