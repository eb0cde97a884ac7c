"""A policy with nonsense in it is refused, and the field is named."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.deadlines.content import parse
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.policies import (
    KINDS,
    PLACE_KINDS,
    Facts,
    InvalidPolicy,
    Samples,
    in_force,
)
from custody.places.models import PlaceKind
from custody.seizures.lifecycle import TABLE, Lane

OFFICE = {
    "time_zone": "Europe/Brussels",
    "weekly": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "closed_on": [],
}


def facts(lane: Lane, **more: Any) -> Facts:
    return Facts(**{"lane": lane, "substance": "cocaine", "grams": None, "place": None, **more})


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
        (with_clock(4, lanes=["fast"], substances=["cocaine"]), "clocks.4.lanes"),
        (with_clock(4, stops=["exhibit.withdrawn"]), "clocks.4.name"),
        (with_clock(4, substances="cocaine"), "clocks.4.substances"),
        (with_clock(4, places=[""]), "clocks.4.places"),
        (with_clock(4, least_grams="-1"), "clocks.4.least_grams"),
        (with_clock(4, least_grams=0.5), "clocks.4.least_grams"),
        (with_clock(4, least_grams="5", most_grams="5"), "clocks.4.most_grams"),
        (with_clock(4, paused_by=["rain"]), "clocks.4.paused_by"),
        (with_clock(4, repeat_seconds=0), "clocks.4.repeat_seconds"),
        (with_clock(4, calendar={"time_zone": "Europe/Brussels"}), "clocks.4.calendar"),
        (
            with_clock(4, calendar={"time_zone": "Mars", "weekly": {}, "closed_on": []}),
            "clocks.4.calendar.time_zone",
        ),
        (with_clock(4, limit_seconds=366 * 24 * 3600, calendar=OFFICE), "clocks.4.limit_seconds"),
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
        ("retained", "fast"): 8_760,
        ("retained", "standard"): 8_760,
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
    assert one.rule("harmless", facts(Lane.STANDARD)) is None


def test_the_first_rule_that_fits_substance_mass_and_place_is_the_limit() -> None:
    content = flanders_2024()
    general = content["clocks"].pop(3)
    for change in (
        {"substances": ["fentanyl"], "limit_seconds": 3600},
        {"places": ["QUAY-A"], "limit_seconds": 7200},
        {"least_grams": "1000000", "limit_seconds": 10_800},
        {},
    ):
        content["clocks"].append(general | change)
    policy = parse(content)

    def limit(**more: Any) -> int:
        told = {"place": "VAULT-A", "grams": Decimal(1000), **more}
        rule = policy.rule("store", facts(Lane.FAST, **told))
        assert rule
        return rule.limit_seconds

    assert limit() == 24 * 3600
    assert limit(substance="fentanyl", place="QUAY-A") == 3600
    assert limit(place="QUAY-A", grams=Decimal(2_000_000)) == 7200
    assert limit(grams=Decimal(1_000_000)) == 10_800
    # What is not known may be anything: the first rule that it could be under counts.
    assert limit(place=None, grams=None) == 7200


def test_a_rule_of_samples_alone_runs_on_nothing_else() -> None:
    content = flanders_2024()
    content["clocks"].append(
        content["clocks"][0]
        | {
            "name": "retention",
            "starts": ["exhibit.sampled"],
            "stops": ["exhibit.incinerated"],
            "samples": "only",
            "lanes": ["fast", "standard"],
        }
    )
    rule = parse(content).course("retention")
    assert rule
    assert rule.samples is Samples.ONLY
