"""Orders that will not do: refused by name, and nothing of them is left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from custody.handling.errors import (
    GroundMissing,
    InFuture,
    NotTogether,
    OrderWithoutPower,
    UnknownSeizure,
)
from custody.handling.intercept import RecordInvestigation
from custody.handling.order import GiveOrder
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.law.gate import GateClosed, NoProfile
from custody.law.jurisdictions import belgium
from custody.law.models import DestructionOrder, Profile
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.people.rights import RightMissing, Role
from custody.people.services import enrol
from tests.api.callers import Callers
from tests.cast import Cast, catch, do
from tests.handling.burning import (
    keep_samples,
    order,
)
from tests.law.scenes import (
    NEXT,
    given,
    loaded,
    refused,
    staged,
    under,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_an_order_without_reasons_is_none(cast: Cast) -> None:
    seizure, _ = catch(cast)
    for reasons in ({}, {"reasons": ""}, {"reasons": "   "}, {"reasons": None}):
        told = {"seizure": seizure.reference, "number": "D-1", **reasons}
        problem = Callers(cast).prosecutor.act("give_order", told, 422)
        assert [one["field"] for one in problem["errors"]] == ["reasons"]
    assert not DestructionOrder.objects.exists()


def test_nobody_signs_an_order_but_a_prosecutor_from_their_own_login(cast: Cast) -> None:
    seizure, _ = catch(cast)
    for badge in ("officer", "supervisor", "operator", "analyst"):
        refused(RightMissing, cast.officers[badge], given(seizure))


def test_an_order_counts_from_an_agency_that_gives_them(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    own = enrol(
        badge="in_house",
        name="In House",
        unit="CUSTOMS/QUAY",
        roles=[Role.PROSECUTOR],
        actor=SYSTEM,
    )
    error = refused(OrderWithoutPower, own, given(seizure))
    assert "prosecution" in str(error)
    assert "art. 28novies" in str(error)
    with under(lambda rules: rules["order"].update(by=["customs", "prosecution"])):
        do(own, given(seizure))
    keep_samples(cast, barrel.label)
    names = staged(cast, barrel)
    soon = clock.now() + 2 * NEXT
    adopt_profile(belgium(effective_at=clock.to_text(soon)), SYSTEM)
    with clock.simulated(soon):
        refused(GateClosed, cast.operator, loaded(*names), "D-1 was given by customs")


def test_an_order_is_about_one_seizure_that_its_giver_may_see(cast: Cast) -> None:
    seizure, _ = catch(cast)
    other, (stranger,) = catch(cast)
    error = refused(NotTogether, cast.prosecutor, given(seizure, exhibits=(stranger.label,)))
    assert error.field == "exhibits"
    error = refused(NotTogether, cast.prosecutor, given(seizure, retain=(stranger.label,)))
    assert error.field == "retain"
    missing = GiveOrder(seizure="BEANR-20260101-00000", number="D-1", reasons="No need.")
    refused(UnknownSeizure, cast.prosecutor, missing)
    assert not other.orders.exists()


def test_no_order_is_dated_ahead(cast: Cast) -> None:
    seizure, _ = catch(cast)
    tomorrow = clock.now() + timedelta(days=1)
    refused(InFuture, cast.prosecutor, given(seizure), occurred_at=tomorrow)


def test_an_order_out_of_date_burns_nothing(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    with under(lambda rules: rules["order"].update(valid_days=5)) as time:
        assert isinstance(time, SimulatedClock)
        order(cast, seizure)
        names = staged(cast, barrel)
        time.advance(timedelta(days=5))
        refused(GateClosed, cast.operator, loaded(*names), "D-1 is older than 5 days")
        do(cast.prosecutor, given(seizure, number="D-2"))
        do(cast.operator, loaded(*names))


def test_an_order_names_its_ground_where_the_profile_asks(cast: Cast) -> None:
    seizure, _ = catch(cast)
    with under(lambda rules: rules["order"].update(must_hold=["reasons", "ground"])):
        error = refused(GroundMissing, cast.prosecutor, given(seizure))
        assert error.field == "ground"
        do(cast.prosecutor, given(seizure, ground="danger"))
    assert DestructionOrder.objects.get().ground == "danger"


def test_an_investigation_opened_after_the_order_asks_for_the_judge(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    names = staged(cast, barrel)
    do(cast.prosecutor, RecordInvestigation(seizure=seizure.reference, opened_on=date(2026, 1, 5)))
    refused(GateClosed, cast.operator, loaded(*names), "the judge has not authorised")
    do(cast.prosecutor, given(seizure, number="D-2", judge_authorisation="OR 1/2026"))
    do(cast.operator, loaded(*names))


def test_without_a_profile_no_order_is_given_and_nothing_burns(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    names = staged(cast, barrel)
    Profile.objects.update(effective_at=clock.now() + timedelta(days=1))
    try:
        error = refused(NoProfile, cast.operator, loaded(*names))
        assert error.code == "no_profile"
        refused(NoProfile, cast.prosecutor, given(seizure, number="D-2"))
    finally:
        Profile.objects.update(effective_at=clock.from_text(str(belgium()["effective_at"])))
