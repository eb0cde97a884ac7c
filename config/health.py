"""Is the process alive, does it reach the database, and does what guards and watches still stand?"""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from custody.deadlines.queries import last_sweep, set_aside
from custody.kit import clock
from custody.ledger.guard import guard_faults
from custody.notices import outbox

#: A sweep runs every 15 seconds; one that has not ended for a minute is not coming.
SWEEP_SECONDS = 60
#: The ledger is followed every second.
FOLLOW_SECONDS = 60

TRUSTING = (
    "the server asks for no password, as the embedded one: its roles stop mistakes, not people"
)


@require_safe
@never_cache
def livez(_request: HttpRequest) -> JsonResponse:
    """For balancers: 200 while this process and its database answer, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (InterfaceError, OperationalError):
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """For operators: 200 when database, guard and sweep are well, 503 with what is not."""
    try:
        told = parts()
    except (InterfaceError, OperationalError):
        return JsonResponse({"status": "failing", "database": "unreachable"}, status=503)
    well = not told["ledger_guard"]["faults"] and told["sweep"]["status"] == "ok"
    return JsonResponse(
        {"status": "ok" if well else "failing", **told}, status=200 if well else 503
    )


def parts() -> dict[str, Any]:
    """Everything that is watched, each with its state."""
    ended_at = last_sweep()
    age = None if ended_at is None else (clock.now() - ended_at).total_seconds()
    faults, aside = guard_faults(), set_aside()
    return {
        "database": "ok",
        "ledger_guard": {
            "status": "failing" if faults else "ok",
            "faults": faults,
            "note": None if connection.settings_dict["PASSWORD"] else TRUSTING,
        },
        "sweep": {
            "status": _sweep_status(age, aside),
            "age_seconds": None if age is None else round(age, 1),
            "set_aside": aside,
        },
        "notices": _notices(),
        # No checkpoints are signed yet.
        "checkpoint": {"age_seconds": None},
    }


def _notices() -> dict[str, Any]:
    """Whether what falls due is told: shown, and no reason to take the house out of service."""
    followed_at = outbox.last_follow()
    age = None if followed_at is None else (clock.now() - followed_at).total_seconds()
    dead, aside = outbox.dead(), outbox.set_aside()
    late = age is None or age > FOLLOW_SECONDS
    return {
        "status": "late" if late else "undelivered" if dead or aside else "ok",
        "age_seconds": None if age is None else round(age, 1),
        "dead": dead,
        "set_aside": aside,
    }


def _sweep_status(age: float | None, aside: int) -> str:
    if age is None or age > SWEEP_SECONDS:
        return "late"
    return "clocks set aside" if aside else "ok"
