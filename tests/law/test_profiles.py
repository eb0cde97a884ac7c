"""Profiles are read strictly, dated, adopted by an event that holds them whole, and never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from custody.audit import replay
from custody.kit import clock
from custody.law.content import AGENCIES, OUTSIDERS, WITNESSES, InvalidProfile, parse
from custody.law.errors import ProfileInThePast, ProfileOverlaps
from custody.law.jurisdictions import belgium, dutch_bes, us_28_cfr_50_21
from custody.law.models import Profile
from custody.law.profiles import Deed, DeedRules, Rule, in_force
from custody.law.queries import profile_at
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.models import AgencyKind
from tests.cast import Cast

FROM = "2023-01-01T00:00:00.000000Z"
SHIPPED = (belgium(), dutch_bes(effective_at=FROM), us_28_cfr_50_21(effective_at=FROM))
BURN = ("deeds", "incinerate")


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """Belgium with one thing in it otherwise."""
    content = deepcopy(belgium())
    place: Any = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return content


def without(*path: str) -> dict[str, Any]:
    content = deepcopy(belgium())
    place: Any = content
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return content


def rules_of(rules: DeedRules) -> Iterator[Rule]:
    for one in vars(rules).values():
        if isinstance(one, Rule):
            yield one
    yield from rules.periods


@pytest.mark.parametrize("content", SHIPPED, ids=lambda one: str(one["code"]))
def test_every_rule_that_is_shipped_says_where_it_comes_from(content: dict[str, Any]) -> None:
    profile = parse(content)
    told = [rule for deed in Deed for rule in rules_of(profile.deeds[deed])]
    assert len(told) > 5
    for rule in told:
        assert rule.source in profile.cite(rule)
        assert ("to be confirmed" in profile.cite(rule)) is not rule.confirmed


def test_what_nobody_read_in_its_source_is_to_be_confirmed() -> None:
    burn = parse(belgium()).deeds[Deed.INCINERATE]
    notice, appeal = burn.periods
    assert (notice.days, notice.confirmed) == (0, True)
    assert (appeal.days, appeal.confirmed) == (15, False)
    retained = parse(us_28_cfr_50_21(effective_at=FROM)).deeds[Deed.INCINERATE].retained
    assert retained
    assert not retained.confirmed
    assert retained.grams["cocaine"] == Decimal(10_000)
    assert retained.grams["heroin"] == Decimal(2_000)
    assert retained.grams["cocaine_base"] is None
    assert "marijuana" not in retained.grams


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (changed("mood", to="strict"), "mood"),
        (without("jurisdiction"), "jurisdiction"),
        (changed("jurisdiction", to="Belgium"), "jurisdiction"),
        (changed("code", to="a/b"), "code"),
        (changed("effective_at", to="tomorrow"), "effective_at"),
        (changed("deeds", to=[]), "deeds"),
        (without("deeds", "neutralise"), "deeds.neutralise"),
        (changed("deeds", "bury", to={}), "deeds.bury"),
        (changed(*BURN, "blessing", to={}), "deeds.incinerate.blessing"),
        (without(*BURN, "order"), "deeds.incinerate.order"),
        (
            changed(*BURN, "standing", to={"source": "x", "confirmed": True}),
            "deeds.incinerate.order",
        ),
        (changed(*BURN, "order", "by", to=[]), "deeds.incinerate.order.by"),
        (changed(*BURN, "order", "by", to=["mayor"]), "deeds.incinerate.order.by"),
        (
            changed(*BURN, "order", "by", to=["prosecution", "prosecution"]),
            "deeds.incinerate.order.by",
        ),
        (changed(*BURN, "order", "must_hold", to=["stamp"]), "deeds.incinerate.order.must_hold"),
        (changed(*BURN, "order", "valid_days", to=-1), "deeds.incinerate.order.valid_days"),
        (changed(*BURN, "order", "valid_days", to=True), "deeds.incinerate.order.valid_days"),
        (changed(*BURN, "order", "source", to=""), "deeds.incinerate.order.source"),
        (changed(*BURN, "order", "confirmed", to="yes"), "deeds.incinerate.order.confirmed"),
        (without(*BURN, "judge", "source"), "deeds.incinerate.judge.source"),
        (changed(*BURN, "judge", "badge", to="x"), "deeds.incinerate.judge.badge"),
        (changed(*BURN, "samples", "forms", to=["barrel"]), "deeds.incinerate.samples.forms"),
        (without(*BURN, "samples"), "deeds.incinerate.apart"),
        (changed(*BURN, "photographs", "least", to=0), "deeds.incinerate.photographs.least"),
        (changed(*BURN, "photographs", "least", to="1"), "deeds.incinerate.photographs.least"),
        (changed(*BURN, "photographs", "of", to="ash"), "deeds.incinerate.photographs.of"),
        (changed(*BURN, "periods", to={}), "deeds.incinerate.periods"),
        (changed(*BURN, "periods", 0, "days", to=-15), "deeds.incinerate.periods.0.days"),
        (changed(*BURN, "periods", 0, "from", to="birth"), "deeds.incinerate.periods.0.from"),
        (changed(*BURN, "periods", 1, "name", to="notice"), "deeds.incinerate.periods.1.name"),
        (changed(*BURN, "witnesses", "count", to=3), "deeds.incinerate.witnesses.count"),
        (
            changed(*BURN, "witnesses", "other_agency", to=-1),
            "deeds.incinerate.witnesses.other_agency",
        ),
        (
            changed(
                *BURN,
                "retained",
                to={"grams": {"cocaine": "-1"}, "source": "x", "confirmed": False},
            ),
            "deeds.incinerate.retained.grams.cocaine",
        ),
        (
            changed(
                *BURN,
                "retained",
                to={"grams": {"cocaine": "0"}, "source": "x", "confirmed": False},
            ),
            "deeds.incinerate.retained.grams.cocaine",
        ),
        (
            changed(*BURN, "retained", to={"grams": {}, "source": "x", "confirmed": False}),
            "deeds.incinerate.retained.grams",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_field_is_named(
    content: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidProfile) as caught:
        parse(content)
    assert caught.value.field == field


def test_a_period_after_an_order_needs_an_order() -> None:
    period = {"name": "rest", "days": 1, "from": "order_given", "source": "x", "confirmed": True}
    with pytest.raises(InvalidProfile) as caught:
        parse(changed("deeds", "neutralise", "periods", to=[period]))
    assert caught.value.field == "deeds.neutralise.periods.0.from"


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(content: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(content, dict):
        for name, value in content.items():
            yield from places(value, *path, name)
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from places(value, *path, number)


def refusal(content: dict[str, Any]) -> InvalidProfile | None:
    try:
        parse(content)
    except InvalidProfile as error:
        return error
    return None


PLACES = [path for path in places(belgium()) if path]


@given(st.sampled_from(PLACES), odd)
def test_whatever_stands_anywhere_is_read_or_refused_by_name(
    path: tuple[Any, ...], value: Any
) -> None:
    refused = refusal(changed(*path, to=value))
    assert refused is None or refused.field


def test_kinds_of_agency_and_witnesses_are_those_of_the_house() -> None:
    assert set(AgencyKind.values) == AGENCIES
    assert (WITNESSES, OUTSIDERS) == (2, 1)


@given(st.sets(st.integers(0, 1_000), max_size=6), st.integers(-10, 1_010))
def test_the_last_profile_that_began_is_in_force_and_none_before_the_first(
    days: set[int], at: int
) -> None:
    start = clock.from_text(FROM)
    profiles = [
        parse(belgium(effective_at=clock.to_text(start + timedelta(day)))) for day in sorted(days)
    ]
    found = in_force(profiles, start + timedelta(at))
    begun = [day for day in days if day <= at]
    assert (found is None) is not bool(begun)
    if found:
        assert found.effective_at == start + timedelta(max(begun))


@pytest.mark.django_db
def test_a_profile_is_adopted_whole_by_one_event_and_a_replay_makes_it_anew(cast: Cast) -> None:
    row = Profile.objects.get()
    (event,) = Entry.objects.filter(kind="profile.adopted")
    assert event.subject_id == row.key == "belgium/1"
    assert json.loads(bytes(event.body))["payload"] == {**belgium(), "number": 1}
    assert replay.compare() > 0


def held(at: datetime) -> str | None:
    found = profile_at(at)
    return found and found.key


@pytest.mark.django_db
def test_profiles_follow_each_other_and_reach_back_over_nothing(cast: Cast) -> None:
    now = clock.now()
    with pytest.raises(ProfileInThePast):
        adopt_profile(belgium(effective_at=clock.to_text(now)), SYSTEM)
    with pytest.raises(ProfileOverlaps):
        adopt_profile(belgium(), SYSTEM)
    later = now + timedelta(hours=1)
    adopt_profile(dutch_bes(effective_at=clock.to_text(later)), SYSTEM)
    with pytest.raises(ProfileOverlaps):
        adopt_profile(us_28_cfr_50_21(effective_at=clock.to_text(later)), SYSTEM)
    second = adopt_profile(belgium(effective_at=clock.to_text(later + timedelta(hours=1))), SYSTEM)
    assert second.key == "belgium/2"
    assert held(clock.from_text("2022-12-31T23:59:59.999999Z")) is None
    assert held(now) == "belgium/1"
    assert held(later) == "dutch-bes/1"
    assert held(later + timedelta(hours=1)) == "belgium/2"
    assert replay.compare() > 0


@pytest.mark.usefixtures("bare_db")
def test_adopt_knows_belgium_by_name_and_what_is_shipped_by_its_code(tmp_path: Path) -> None:
    soon = clock.to_text(clock.now() + timedelta(hours=1))
    file = tmp_path / "house.json"
    file.write_text(
        json.dumps({"profiles": ["belgium", {"code": "dutch-bes", "effective_at": soon}]})
    )
    call_command("adopt", str(file))
    assert set(Profile.objects.values_list("key", flat=True)) == {"belgium/1", "dutch-bes/1"}
    assert Profile.objects.get(code="dutch-bes").content == dutch_bes(effective_at=soon)
    file.write_text(json.dumps({"profiles": [{"code": "x"}]}))
    with pytest.raises(CommandError, match=r"profiles\[0\].*missing"):
        call_command("adopt", str(file))
