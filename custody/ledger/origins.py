"""The name under which the log signs: from event 0, and after a restored backup from the event that declares it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from custody.ledger import events
from custody.ledger.models import Entry

#: The kind by which a log that lost its end goes on, under another name.
ROLLED_BACK = "ledger.rolled_back"
_UNFIT = re.compile(r"[^\w./-]+")


def current_origin() -> str | None:
    """The log's origin; None while the ledger is not open.

    It repeats what the ledger is for unless that is production, so that nobody takes a demonstration for evidence.
    """
    named = Entry.objects.filter(subject_type="ledger", kind__in=("ledger.opened", ROLLED_BACK))
    last = named.order_by("-seq").values_list("body", flat=True).first()
    return None if last is None else origin_in(events.read(bytes(last)).payload)


def origin_in(payload: Mapping[str, Any]) -> str:
    """The origin that an event of the ledger itself gives it."""
    name = _UNFIT.sub("-", payload["origin"])
    return name if payload["purpose"] == "production" else f"{name}/{payload['purpose']}"
