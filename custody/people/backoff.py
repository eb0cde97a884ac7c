"""Guessing made slow, without letting a stranger lock an officer out.

Failures are counted for a badge at one place of asking: the device, where a signed cookie of an earlier sign-in
says that it is the officer's own; else the network address. A stranger who fails on purpose slows only strangers at
that address. Beside that an address is slowed over all badges, known or not.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from math import ceil

from django.db import connection

from custody.kit.errors import CustodyError

#: So many failures are free; each further one doubles the wait, from one second up to five minutes.
FREE, LONGEST = 4, timedelta(minutes=5)
#: An address serves many officers of one office.
FREE_AT_ADDRESS = 30
#: After so long without a failure everything is forgotten.
FORGOTTEN = timedelta(minutes=30)

# Unlogged: after a crash guessing starts afresh, and a sign-in costs no disk write.
_WAIT = """
SELECT max(extract(epoch FROM failed_at + make_interval(secs => least(%(longest)s, power(2, least(failures - free, 20))))
           - clock_timestamp()))
  FROM custody_sign_in_failure
 WHERE place = ANY(%(places)s) AND failures >= free AND failed_at > clock_timestamp() - make_interval(secs => %(forgotten)s)
"""
_FAIL = """
INSERT INTO custody_sign_in_failure AS known (place, failures, free, failed_at)
VALUES (%s, 1, %s, clock_timestamp())
ON CONFLICT (place) DO UPDATE SET
    failures = CASE WHEN known.failed_at < clock_timestamp() - make_interval(secs => %s) THEN 1 ELSE known.failures + 1 END,
    failed_at = clock_timestamp()
"""


class TooManyFailures(CustodyError):
    """Too many failures from here. Wait {seconds} seconds; nothing is locked, and your own device is not slowed by others."""

    code = "too_many_failures"
    category = "forbidden"


def _hashed(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()


def _places(badge: str, address: str, *, own_device: bool) -> dict[str, int]:
    """The places of asking, hashed, each with how many failures are free there."""
    if own_device:
        return {_hashed("device", badge): FREE}
    return {
        _hashed("badge", badge, address): FREE,
        _hashed("address", address): FREE_AT_ADDRESS,
    }


def require_patience(badge: str, address: str, *, own_device: bool) -> None:
    """Pass if another try is due.

    Args:
        badge: as typed, known or not.
        address: the network address that asks.
        own_device: a cookie proves that this officer signed in here before.

    Raises:
        TooManyFailures: with the seconds to wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WAIT,
            {
                "places": list(_places(badge, address, own_device=own_device)),
                "longest": LONGEST.total_seconds(),
                "forgotten": FORGOTTEN.total_seconds(),
            },
        )
        (wait,) = cursor.fetchone()
    if wait is not None and wait > 0:
        raise TooManyFailures(seconds=ceil(wait))


def note_failure(badge: str, address: str, *, own_device: bool) -> None:
    """Count a failure."""
    with connection.cursor() as cursor:
        for place, free in _places(badge, address, own_device=own_device).items():
            cursor.execute(_FAIL, [place, free, FORGOTTEN.total_seconds()])


def forget_failures(badge: str, address: str, *, own_device: bool) -> None:
    """Start afresh for a badge here, after it signed in; the address stays slowed."""
    place = _hashed("device", badge) if own_device else _hashed("badge", badge, address)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM custody_sign_in_failure WHERE place = %s", [place])
