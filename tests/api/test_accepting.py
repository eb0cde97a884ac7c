"""Taking a part of a hand-over by the REST door: every unit named, each fault told by its place, answered once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.cast import catch

pytestmark = pytest.mark.django_db


def handed(callers: Callers) -> tuple[str, list[Exhibit]]:
    _, barrels = catch(callers.cast, 2, seals=["HS-1", "HS-2"])
    told = {"exhibits": [one.label for one in barrels], "taker": "keeper"}
    return callers.officer.act("hand_over", told, 202)["proposal"], barrels


def answer(callers: Callers, proposal: str, told: Any, status: int = 201, **headers: str) -> Any:
    return callers.keeper.post(f"proposals/{proposal}/accept", told, status, **headers)


def test_a_part_is_taken_and_the_same_request_gets_the_same_receipt(callers: Callers) -> None:
    proposal, (good, bad) = handed(callers)
    told = {
        "exhibits": [good.label],
        "not_taken": [{"exhibit": bad.label, "objection": "seal_broken"}],
    }
    key = {"idempotency-key": "accept-once-1"}
    receipt = answer(callers, proposal, told, **key)
    kinds = {line["kind"] for line in receipt["events"]}
    assert {"exhibit.handed_over", "proposal.refused", "exhibit.discrepancy_reported"} <= kinds
    count = Entry.objects.count()
    assert answer(callers, proposal, told, **key) == receipt
    other = {"exhibits": [good.label, bad.label]}
    assert answer(callers, proposal, other, 422, **key)["code"] == "key_reused"
    ended = answer(callers, proposal, other, 409, **{"idempotency-key": "accept-once-2"})
    assert ended["code"] == "proposal_ended"
    assert Entry.objects.count() == count
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.custodian_id, bad.custodian_id) == ("keeper", "officer")


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({}, 422, "not_said"),
        ({"exhibits": ["{good}"]}, 422, "not_said"),
        ({"exhibits": ["{good}", "{bad}"], "strange": 1}, 422, "invalid_input"),
        (
            {"exhibits": ["{good}"], "not_taken": [{"exhibit": "{bad}", "objection": "other"}]},
            422,
            "field_missing",
        ),
        (
            {"exhibits": ["{good}"], "not_taken": [{"exhibit": "{bad}", "objection": "odd"}]},
            422,
            "invalid_input",
        ),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(
    callers: Callers, told: dict[str, Any], status: int, code: str
) -> None:
    proposal, (good, bad) = handed(callers)
    text = json.dumps(told).replace("{good}", good.label).replace("{bad}", bad.label)
    before = Entry.objects.count()
    key = {"idempotency-key": "accept-odd-1"}
    problem = answer(callers, proposal, json.loads(text), status, **key)
    assert problem["code"] == code
    assert Entry.objects.count() == before


def test_it_needs_a_key_and_what_was_read_can_be_told(callers: Callers) -> None:
    proposal, (good, bad) = handed(callers)
    whole = {"exhibits": [good.label, bad.label]}
    answer(callers, proposal, whole, 400)
    stale = {"idempotency-key": "accept-seen-1", "if-match": f'"{"0" * 64}"'}
    assert answer(callers, proposal, whole, 412, **stale)["code"] == "changed"
    fresh = {
        "idempotency-key": "accept-seen-2",
        "if-match": f'"{good.head}", "{bad.head}"',
    }
    answer(callers, proposal, whole, **fresh)
