"""A policy with nonsense in it is refused, and the field is named."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custody.deadlines.policies import (
    KINDS,
    PLACE_KINDS,
    InvalidPolicy,
    flanders_2024,
    in_force,
    parse,
)
from custody.places.models import PlaceKind
from custody.seizures.lifecycle import TABLE, Lane


def with_clock(number: int, **changes: Any) -> dict[str, Any]:
    content = deepcopy(flanders_2024())
    content["clocks"][number].update(changes)
    return content


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (with_clock(0, limit_seconds=-1), "clocks.0.limit_seconds"),
        (with_clock(0, limit_seconds=0), "clocks.0.limit_seconds"),
        (with_clock(0, limit_seconds=True), "clocks.0.limit_seconds"),
        (with_clock(0, limit_seconds="7200"), "clocks.0.limit_seconds"),
        (with_clock(1, limit_seconds=10**12), "clocks.1.limit_seconds"),
        (with_clock(0, warn_percent=100), "clocks.0.warn_percent"),
        (with_clock(0, escalate_percent=100), "clocks.0.escalate_percent"),
        (with_clock(2, starts=["exhibit.teleported"]), "clocks.2.starts"),
        (with_clock(2, starts=[]), "clocks.2.starts"),
        (with_clock(2, stops="exhibit.received"), "clocks.2.stops"),
        (with_clock(2, stops=["exhibit.dispatched"]), "clocks.2.stops"),
        (with_clock(2, lanes=["scenic"]), "clocks.2.lanes"),
        (with_clock(1, received_at=["moon"]), "clocks.1.received_at"),
        (with_clock(4, lanes=["fast"]), "clocks.4.lanes"),
        (with_clock(4, name=""), "clocks.4.name"),
        (with_clock(4, source=""), "clocks.4.source"),
        (with_clock(4, samples="no"), "clocks.4.samples"),
        (with_clock(4, colour="red"), "clocks.4.colour"),
        (flanders_2024() | {"clocks": []}, "clocks"),
        (flanders_2024() | {"clocks": ["two hours"]}, "clocks.0"),
        (flanders_2024() | {"effective_at": "tomorrow"}, "effective_at"),
        (flanders_2024() | {"code": "a/b"}, "code"),
        (flanders_2024() | {"mood": "strict"}, "mood"),
    ],
)
def test_nonsense_is_refused_by_its_field(content: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parse(content)
    assert refused.value.field == field


def test_a_missing_field_is_named() -> None:
    content = flanders_2024()
    del content["clocks"][3]["warn_percent"]
    with pytest.raises(InvalidPolicy) as refused:
        parse(content)
    assert refused.value.field == "clocks.3.warn_percent"


def test_the_default_says_where_each_number_comes_from() -> None:
    limits = {
        (rule.name, lane.value): rule.limit_seconds // 3600
        for rule in parse(flanders_2024()).rules
        for lane in rule.lanes
    }
    assert limits == {
        ("harmless", "fast"): 2,
        ("plant", "fast"): 3,
        ("plant", "standard"): 3,
        ("transit", "fast"): 2,
        ("transit", "standard"): 2,
        ("store", "fast"): 24,
        ("store", "standard"): 168,
    }
    assert all(one["source"] for one in flanders_2024()["clocks"])
    assert {(r.warn_percent, r.escalate_percent) for r in parse(flanders_2024()).rules} == {
        (75, 150)
    }


def test_a_clock_waits_only_for_events_and_places_that_exist() -> None:
    assert set(TABLE) >= KINDS
    assert set(PlaceKind.values) == PLACE_KINDS


def test_the_policy_that_took_effect_last_is_in_force() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    one, two = (
        parse(flanders_2024(effective_at=f"2024-01-0{day}T00:00:00.000000Z"), version=day)
        for day in (1, 3)
    )
    assert in_force([], start) is None
    assert in_force([two, one], start) is one
    assert in_force([two, one], start + timedelta(days=2) - timedelta(microseconds=1)) is one
    assert in_force([two, one], start + timedelta(days=2)) is two
    assert in_force([two, one], start - timedelta(days=1)) is one
    assert one.rule("harmless", Lane.STANDARD) is None
