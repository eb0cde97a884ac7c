"""What a client's walk from the quay to ash has to leave behind, whoever walked it."""

from __future__ import annotations

from django.core.management import call_command

from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit

KINDS = [
    "exhibit.intercepted",
    "seal.broken",
    "exhibit.sampled",
    "seal.applied",
    "exhibit.photographed",
    "order.given",
    "exhibit.dispatched",
    "exhibit.received",
    "exhibit.stored",
    "exhibit.withdrawn",
    "exhibit.dispatched",
    "exhibit.received",
    "exhibit.staged",
    "exhibit.loaded",
    "exhibit.incinerated",
]


def is_ash(label: str, kinds: list[str]) -> None:
    """Assert that one barrel went the whole way, was shown so to its walker, and that the ledger holds."""
    assert Exhibit.objects.get(label=label).stage == Stage.INCINERATED
    assert kinds == KINDS
    call_command("verify_ledger")
