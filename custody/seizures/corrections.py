"""Which events count: corrections take events out of the fold or put others in their place. Pure.

The pattern is that of EPCIS 2.0 error declarations: ``did_not_occur`` and ``incorrect_data``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from custody.ledger.events import Event


class Declaration(StrEnum):
    DID_NOT_OCCUR = "did_not_occur"
    INCORRECT_DATA = "incorrect_data"


def effective(events: Sequence[Event]) -> list[Event]:
    """The events of one subject that count, oldest first, corrected ones with what replaces them.

    A correction may itself be corrected; the latest word counts. Corrections themselves are not part of
    the result.
    """
    verdicts: dict[str, Event] = {}
    for event in reversed(events):
        if event.kind == "event.corrected":
            own = verdicts.get(str(event.id))
            if own and own.payload["declaration"] == Declaration.DID_NOT_OCCUR:
                continue
            verdicts.setdefault(str(event.payload["event"]), event)
    if not verdicts:
        return list(events)
    result = []
    for event in events:
        if event.kind == "event.corrected":
            continue
        verdict = verdicts.get(str(event.id))
        if verdict is None:
            result.append(event)
        elif verdict.payload["declaration"] == Declaration.INCORRECT_DATA:
            replacement = verdict.payload["replacement"]
            assert isinstance(replacement, Mapping)
            result.append(replace(event, payload={**event.payload, **replacement}))
    return result
