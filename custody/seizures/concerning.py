"""Whom an event concerns, and which attachments it names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custody.ledger.events import Event


def concerned_by(event: Event) -> set[str]:
    """The codes of units and agencies that an event concerns: its writer's, its confirmers', and whom it names."""
    codes = {event.actor.unit, event.actor.agency}
    for confirmer in event.confirmers:
        codes |= {confirmer.unit, confirmer.agency}
    concerns = event.payload.get("concerns")
    if concerns:
        assert isinstance(concerns, list)
        codes |= {str(code) for code in concerns}
    codes.discard("")
    return codes


def named_in(payload: Mapping[str, Any]) -> set[str]:
    """The hashes of the attachments that an event names."""
    return {one["sha256"] for one in payload.get("attachments", ())}


def concerning(codes: tuple[str, ...], event: Event) -> tuple[str, ...]:
    """Whom it concerns after an event: those who part from it with that event see it no more."""
    added, parted = concerned_by(event), event.payload.get("parted", [])
    assert isinstance(parted, list)
    if not parted and added.issubset(codes):  # as with most
        return codes
    return tuple(sorted({*codes, *added} - {str(code) for code in parted}))
