"""Nobody knows before the day where counting is unannounced; afterwards everybody can draw it again."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from custody.inventories import unannounced
from custody.inventories.chance import RULES, Rule, drawn, due, rule_on
from custody.inventories.models import Inventory
from custody.inventories.tasks import draw
from custody.inventories.unannounced import draws_of, open_drawn
from custody.kit import clock
from custody.ledger.models import Entry
from custody.people.models import Officer
from tests.cast import Cast
from tests.deadlines.scenes import moving_time
from tests.inventories.scenes import closed, list_of, opened, scan, stored

DAY = date(2026, 11, 24)
EVERY_DAY = Rule("every-day", date(2024, 1, 1), one_in=1, at_most_days=365)
NEVER = Rule("never", date(2024, 1, 1), one_in=10**12, at_most_days=365)


def test_a_shell_draws_the_same() -> None:
    told = subprocess.run(
        ["sh", "-c", r"printf '%s\n%s\n%s' seed 2026-11-24 VAULT-A | sha256sum | cut -c1-64"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for one_in in range(1, 50):
        rule = Rule("rule", DAY, one_in, 365)
        assert drawn(rule, DAY, "VAULT-A", "seed") is (int(told, 16) % one_in == 0)


def test_over_many_days_a_place_is_drawn_about_as_often_as_the_rule_says() -> None:
    rule = RULES[0]
    days = [DAY + timedelta(days=number) for number in range(9_000)]
    count = sum(drawn(rule, day, "VAULT-A", sha256(str(day).encode()).hexdigest()) for day in days)
    # binomial, 9,000 times one in 90: the mean is 100 and the deviation 10
    assert 60 <= count <= 140


@given(st.integers(0, 3_000))
def test_a_place_is_due_once_the_last_time_lies_so_far_back(back: int) -> None:
    assert due(RULES[0], DAY, DAY - timedelta(days=back)) is (back >= RULES[0].at_most_days)


def test_the_rule_of_a_day_is_the_last_one_in_force() -> None:
    assert [one.effective_on for one in RULES] == sorted(one.effective_on for one in RULES)
    assert rule_on(RULES[0].effective_on - timedelta(days=1)) is None
    assert rule_on(RULES[-1].effective_on) == RULES[-1]


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> list[Rule]:
    """The rule in force: the first of the list."""
    found = [EVERY_DAY]
    monkeypatch.setattr(unannounced, "rule_on", lambda day: found[0])
    return found


def tomorrow() -> datetime:
    began = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return began + timedelta(days=1, hours=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("rows_equal_their_replay")
def test_stores_that_are_drawn_are_opened_once_a_day(cast: Cast, rule: list[Rule]) -> None:
    stored(cast, 2)
    with moving_time() as time:
        time.move_to(tomorrow())
        assert open_drawn() == ["VAULT-A"]
        assert open_drawn() == []
        row = Inventory.objects.get()
        assert (row.occasion, row.method, row.opened_by) == ("unannounced", "tenth", "system")
        scan(cast.officer, row.pk)
        list_of(cast.officer, row.pk)
        closed(cast.supervisor, row.pk)
        assert open_drawn() == []
        time.advance(timedelta(days=1))
        stored(cast, 1)
        assert draw() == 1
    assert Inventory.objects.count() == 2


@pytest.mark.django_db
def test_the_seed_is_the_last_event_before_the_day(cast: Cast, rule: list[Rule]) -> None:
    stored(cast, 1)
    last = Entry.objects.latest("seq")
    with moving_time() as time:
        time.move_to(tomorrow())
        today = time.at.date()
        before = [one.told for one in draws_of(today)]
        stored(cast, 1, "VAULT-B")
        open_drawn()
        assert [one.told for one in draws_of(today)] == before
        told = {row.place_id: row.chance for row in Inventory.objects.all()}
        assert {one["after_seq"] for one in told.values()} == {last.seq}
        assert told["VAULT-A"] in before
        out = StringIO()
        call_command("draw_inventories", day=today, stdout=out)
        assert f"VAULT-A\tdrawn\tevery-day\t{last.seq}\n" in out.getvalue()
        assert Inventory.objects.count() == 2


@pytest.mark.django_db
def test_who_keeps_the_store_learns_nothing_and_who_counts_only_on_the_day(
    cast: Cast, rule: list[Rule]
) -> None:
    stored(cast, 1)
    with moving_time() as time:
        time.move_to(tomorrow())
        officer, keeper = (Officer.objects.get(pk=one) for one in ("officer", "keeper"))
        assert not Inventory.objects.visible_to(officer).exists()
        call_command("draw_inventories", stdout=StringIO())
        assert Inventory.objects.visible_to(officer).exists()
        assert not Inventory.objects.visible_to(keeper).exists()


@pytest.mark.django_db
def test_a_store_that_chance_passes_over_is_counted_in_the_end(
    cast: Cast, rule: list[Rule]
) -> None:
    rule[0] = NEVER
    stored(cast, 1)
    with moving_time() as time:
        time.move_to(tomorrow())
        assert open_drawn() == []
        time.advance(timedelta(days=NEVER.at_most_days))
        assert open_drawn() == ["VAULT-A"]
        assert Inventory.objects.get().chance["why"] == "due"


@pytest.mark.django_db
def test_a_store_that_is_being_counted_or_empty_is_left_alone(cast: Cast, rule: list[Rule]) -> None:
    stored(cast, 1)
    inventory = opened(cast)
    with moving_time() as time:
        time.move_to(tomorrow())
        assert {one.place for one in draws_of(time.at.date())} == {"LAB-A", "VAULT-A", "VAULT-B"}
        assert open_drawn() == []
    assert Inventory.objects.get().pk == inventory
