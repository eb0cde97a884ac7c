"""A batch writes its acts together, and comes to what they come to one by one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.deadlines.models import Flag
from custody.handling.batch import Item, perform_batch
from custody.handling.commands import Command
from custody.handling.pack import Pack, Unpack
from custody.handling.seals import ApplySeal, BreakSeal
from custody.handling.store import Move, Withdraw
from custody.handling.weigh import Weigh
from custody.kit import ids
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch
from tests.deadlines.scenes import levels, moving_time, receive, send, store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def batch(actor: Officer, *commands: Command) -> list[list[str]]:
    """Each act's events: their kinds, in order."""
    done = perform_batch(actor, [Item(one) for one in commands], key=str(ids.new_id()))
    for one in done.receipts:
        recorded = Entry.objects.filter(act_id=one.act_id).order_by("seq")
        assert [line.seq for line in one.lines] == [entry.seq for entry in recorded]
    return [[line.kind for line in one.lines] for one in done.receipts]


def stored(cast: Cast, number: int) -> list[Exhibit]:
    _, barrels = catch(cast, number)
    send(cast, *barrels)
    receive(cast, *barrels)
    store(cast, *barrels)
    return barrels


def test_flags_belong_to_the_act_that_met_them(cast: Cast) -> None:
    with moving_time() as time:
        first, second, third = stored(cast, 3)
        time.advance(timedelta(hours=25))
        kinds = batch(
            cast.keeper,
            Withdraw(exhibits=(first.label,), purpose="inspection"),
            Move(exhibits=(third.label,), place="VAULT-B"),
            Withdraw(exhibits=(second.label,), purpose="inspection"),
        )
    assert [one[0] for one in kinds] == [
        "exhibit.withdrawn",
        "exhibit.moved",
        "exhibit.withdrawn",
    ]
    assert "flag.raised" in kinds[0]
    assert kinds[0] == kinds[2]
    assert len(kinds[1]) == 1
    assert levels(first) == levels(second) != []
    assert not Flag.objects.filter(exhibit=third).exists()


def test_acts_on_one_unit_build_on_each_other(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    weighed = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000))
    batch(
        cast.officer,
        weighed,
        ApplySeal(exhibit=barrel.label, number="HS-1", seal_class="H"),
        weighed,
        BreakSeal(exhibit=barrel.label, number="HS-1", reason="To look"),
        weighed,
    )
    seal = barrel.seals.get()
    assert seal.ended_at is not None
    assert Exhibit.objects.get(pk=barrel.pk).version == barrel.version + 5


def test_what_asks_the_database_finds_what_was_judged_before(cast: Cast) -> None:
    _, bricks = catch(cast, 3, form="block", gross="1000", tare=None)
    names = tuple(brick.label for brick in bricks)
    batch(
        cast.officer,
        Weigh(exhibit=names[0], scale=FLOOR_SCALE, gross_grams=Decimal(1_000)),
        Pack(exhibits=names[:2], form="pallet"),
        Weigh(exhibit=names[2], scale=FLOOR_SCALE, gross_grams=Decimal(1_000)),
    )
    bricks[0].refresh_from_db()
    pallet = bricks[0].within
    assert pallet is not None
    batch(
        cast.officer,
        Unpack(container=pallet.label),
        Weigh(exhibit=names[0], scale=FLOOR_SCALE, gross_grams=Decimal(1_000)),
    )
    bricks[0].refresh_from_db()
    assert bricks[0].within_id is None


def test_many_plain_acts_take_the_statements_of_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    barrels = stored(cast, 40)
    commands = [Move(exhibits=(barrel.label,), place="VAULT-B") for barrel in barrels]
    with django_assert_max_num_queries(14):
        perform_batch(cast.keeper, [Item(one) for one in commands], key=str(ids.new_id()))
