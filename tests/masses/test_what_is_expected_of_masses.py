"""Drying and calibration are dated rules: a loss that was expected is none, and a scale out of calibration is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.audit.account import Heading
from custody.audit.masses import account_of
from custody.deadlines.models import Flag
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger import events
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.seizures.mass_rules import InvalidMassRules, in_force, parse
from custody.seizures.models import Exhibit
from custody.seizures.services import MassRulesInThePast, MassRulesOverlap, adopt_mass_rules
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.deadlines.scenes import moving_time

_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAYS = st.integers(0, 90).map(lambda days: _AT + timedelta(days=days))
RULES: dict[str, Any] = {
    "effective_at": "2023-01-01T00:00:00.000000Z",
    "calibration_days": 365,
    "drying": [
        {"substance": "cocaine", "percent": "10", "days": 60, "source": "weighed for a year"}
    ],
}
DRYING = parse(RULES).drying[0]


def test_it_dries_evenly_until_its_days_are_over() -> None:
    def lost(since: int, until: int) -> Decimal:
        moments = {"since": _AT + timedelta(days=since), "until": _AT + timedelta(days=until)}
        return DRYING.loss(Decimal(24_000), intercepted_at=_AT, **moments)

    assert (lost(0, 30), lost(30, 60), lost(0, 90)) == (1_200, 1_200, 2_400)
    assert (lost(60, 90), lost(30, 30), lost(30, 20)) == (0, 0, 0)


@given(moments=st.lists(DAYS, min_size=3, max_size=8), grams=st.decimals(0, 10**6, places=3))
def test_weighing_more_often_never_lets_more_dry_away(
    moments: list[datetime], grams: Decimal
) -> None:
    ordered = sorted(moments)
    parts = [
        DRYING.loss(grams, intercepted_at=_AT, since=since, until=until)
        for since, until in pairwise(ordered)
    ]
    whole = DRYING.loss(grams, intercepted_at=_AT, since=ordered[0], until=ordered[-1])
    assert sum(parts) <= whole <= grams * DRYING.share.numerator / DRYING.share.denominator
    assert all(one >= 0 for one in parts)


def test_a_calibration_runs_out_the_day_after_its_last() -> None:
    rules = parse(RULES)
    assert not rules.out_of_calibration(date(2026, 1, 5), date(2027, 1, 5))
    assert rules.out_of_calibration(date(2026, 1, 5), date(2027, 1, 6))
    unsaid = parse({**RULES, "calibration_days": None})
    assert not unsaid.out_of_calibration(date(1996, 1, 5), date(2027, 1, 6))


def test_the_rules_of_the_moment_count() -> None:
    first, second = parse(RULES), parse({**RULES, "effective_at": "2026-01-01T00:00:00.000000Z"})
    assert in_force([second, first], datetime(2025, 6, 1, tzinfo=UTC)) is first
    assert in_force([second, first], datetime(2026, 6, 1, tzinfo=UTC)) is second
    assert in_force([second], datetime(2025, 6, 1, tzinfo=UTC)) is None


def _drying(**changed: object) -> dict[str, object]:
    return {"drying": [{**RULES["drying"][0], **changed}]}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"effective_at": "tomorrow"}, "effective_at"),
        ({"calibration_days": 0}, "calibration_days"),
        ({"calibration_days": True}, "calibration_days"),
        ({"calibration_days": "365"}, "calibration_days"),
        ({"drying": "none"}, "drying"),
        ({"drying": RULES["drying"] * 2}, "drying"),
        ({"drying": [{}]}, "drying.0"),
        (_drying(percent=10), "drying.0.percent"),
        (_drying(percent="100"), "drying.0.percent"),
        (_drying(percent="-1"), "drying.0.percent"),
        (_drying(percent="\u0661"), "drying.0.percent"),
        (_drying(days=0), "drying.0.days"),
        (_drying(source=""), "drying.0.source"),
        ({"tolerance": "2 %"}, "tolerance"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_by_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidMassRules) as error:
        parse({**RULES, **changed})  # type: ignore[arg-type]
    assert error.value.field == field


# --- in acts


def weigh(cast: Cast, barrel: Exhibit, gross: int) -> None:
    do(
        cast.officer,
        Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(gross)),
    )


def discrepancies() -> list[dict[str, Any]]:
    """What was reported, oldest first."""
    entries = Entry.objects.filter(kind="exhibit.discrepancy_reported").order_by("seq")
    return [dict(events.read(bytes(one.body)).payload) for one in entries]


def pass_days(time: SimulatedClock, days: int) -> None:
    time.advance(timedelta(days=days))


@pytest.mark.django_db
@pytest.mark.usefixtures("rows_equal_their_replay")
def test_what_may_dry_away_is_no_discrepancy_and_more_is(cast: Cast) -> None:
    adopt_mass_rules({**RULES, "calibration_days": None}, SYSTEM)
    with moving_time() as time:
        seizure, (barrel,) = catch(cast)
        pass_days(time, 30)
        weigh(cast, barrel, 23_800)
        assert discrepancies() == []
        assert account_of(seizure).closes
        weigh(cast, barrel, 23_650)
        (told,) = discrepancies()
        assert (told["drying_grams"], told["uncertainty_grams"]) == ("1200.000", "100.000")
        found = account_of(seizure)
        assert [(one.measured, one.drying) for one in found.lines if one.beyond] == [
            (23_650, 1_200)
        ]
        assert found.total(Heading.DIFFERENCE) == -1_350


@pytest.mark.django_db
def test_a_gain_is_never_excused(cast: Cast) -> None:
    adopt_mass_rules({**RULES, "calibration_days": None}, SYSTEM)
    with moving_time() as time:
        _, (barrel,) = catch(cast)
        pass_days(time, 30)
        weigh(cast, barrel, 25_150)
        assert len(discrepancies()) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("rows_equal_their_replay")
def test_a_scale_out_of_calibration_is_told_once_an_act_and_its_reading_stands(cast: Cast) -> None:
    with moving_time() as time:
        time.advance(datetime(2027, 6, 1, tzinfo=UTC) - clock.now())
        adopt_mass_rules({**RULES, "drying": []}, SYSTEM)
        seizure, units = catch(cast, 3)
        (told,) = discrepancies()
        assert (told["what"], told["scale"]) == ("calibration", FLOOR_SCALE)
        assert told["calibrated_on"] == "2026-01-05"
        assert Flag.objects.visible_to(cast.supervisor).filter(cause="discrepancy").count() == 1
        assert all(one.gross_grams == 25_000 for one in units)
        # no word about a scale moves the measure of what it weighed
        weigh(cast, units[0], 24_900)
        weigh(cast, units[0], 24_850)
        assert [one["what"] for one in discrepancies()].count("gross") == 1
        assert [one.measured for one in account_of(seizure).lines if one.beyond] == [24_850]


@pytest.mark.django_db
def test_rules_never_judge_what_has_been(cast: Cast) -> None:
    adopt_mass_rules(RULES, SYSTEM)
    with pytest.raises(MassRulesInThePast):
        adopt_mass_rules({**RULES, "effective_at": "2024-01-01T00:00:00.000000Z"}, SYSTEM)
    later = {**RULES, "effective_at": "2099-01-01T00:00:00.000000Z"}
    adopt_mass_rules(later, SYSTEM)
    with pytest.raises(MassRulesOverlap):
        adopt_mass_rules(later, SYSTEM)
