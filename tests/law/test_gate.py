"""What the gate lets through, by every rule that a profile may hold. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.law.content import parse
from custody.law.facts import Content, Facts, Owner, SampleKept
from custody.law.gate import Deed, GateClosed, Missing, NoProfile, missing, require
from custody.law.jurisdictions import belgium, dutch_bes, us_28_cfr_50_21
from custody.law.profiles import (
    Ground,
    MustHold,
    PeriodRule,
    PhotographsRule,
    RetainedRule,
    Shown,
    Since,
)
from custody.seizures.lifecycle import Form
from tests.law.facts import BELGIUM, NOW, ORDER, content, facts, profile

FROM = "2023-01-01T00:00:00.000000Z"
BURN = BELGIUM.deeds[Deed.INCINERATE]
assert BURN.order
TEN_KILOS = RetainedRule(source="a book", confirmed=False, grams={"cocaine": Decimal(10_000)})


def codes(found: Facts, deed: Deed = Deed.INCINERATE) -> list[str]:
    return [one.code for one in missing(deed, found)]


@pytest.mark.parametrize("deed", Deed)
def test_a_barrel_of_which_nothing_is_missing_passes(deed: Deed) -> None:
    assert missing(deed, facts()) == []
    require(deed, facts())


@pytest.mark.parametrize("deed", Deed)
def test_without_a_profile_nothing_is_lawful(deed: Deed) -> None:
    assert codes(facts(profile=None), deed) == ["no_profile"]
    with pytest.raises(NoProfile, match=r"2026-11-24\. Adopt one"):
        require(deed, facts(profile=None))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unit": content(held=True)}, "held"),
        ({"unit": content(disputed=True)}, "disputed"),
        ({"unit": content(form=Form.SAMPLE)}, "retained"),
        ({"unit": content(kept_by=("D-2",))}, "kept_by_order"),
        ({"unit": content(photographs=0)}, "no_photograph"),
        ({"samples": [SampleKept(Form.SAMPLE, "LAB/DRUGS")]}, "no_counter_sample"),
        ({"unit": content(orders=())}, "no_order"),
        ({"unit": content(orders=(replace(ORDER, given_by="customs"),))}, "order_without_power"),
        ({"investigation_open": True}, "no_authorisation"),
        ({"owner": Owner(None)}, "owner_not_told"),
        ({"retained_grams": (Decimal(1), "D-1")}, "retained_amount"),
    ],
)
def test_what_is_missing_is_named_by_rule(change: dict[str, Any], code: str) -> None:
    found = facts(**change)
    assert code in codes(found)
    with pytest.raises(GateClosed) as caught:
        require(Deed.INCINERATE, found)
    assert caught.value.legal
    assert "NX-1 may not be destroyed now" in str(caught.value)


def test_a_rule_is_told_with_its_source_its_profile_and_its_doubt() -> None:
    (order,) = missing(Deed.INCINERATE, facts(unit=content(orders=())))
    assert order.rule.startswith("Code of Criminal Procedure (BE), art. 28novies")
    assert order.rule.endswith("(belgium/1)")
    (picture,) = missing(Deed.INCINERATE, facts(unit=content(photographs=0)))
    assert picture.rule.endswith("(belgium/1, to be confirmed)")


def test_neutralisation_works_under_a_standing_authorisation_with_samples_and_photographs() -> None:
    unordered = facts(unit=content(orders=()), investigation_open=True)
    assert codes(unordered, Deed.NEUTRALISE) == []
    bare = facts(unit=content(orders=(), photographs=0), samples=())
    assert codes(bare, Deed.NEUTRALISE) == ["no_sample", "no_counter_sample", "no_photograph"]


def test_samples_in_the_hands_that_have_the_bulk_are_not_apart() -> None:
    with_bulk = [SampleKept(form, "KILN/NORTH") for form in (Form.SAMPLE, Form.COUNTER_SAMPLE)]
    assert codes(facts(samples=with_bulk)) == ["sample_with_bulk", "counter_sample_with_bulk"]
    elsewhere = [*with_bulk, *facts().samples]
    assert codes(facts(samples=elsewhere)) == []


# --- photographs


PALLET = content("NX-P", form=Form.PALLET, innermost=False, photographs=0)
BRICKS = (content("NX-A", form=Form.BLOCK), content("NX-B", form=Form.BLOCK))


@pytest.mark.parametrize(
    ("of", "pallet", "bricks", "lacking"),
    [
        (Shown.UNIT, 1, (0, 0), None),
        (Shown.UNIT, 0, (1, 1), "NX-P"),
        (Shown.CONTENTS, 1, (1, 1), None),
        (Shown.CONTENTS, 1, (1, 0), "NX-B"),
        (Shown.UNIT_OR_CONTENTS, 1, (0, 0), None),
        (Shown.UNIT_OR_CONTENTS, 0, (1, 1), None),
        (Shown.UNIT_OR_CONTENTS, 0, (1, 0), "NX-P"),
    ],
)
def test_photographs_show_the_unit_or_each_innermost_content(
    of: Shown, pallet: int, bricks: tuple[int, int], lacking: str | None
) -> None:
    rule = PhotographsRule(source="a book", confirmed=True, least=1, of=of)
    found = missing(
        Deed.INCINERATE,
        facts(
            profile=profile(photographs=rule),
            unit=replace(PALLET, photographs=pallet),
            contents=[replace(b, photographs=n) for b, n in zip(BRICKS, bricks, strict=True)],
        ),
    )
    assert [one.text for one in found] == (
        [f"no photograph shows {lacking} as it is"] if lacking else []
    )


def test_so_many_photographs_are_so_many() -> None:
    rule = PhotographsRule(source="a book", confirmed=True, least=3, of=Shown.UNIT)
    asked = profile(photographs=rule)
    assert codes(facts(profile=asked, unit=content(photographs=2))) == ["no_photograph"]
    assert codes(facts(profile=asked, unit=content(photographs=3))) == []


# --- orders


def test_one_brick_without_an_order_keeps_the_barrel_and_is_named() -> None:
    brick = content("NX-B", form=Form.BLOCK, orders=())
    (found,) = missing(Deed.INCINERATE, facts(contents=[brick]))
    assert found.text == "no destruction order in force names NX-B"


def test_many_bricks_without_an_order_are_counted() -> None:
    bricks = [content(f"NX-{n}", orders=()) for n in range(9)]
    (found,) = missing(Deed.INCINERATE, facts(contents=bricks))
    assert found.text.endswith("NX-0, NX-1, NX-2, NX-3, NX-4 and 4 more")


def test_of_several_orders_one_that_does_is_enough() -> None:
    weak = replace(ORDER, number="D-0", given_by="customs")
    strong = replace(ORDER, number="D-2", authorised=True)
    found = facts(unit=content(orders=(weak, ORDER, strong)), investigation_open=True)
    assert codes(found) == []


@pytest.mark.parametrize(("days", "found"), [(4, []), (5, ["order_out_of_date"])])
def test_an_order_goes_out_of_date_where_the_profile_says_so(days: int, found: list[str]) -> None:
    asked = profile(order=replace(BURN.order, valid_days=5))
    old = replace(ORDER, given_at=NOW - timedelta(days=days))
    assert codes(facts(profile=asked, unit=content(orders=(old,)))) == found


def test_an_order_names_its_ground_where_the_profile_says_so() -> None:
    must_hold = frozenset({MustHold.REASONS, MustHold.GROUND})
    asked = profile(order=replace(BURN.order, must_hold=must_hold))
    assert codes(facts(profile=asked)) == ["order_without_ground"]
    grounded = content(orders=(replace(ORDER, ground=Ground.DANGER),))
    assert codes(facts(profile=asked, unit=grounded)) == []


def test_a_fault_of_one_order_over_many_bricks_is_told_once() -> None:
    bricks = [content(f"NX-{n}") for n in range(3)]
    assert codes(facts(contents=bricks, investigation_open=True)) == ["no_authorisation"]


# --- periods


@given(st.integers(0, 40), st.none() | st.integers(-5, 60))
def test_the_owner_has_the_longer_of_their_times_and_the_whole_of_its_last_day(
    told_days_ago: int, until_in: int | None
) -> None:
    told = NOW.date() - timedelta(told_days_ago)
    until = None if until_in is None else NOW.date() + timedelta(until_in)
    if until and until < told:
        return
    last = {
        "notice_runs": max(told, until or told),
        "appeal_runs": max(told + timedelta(15), until or told),
    }
    found = codes(facts(owner=Owner(told, until)))
    assert found == [code for code, day in last.items() if day >= NOW.date()]


def test_a_period_runs_only_where_the_owner_is_known() -> None:
    assert codes(facts(owner=None)) == []
    assert codes(facts(owner=Owner(date(2026, 11, 1)))) == []
    found = missing(Deed.INCINERATE, facts(owner=Owner(date(2026, 11, 20))))
    assert [one.text for one in found] == ["the time of appeal runs until 2026-12-05"]


@pytest.mark.parametrize("since", [Since.ORDER_GIVEN, Since.SEIZURE_OPENED])
@pytest.mark.parametrize(("hours", "found"), [(71, ["rest_runs"]), (72, [])])
def test_a_period_since_a_moment_is_over_at_the_hour(
    since: Since, hours: int, found: list[str]
) -> None:
    rest = PeriodRule(source="a book", confirmed=True, name="rest", days=3, since=since)
    before = NOW - timedelta(hours=hours)
    unit = content(orders=(replace(ORDER, given_at=before),))
    assert codes(facts(profile=profile(periods=(rest,)), unit=unit, seized_at=before)) == found


# --- what is retained


@given(st.decimals(0, 20_000, places=3), st.decimals("0.001", 20_000, places=3))
def test_no_more_burns_than_leaves_the_retained_amount(left: Decimal, kept: Decimal) -> None:
    by_order = facts(retained_grams=(kept, "D-1"), left={"cocaine": left})
    by_law = facts(profile=profile(retained=TEN_KILOS), left={"cocaine": left})
    assert codes(by_order) == (["retained_amount"] if left < kept else [])
    assert codes(by_law) == (["retained_amount"] if left < 10_000 else [])


def test_of_law_and_order_the_larger_amount_counts() -> None:
    both = facts(
        profile=profile(retained=TEN_KILOS),
        retained_grams=(Decimal(12_000), "D-1"),
        left={"cocaine": Decimal(11_000)},
    )
    (found,) = missing(Deed.INCINERATE, both)
    assert found.rule == "Order D-1 keeps so much of each substance"
    assert found.text == "less than 12000.000 g of cocaine would be left of the seizure"


def test_each_substance_is_kept_by_itself_and_one_of_unknown_amount_wholly() -> None:
    usa = parse(us_28_cfr_50_21(effective_at=FROM))
    old = NOW - timedelta(days=90)

    def of(substance: str, **left: Decimal) -> list[str]:
        return codes(
            facts(profile=usa, unit=content(substance=substance), left=left, seized_at=old)
        )

    assert of("cocaine", cocaine=Decimal(10_000)) == []
    assert of("cocaine", cocaine=Decimal(9_999), heroin=Decimal(10_000)) == ["retained_amount"]
    assert of("heroin", heroin=Decimal(2_000)) == []
    assert of("marijuana") == []
    assert of("cocaine_base", cocaine_base=Decimal(10**6)) == ["retained_amount_unknown"]


# --- the profiles as they are shipped


def test_the_united_states_ask_for_sixty_days_and_no_order() -> None:
    usa = parse(us_28_cfr_50_21(effective_at=FROM))
    unit = content(orders=())
    enough = {"cocaine": Decimal(10_000)}
    young = facts(profile=usa, unit=unit, left=enough, seized_at=NOW - timedelta(days=59))
    assert codes(young) == ["notice_runs"]
    assert codes(replace(young, seized_at=NOW - timedelta(days=60))) == []


def test_the_dutch_islands_ask_for_a_sample_and_the_prosecutor() -> None:
    bes = parse(dutch_bes(effective_at=FROM))
    bare = facts(profile=bes, unit=content(orders=(), photographs=0), samples=())
    for deed in Deed:
        assert codes(bare, deed) == ["no_sample", "no_order"]
    sample = [SampleKept(Form.SAMPLE, "KILN/NORTH")]
    assert codes(replace(bare, unit=content(photographs=0), samples=sample)) == []


# --- whatever the facts are


contents = st.builds(
    content,
    label=st.text("ABC", min_size=1, max_size=3),
    form=st.sampled_from(Form),
    held=st.booleans(),
    disputed=st.booleans(),
    photographs=st.integers(0, 2),
    innermost=st.booleans(),
    kept_by=st.sampled_from([(), ("D-9",)]),
    orders=st.sampled_from([(), (ORDER,), (replace(ORDER, authorised=True),)]),
)
worlds = st.builds(
    facts,
    profile=st.sampled_from(
        [
            None,
            BELGIUM,
            parse(dutch_bes(effective_at=FROM)),
            parse(us_28_cfr_50_21(effective_at=FROM)),
        ]
    ),
    unit=contents,
    contents=st.lists(contents, max_size=4),
    samples=st.lists(
        st.builds(
            SampleKept,
            st.sampled_from([Form.SAMPLE, Form.COUNTER_SAMPLE]),
            st.sampled_from(["LAB/DRUGS", "KILN/NORTH"]),
        ),
        max_size=3,
    ),
    investigation_open=st.booleans(),
    owner=st.none() | st.builds(Owner, st.none() | st.dates(date(2026, 1, 1), date(2026, 11, 24))),
    retained_grams=st.none() | st.tuples(st.decimals(1, 9, places=0), st.just("D-1")),
    left=st.dictionaries(st.just("cocaine"), st.decimals(0, 20_000, places=0)),
)


def _on_hold(one: Content) -> Content:
    return replace(one, held=True)


@given(worlds, st.sampled_from(Deed))
def test_the_gate_opens_only_where_it_says_that_nothing_is_missing(
    found: Facts, deed: Deed
) -> None:
    told = missing(deed, found)
    assert all(one.code and one.text and one.rule for one in told)
    if told:
        with pytest.raises((GateClosed, NoProfile)):
            require(deed, found)
    else:
        require(deed, found)


@given(worlds, st.sampled_from(Deed))
def test_nothing_held_disputed_retained_or_kept_passes_whatever_the_profile(
    found: Facts, deed: Deed
) -> None:
    told = {one.code for one in missing(deed, found)}
    everything = found.everything
    assert ("held" in told) is any(one.held for one in everything)
    assert ("disputed" in told) is any(one.disputed for one in everything)
    assert ("kept_by_order" in told) is any(one.kept_by for one in everything)
    assert ("retained" in told) is any(
        one.form in {Form.SAMPLE, Form.COUNTER_SAMPLE} for one in everything
    )


@given(worlds, st.sampled_from(Deed))
def test_a_hold_takes_nothing_away_from_what_is_missing(found: Facts, deed: Deed) -> None:
    before: set[Missing] = set(missing(deed, found))
    after = set(missing(deed, replace(found, unit=_on_hold(found.unit))))
    assert before <= after


@given(worlds, contents, st.sampled_from(Deed))
def test_what_is_put_in_opens_no_gate_but_by_its_photographs(
    found: Facts, brick: Content, deed: Deed
) -> None:
    def grave(world: Facts) -> set[str]:
        return {one.code for one in missing(deed, world)} - {"no_photograph", "order_out_of_date"}

    assert grave(found) <= grave(replace(found, contents=[*found.contents, brick]))


def test_belgium_is_what_the_tests_call_belgium() -> None:
    assert parse(belgium()) == BELGIUM
