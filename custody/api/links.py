"""What leads on from an answer, as OpenAPI links: readers see the way, and generated requests can go it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from custody.handling.commands import Kind, describe
from custody.handling.register import ACTS

_BODY = "$response.body#/"
_TAG = "$response.header.ETag"

#: Operation → status → the operations that follow, with what they take from the answer. ``body`` is the part of
#: their request that the answer knows.
_WAYS: dict[str, dict[str, dict[str, dict[str, str]]]] = {
    "list_seizures": {"200": {"read_seizure": {"reference": "results/0/reference"}}},
    "read_seizure": {"200": {"list_exhibits": {"seizure": "reference"}}},
    "list_exhibits": {"200": {"read_exhibit": {"label": "results/0/label"}}},
    "read_exhibit": {
        "200": {"read_trail": {"label": "label"}, "read_seizure": {"reference": "seizure"}}
    },
    "read_trail": {"200": {"read_event": {"event_id": "events/0/id"}}},
    "list_events": {"200": {"read_event": {"event_id": "results/0/id"}}},
    "read_event": {"200": {"read_exhibit": {"label": "label"}}},
    "list_flags": {
        "200": {
            "read_flag": {"flag_id": "results/0/id"},
            "acknowledge_flag": {"flag_id": "results/0/id"},
            "read_exhibit": {"label": "results/0/exhibit"},
        }
    },
    "list_proposals": {
        "200": {
            "read_proposal": {"proposal_id": "results/0/id"},
            "confirm_proposal": {"proposal_id": "results/0/id"},
            "accept_proposal": {"proposal_id": "results/0/id"},
            "refuse_proposal": {"proposal_id": "results/0/id"},
        }
    },
    "confirm_proposal": {"201": {"list_events": {"after_seq": "events/0/seq"}}},
    "accept_proposal": {"201": {"list_events": {"after_seq": "events/0/seq"}}},
    "assign": {"201": {"end_assignment": {"assignment_id": "id"}}},
    "list_assignments": {"200": {"end_assignment": {"assignment_id": "results/0/id"}}},
    "state_purpose": {"201": {"read_seizure": {"reference": "seizure"}}},
    "list_read_alerts": {"200": {"review_alert": {"alert_id": "results/0/id"}}},
    "list_problems": {"200": {"read_problem": {"code": "results/0/code"}}},
}
_OF_RECEIPTS = {
    "201": {"list_events": {"after_seq": "events/0/seq"}},
    "202": {
        "read_proposal": {"proposal_id": "proposal"},
        "confirm_proposal": {"proposal_id": "proposal"},
    },
}


def links_of(operation: str, status: str) -> dict[str, dict[str, Any]]:
    """The links of one answer, by name.

    Args:
        operation: its operation's id.
        status: its status.
    """
    ways = _OF_RECEIPTS if operation.startswith("act_") else _WAYS.get(operation, {})
    found = {
        name: {
            "operationId": name,
            "parameters": {taken: _BODY + pointer for taken, pointer in takes.items()},
        }
        for name, takes in ways.get(status, {}).items()
    }
    return found | dict(_acts(operation)) if status == "200" else found


@cache
def _acts(operation: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The acts on what was read: the answer says what it is about, and in which state it was seen."""
    if operation == "read_exhibit":
        return tuple(_links({Kind.LABEL: f"{_BODY}label", Kind.LABELS: [f"{_BODY}label"]}))
    if operation == "read_seizure":
        return tuple(_links({Kind.SEIZURE: f"{_BODY}reference"}))
    return ()


def _links(known: dict[Kind, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for _, act in sorted(ACTS.items()):
        body = {
            name: known[one.kind]
            for name, one in describe(act.command)
            if one.required and one.kind in known
        }
        if body:
            yield (
                f"act_{act.name}",
                {
                    "operationId": f"act_{act.name}",
                    "description": "With whatever else the act takes.",
                    "parameters": {"header.If-Match": _TAG},
                    "requestBody": body,
                },
            )
