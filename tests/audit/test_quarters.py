"""Quarters are whole ISO weeks, and every moment is in one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.audit.quarters import NoSuchQuarter, Quarter, parse_quarter, quarter_of, week_of

MOMENTS = st.integers(366 * 86_400, 230 * 366 * 86_400).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)


@given(MOMENTS)
def test_a_moment_is_in_the_quarter_of_its_week_and_in_no_other(at: datetime) -> None:
    quarter = quarter_of(at)
    assert quarter.begins_at <= at < quarter.ends_at
    assert week_of(at) in quarter.weeks
    assert quarter.begins_at.isoweekday() == 1
    assert quarter.following.before == quarter == quarter.before.following
    assert quarter.ends_at == quarter.following.begins_at
    assert parse_quarter(str(quarter)) == quarter


def test_a_quarter_is_thirteen_weeks_and_the_last_of_a_long_year_fourteen() -> None:
    assert [len(Quarter(2026, number).weeks) for number in (1, 2, 3, 4)] == [13, 13, 13, 14]
    assert len(Quarter(2025, 4).weeks) == 13
    assert Quarter(2026, 4).weeks[-1] == "2026-W53"
    assert quarter_of(datetime(2027, 1, 3, tzinfo=UTC)) == Quarter(2026, 4)
    assert Quarter(2026, 4).ends_at - Quarter(2026, 4).begins_at == timedelta(weeks=14)


@pytest.mark.parametrize(
    "told", ["", "2026", "2026-Q5", "2026-Q0", "26-Q1", "2026-q1", "2026-Q1 ", "२०२६-Q1", "0000-Q1"]
)
def test_what_names_no_quarter_is_refused(told: str) -> None:
    with pytest.raises(NoSuchQuarter):
        parse_quarter(told)
