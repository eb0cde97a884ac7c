"""A sample that is still kept a year after it was taken is asked for; one that is used up is not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from custody.deadlines.sweeping import sweep
from custody.handling.analyse import Consume
from custody.handling.pack import Pack, Unpack
from custody.seizures.models import Exhibit
from tests.cast import FINE_SCALE, Cast, catch, do
from tests.deadlines.scenes import levels, moving_time, running
from tests.handling.burning import carry, take_samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_a_sample_is_asked_for_after_a_year_in_a_bag_too_unless_it_was_used_up(cast: Cast) -> None:
    with moving_time() as time:
        _, (barrel,) = catch(cast)
        names = take_samples(cast, barrel.label)
        carry(cast, names, "LAB-A", cast.analyst)
        kept, used = (Exhibit.objects.get(label=name) for name in names)
        do(cast.analyst, Pack(exhibits=tuple(names), form="bag"))
        assert set(running(kept)) == {"retained"}
        bag = Exhibit.objects.get(form="bag")
        assert "retained" not in running(bag)
        do(cast.analyst, Unpack(container=bag.label, exhibits=(used.label,)))
        assert "retained" not in running(barrel)
        assert set(running(kept)) == {"retained"}
        portion = Consume(exhibit=used.label, scale=FINE_SCALE, taken_grams=Decimal("5.00"))
        do(cast.analyst, portion, cast.second_analyst)
        time.advance(timedelta(days=366))
        sweep()
        assert levels(kept) == [("retained", "soon"), ("retained", "due")]
        assert levels(used) == []
