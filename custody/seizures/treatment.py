"""What neutralisations and assays make of an exhibit: the part of the fold that tells whether it is harmless. Pure.

Events told before runs had events of their own say nothing of a run: they are read as they were meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from custody.kit import clock
from custody.ledger.events import Event
from custody.seizures.lifecycle import AssayState
from custody.seizures.states import ExhibitState

Payload = Mapping[str, Any]
Changes = dict[str, Any]

_RESULTS = {
    "pass": AssayState.PASSED,
    "fail": AssayState.FAILED,
    "inconclusive": AssayState.INCONCLUSIVE,
}


def neutralised(event: Event) -> Changes:
    """Harmless from then on, unless it went otherwise than the protocol says: then that is for the assay to say."""
    payload: Payload = event.payload
    changes: Changes = {}
    if not payload.get("deviations"):
        changes["neutralised_at"] = event.occurred_at
    if "run" in payload:
        changes |= {"run": UUID(payload["run"]), "assay": AssayState.AWAITED}
    return changes


def assayed(state: ExhibitState, event: Event) -> Changes:
    """A failed assay takes harmlessness back, one that passes gives it where a deviation had kept it away."""
    payload: Payload = event.payload
    result = payload["result"]
    if "run" not in payload:
        return {"neutralised_at": None} if result == "fail" else {}
    changes: Changes = {"assay": _RESULTS[result]}
    if result == "fail":
        changes["neutralised_at"] = None
    elif result == "pass" and state.neutralised_at is None:
        changes["neutralised_at"] = event.occurred_at
    return changes


def told(state: ExhibitState) -> Payload | None:
    """What an exhibit that comes out of another is told of that one's neutralisation; None if there was none."""
    if state.neutralised_at is None and state.run is None:
        return None
    return {
        "neutralised_at": state.neutralised_at and clock.to_text(state.neutralised_at),
        "run": state.run and str(state.run),
        "assay": state.assay.value,
    }


def born(exhibit: Payload) -> Changes:
    """The columns of a new exhibit that was told so."""
    treatment: Payload | None = exhibit.get("treatment")
    if treatment is None:
        return {}
    at, run = treatment["neutralised_at"], treatment["run"]
    return {
        "neutralised_at": at and clock.from_text(at),
        "run": run and UUID(run),
        "assay": AssayState(treatment["assay"]),
    }
