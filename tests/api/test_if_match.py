"""Whoever says what they have seen is not taken to act on anything else."""

from __future__ import annotations

from typing import Any

import pytest

from custody.handling.models import RequestKey
from custody.ledger.models import Entry
from tests.api.callers import Caller, Callers
from tests.api.test_bad_input import INTERCEPT
from tests.cast import FLOOR_SCALE, catch

pytestmark = pytest.mark.django_db


def tag(caller: Caller, path: str) -> str:
    """The entity tag of what is there."""
    return str(caller.ask("GET", path)["ETag"])


def weighing(label: str) -> dict[str, Any]:
    return {"exhibit": label, "scale": FLOOR_SCALE, "gross_grams": "25000"}


def test_the_tag_of_an_exhibit_changes_with_each_event_and_with_nothing_else(
    callers: Callers,
) -> None:
    _, (barrel,) = catch(callers.cast)
    path = f"exhibits/{barrel.label}"
    first = tag(callers.officer, path)
    assert first == f'"{callers.officer.get(path)["head"]}"'
    assert tag(callers.colleague, path) == first
    callers.officer.act("weigh", weighing(barrel.label), match=first)
    assert tag(callers.officer, path) != first


def test_of_two_who_have_seen_the_same_one_is_told_that_it_changed(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    seen = tag(callers.officer, f"exhibits/{barrel.label}")
    callers.officer.act("weigh", weighing(barrel.label), match=seen)
    before = Entry.objects.count()
    problem = callers.colleague.act(
        "weigh", weighing(barrel.label), 412, key="a-new-key", match=seen
    )
    assert problem["code"] == "changed"
    assert barrel.label in problem["detail"]
    assert Entry.objects.count() == before
    assert not RequestKey.objects.filter(key="a-new-key").exists()
    again = tag(callers.colleague, f"exhibits/{barrel.label}")
    callers.colleague.act("weigh", weighing(barrel.label), key="a-new-key", match=again)


def test_the_same_request_again_gets_its_answer_whatever_happened_since(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    seen = tag(callers.officer, f"exhibits/{barrel.label}")
    first = callers.officer.act("weigh", weighing(barrel.label), key="one-request", match=seen)
    assert (
        callers.officer.act("weigh", weighing(barrel.label), key="one-request", match=seen) == first
    )


def test_several_units_need_several_tags(callers: Callers) -> None:
    _, barrels = catch(callers.cast, 2)
    tags = [tag(callers.officer, f"exhibits/{one.label}") for one in barrels]
    told = {"exhibits": [one.label for one in barrels], "form": "pallet"}
    assert callers.officer.act("pack", told, 412, match=tags[0])["code"] == "changed"
    callers.officer.act("pack", told, match=", ".join(tags))


@pytest.mark.parametrize("act", ["amend", "correct"])
def test_what_is_overwritten_has_to_have_been_read(callers: Callers, act: str) -> None:
    seizure, (barrel,) = catch(callers.cast)
    event = Entry.objects.get(kind="exhibit.intercepted").event_id
    caller, told, path = {
        "amend": (
            callers.officer,
            {"seizure": seizure.reference, "prosecutor_notice": "AN-1"},
            f"seizures/{seizure.reference}",
        ),
        "correct": (
            callers.supervisor,
            {"event": str(event), "declaration": "did_not_occur", "reason": "A slip"},
            f"exhibits/{barrel.label}",
        ),
    }[act]
    assert caller.act(act, told, 428)["code"] == "precondition_required"
    assert caller.act(act, told, 412, match=f'"{"0" * 64}"')["code"] == "changed"
    caller.act(act, told, 201 if act == "amend" else 202, match=tag(caller, path))


@pytest.mark.parametrize("header", ["", "abc", '"abc"', "*", 'W/"' + "0" * 64 + '"'])
def test_what_is_no_tag_is_refused(callers: Callers, header: str) -> None:
    _, (barrel,) = catch(callers.cast)
    problem = callers.officer.act("weigh", weighing(barrel.label), 400, match=header)
    assert problem["code"] == "malformed"


def test_a_tag_for_what_is_only_being_made_is_refused(callers: Callers) -> None:
    problem = callers.officer.act("intercept", INTERCEPT, 422, match=f'"{"0" * 64}"')
    assert problem["code"] == "nothing_to_compare"
