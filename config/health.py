"""Is the process alive, does it reach the database, and does what guards and watches still stand?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from custody.audit import verifying
from custody.deadlines.alive import silent
from custody.deadlines.models import Sweeper
from custody.deadlines.queries import last_sweeps, set_aside
from custody.kit import clock
from custody.ledger import timestamps
from custody.ledger.checkpoints import state
from custody.ledger.guard import guard_faults
from custody.notices import outbox

#: The ledger is followed every second.
FOLLOW_SECONDS = 60
TRUSTING = (
    "the server asks for no password, as the embedded one: its roles stop mistakes, not people"
)

WATCHED = ("ledger_guard", "sweep", "checkpoint", "verification", "timestamps")


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
    """For operators: 200 when all that is watched is well, 503 with what is not."""
    try:
        told = parts()
    except (InterfaceError, OperationalError):
        return JsonResponse({"status": "failing", "database": "unreachable"}, status=503)
    # A verification that never was is new, or late.
    well = all(told[name]["status"] in {"ok", "never"} for name in WATCHED)
    return JsonResponse(
        {"status": "ok" if well else "failing", **told}, status=200 if well else 503
    )


def parts() -> dict[str, Any]:
    """Everything that is watched, each with its state."""
    now, ended = clock.now(), last_sweeps()
    ages = {one: (now - ended[one]).total_seconds() if one in ended else None for one in Sweeper}
    faults, aside = guard_faults(), set_aside()
    return {
        "database": "ok",
        "ledger_guard": {
            "status": "failing" if faults else "ok",
            "faults": faults,
            "note": None if connection.settings_dict["PASSWORD"] else TRUSTING,
        },
        "sweep": {
            "status": _sweep_status(aside),
            "age_seconds": {
                one.value: None if age is None else round(age, 1) for one, age in ages.items()
            },
            "set_aside": aside,
        },
        "checkpoint": asdict(state(timedelta(seconds=settings.CHECKPOINT_SECONDS))),
        "verification": asdict(verifying.state()),
        "timestamps": _timestamps(),
        "notices": _notices(),
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


def _timestamps() -> dict[str, Any]:
    late = timestamps.late()
    owed = {name: clock.to_text(since) for name, since in late.items()}
    return {"status": "late" if late else "ok", "owed_since": owed}


def _sweep_status(aside: int) -> str:
    if silent():
        return "late"
    return "clocks set aside" if aside else "ok"
