"""Flags that somebody has to hear of, for the tests of notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from custody.deadlines.models import Flag
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.notices.addresses import adopt_mailbox
from custody.notices.models import Mailbox, Notice, Webhook
from custody.notices.webhooks import make_webhook
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch


def late_barrels(cast: Cast, units: int = 1, minutes: int = 125) -> list[Exhibit]:
    """Barrels caught so long ago on the fast lane, and flagged: 95 minutes is soon, 125 due, 185 escalated."""
    with clock.simulated(clock.now() - timedelta(minutes=minutes)):
        _, barrels = catch(cast, units)
    sweep()
    return barrels


def mailbox(cast: Cast, badge: str = "supervisor", **more: Any) -> Mailbox:
    return adopt_mailbox(officer=badge, address=f"{badge}@customs.example", actor=SYSTEM, **more)


def unit_mailbox(code: str, **more: Any) -> Mailbox:
    name = code.lower().replace("/", ".")
    return adopt_mailbox(unit=code, address=f"{name}@customs.example", actor=SYSTEM, **more)


def webhook(cast: Cast, url: str, officer: str = "auditor") -> tuple[Webhook, str]:
    """A webhook of customs, by its supervisor, and its secret."""
    return make_webhook(cast.supervisor, url=url, officer=officer)


def states(**more: Any) -> list[str]:
    """The states of notices, in the order of the ledger."""
    rows = Notice.objects.filter(**more).order_by("seq", "round")
    return list(rows.values_list("state", flat=True))


def flag_ids() -> set[str]:
    return {str(key) for key in Flag.objects.values_list("pk", flat=True)}
