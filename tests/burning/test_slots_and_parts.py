"""A session is at its time, of its units, and for each reader as much as is theirs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from custody.audit.following import event_of
from custody.burning.errors import InAnotherSession, OutOfSlot
from custody.handling.errors import UnknownEvent
from custody.handling.plan_session import PlanSession
from custody.handling.split import Part, Split
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.burning.paper import permit
from tests.burning.scenes import burn, certify, confirmed, fresh, log, plan, ready, stage
from tests.cast import FLOOR_SCALE, Cast, do

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "rows_equal_their_replay")]


@pytest.mark.parametrize("days", [8, 16])
def test_nothing_is_staged_for_a_session_of_another_day(cast: Cast, days: int) -> None:
    permit()
    units = ready(cast)
    row = plan(cast, confirmed(cast, after=timedelta(days=days)), units)
    with pytest.raises(OutOfSlot, match="more than 6 hours away"):
        do(cast.operator, stage(units, row.id))


def test_a_planned_unit_is_not_divided_into_ones_that_no_session_knows(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast, at_plant=False)
    plan(cast, confirmed(cast), [barrel])
    part = Part(
        label=None,
        form="bag",
        gross_grams=Decimal(25_000),
        tare_grams=None,
        seal_number=None,
        seal_class=None,
    )
    with pytest.raises(InAnotherSession, match=barrel.label):
        do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part,)))


def test_the_event_of_a_certificate_tells_of_ones_own_units(cast: Cast) -> None:
    permit()
    first, second = ready(cast)[0], ready(cast)[0]
    row = burn(cast, plan(cast, confirmed(cast), [first, second]), [first, second])
    log(cast, row)
    certify(cast, row)
    entry = Entry.objects.get(kind="session.certified")
    for reader in (cast.operator, cast.second_operator, cast.keeper, cast.supervisor):
        seen = set(
            Exhibit.objects.visible_to(reader)
            .filter(pk__in=[first.pk, second.pk])
            .values_list("label", flat=True)
        )
        try:
            told = event_of(reader, entry.event_id)
        except UnknownEvent:
            assert not seen
            continue
        shown = {one["label"] for one in told[0].event.payload["units"]}
        assert shown == seen


def test_who_plans_leaves_in_what_they_may_not_see(cast: Cast) -> None:
    permit()
    (hidden,) = ready(cast, at_plant=False)
    row = plan(cast, confirmed(cast), [hidden])
    (own,) = ready(cast)
    planner = next(
        (
            one
            for one in (cast.operator, cast.second_operator)
            if not Exhibit.objects.visible_to(one).filter(pk=hidden.pk).exists()
        ),
        None,
    )
    assert planner is not None
    do(planner, PlanSession(session=row.id, exhibits=(own.label,), crew=None, vehicle=None))
    assert set(fresh(row).units) == {hidden.id, own.id}
