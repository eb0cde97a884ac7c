"""Orders that will not do, what they keep, and what is revoked: refused by name, and nothing of it is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.audit import replay
from custody.handling.commands import Command
from custody.handling.correct import Correct
from custody.handling.errors import (
    GroundMissing,
    InFuture,
    KeptAndDestroyed,
    NothingKept,
    NotTogether,
    OrderWithoutPower,
    UnknownSeizure,
)
from custody.handling.hold import PlaceHold
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.intercept import RecordInvestigation
from custody.handling.neutralise import Neutralise, Treated
from custody.handling.order import GiveOrder, RevokeOrder
from custody.handling.pack import Pack, Unpack
from custody.handling.proposals import confirm
from custody.handling.split import Part, Split
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.kit.errors import CustodyError
from custody.law.gate import GateClosed, NoProfile
from custody.law.jurisdictions import belgium, us_28_cfr_50_21
from custody.law.models import DestructionOrder, Profile
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing, Role
from custody.people.services import enrol
from custody.seizures.models import Exhibit, Seizure
from tests.api.callers import Callers
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.handling.burning import (
    GROSS,
    burn,
    carry,
    keep_samples,
    order,
    photograph,
    take_samples,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

NEXT = timedelta(minutes=3)


def refused(
    error: type[CustodyError],
    actor: Officer,
    command: Command,
    match: str | None = None,
    **more: Any,
) -> CustodyError:
    """The act is refused so, and leaves nothing."""
    before = Entry.objects.count(), DestructionOrder.objects.count()
    with pytest.raises(error, match=match) as caught:
        do(actor, command, **more)
    assert (Entry.objects.count(), DestructionOrder.objects.count()) == before
    return caught.value


def given(seizure: Seizure, **more: Any) -> GiveOrder:
    known: dict[str, Any] = {
        "seizure": seizure.reference,
        "number": "D-1",
        "reasons": "No need to keep it.",
    }
    return GiveOrder(**(known | more))


def staged(cast: Cast, *barrels: Exhibit, gross: Decimal = GROSS) -> list[str]:
    """At the kiln, photographed on the quay."""
    names = [one.label for one in barrels]
    photograph(cast.officer, *names)
    carry(cast, names, "PLANT-A", cast.operator)
    units = tuple(Weighed(exhibit=one, gross_grams=gross) for one in names)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    return names


def loaded(*names: str) -> Load:
    return Load(exhibits=names, kiln="K1")


def fire(*names: str) -> Incinerate:
    return Incinerate(
        scale=FLOOR_SCALE,
        temperature_celsius=1_100,
        units=tuple(Weighed(exhibit=one, gross_grams=GROSS) for one in names),
        first_witness="second_operator",
        second_witness="keeper",
    )


def neutralisation(*names: str) -> Neutralise:
    return Neutralise(
        protocol="N-3/2",
        reagent="RG-17",
        scale=FLOOR_SCALE,
        units=tuple(
            Treated(exhibit=one, reagent_grams=Decimal(1_000), gross_grams=Decimal(26_000))
            for one in names
        ),
    )


@contextmanager
def under(change: Callable[[dict[str, Any]], object]) -> Any:
    """Belgium with other rules of incineration holds meanwhile."""
    content = deepcopy(belgium(effective_at=clock.to_text(clock.now() + NEXT)))
    change(content["deeds"]["incinerate"])
    adopt_profile(content, SYSTEM)
    with clock.simulated(clock.now() + NEXT) as time:
        yield time


# --- orders that will not do


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


# --- exhibits that are not to be destroyed


def ready(cast: Cast) -> tuple[Seizure, Exhibit]:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    photograph(cast.officer, barrel.label)
    return seizure, barrel


def unsampled(cast: Cast) -> str:
    _, (barrel,) = catch(cast)
    photograph(cast.officer, barrel.label)
    return barrel.label


def unphotographed(cast: Cast) -> str:
    _, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    return barrel.label


def held(cast: Cast) -> str:
    _, barrel = ready(cast)
    do(cast.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="Counter-expertise."))
    return barrel.label


def a_sample(cast: Cast) -> str:
    _, (barrel,) = catch(cast)
    return take_samples(cast, barrel.label)[0]


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        (unsampled, "no sample of this seizure is kept"),
        (unphotographed, "no photograph shows"),
        (held, "is on hold"),
        (a_sample, "is retained as a"),
    ],
)
def test_it_is_not_neutralised(cast: Cast, unit: Callable[[Cast], str], why: str) -> None:
    refused(GateClosed, cast.officer, neutralisation(unit(cast)), why)


def test_what_lacks_nothing_is_neutralised_under_the_standing_authorisation(cast: Cast) -> None:
    _, barrel = ready(cast)
    named = {"first_witness": "keeper", "second_witness": "second_operator"}
    witnessed = replace(neutralisation(barrel.label), **named)
    do(cast.officer, witnessed, cast.keeper, cast.second_operator)
    barrel.refresh_from_db()
    assert barrel.neutralised_at


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        (unsampled, "no sample of this seizure is kept"),
        (unphotographed, "no photograph shows"),
        (held, "is on hold"),
    ],
)
def test_it_is_not_loaded(cast: Cast, unit: Callable[[Cast], str], why: str) -> None:
    label = unit(cast)
    seizure = Seizure.objects.get(exhibits__label=label)
    order(cast, seizure, label)
    carry(cast, [label], "PLANT-A", cast.operator)
    units = (Weighed(exhibit=label, gross_grams=GROSS),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    refused(GateClosed, cast.operator, loaded(label), why)


# --- photographs


def test_a_photograph_that_was_not_taken_shows_nothing(cast: Cast) -> None:
    seizure, barrel = ready(cast)
    order(cast, seizure)
    event = Entry.objects.get(kind="exhibit.photographed").event_id
    do(
        cast.supervisor,
        Correct(event=event, declaration="did_not_occur", reason="Another barrel."),
        cast.second_supervisor,
    )
    barrel.refresh_from_db()
    assert barrel.photographs
    assert barrel.shown_by == []
    with pytest.raises(GateClosed, match="no photograph shows"):
        do(cast.officer, neutralisation(barrel.label))


def test_a_container_is_photographed_after_packing_or_its_contents_before(cast: Cast) -> None:
    _, (first, second) = catch(cast, 2)
    photograph(cast.officer, first.label)
    do(cast.officer, Pack(exhibits=(first.label, second.label), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    photograph(cast.officer, pallet.label)
    pallet.refresh_from_db()
    assert len(pallet.shown_by) == 1
    do(cast.officer, Unpack(container=pallet.label, exhibits=(second.label,)))
    pallet.refresh_from_db()
    first.refresh_from_db()
    assert (pallet.shown_by, len(first.shown_by)) == ([], 1)


def test_parts_are_photographed_anew(cast: Cast) -> None:
    _, barrel = ready(cast)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    assert all(one.shown_by == [] for one in Exhibit.objects.filter(made_from=barrel, form="bag"))


# --- what an order keeps


def three(cast: Cast) -> tuple[Seizure, Sequence[Exhibit]]:
    """Three barrels of 24 kg net, the first of them sampled."""
    seizure, barrels = catch(cast, 3)
    keep_samples(cast, barrels[0].label)
    for barrel in barrels:
        barrel.refresh_from_db()
    return seizure, barrels


def test_an_order_over_a_whole_seizure_leaves_out_what_it_keeps(cast: Cast) -> None:
    seizure, (first, second, kept) = three(cast)
    do(cast.prosecutor, given(seizure, retain=(kept.label,)))
    row = DestructionOrder.objects.get()
    assert (set(row.exhibits), row.retained) == ({first.id, second.id}, [kept.id])
    order(cast, seizure, kept.label, number="D-2")
    names = staged(cast, second, kept)
    refused(GateClosed, cast.operator, loaded(names[1]), "is kept by order D-1")
    do(cast.operator, loaded(names[0]))
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="The trial is over."))
    do(cast.operator, loaded(names[1]))


def test_nothing_is_kept_and_destroyed_by_one_order(cast: Cast) -> None:
    seizure, (first, second, third) = three(cast)
    both = given(seizure, exhibits=(first.label, second.label), retain=(second.label,))
    refused(KeptAndDestroyed, cast.prosecutor, both, re.escape(second.label))
    do(cast.officer, Pack(exhibits=(second.label, third.label), form="pallet"))
    inside = given(seizure, retain=(second.label,))
    refused(KeptAndDestroyed, cast.prosecutor, inside, re.escape(second.label))
    refused(NothingKept, cast.prosecutor, given(seizure, retain_grams=Decimal(0)))


def test_no_more_burns_than_leaves_the_grams_that_an_order_keeps(cast: Cast) -> None:
    seizure, barrels = three(cast)
    do(cast.prosecutor, given(seizure, retain_grams=Decimal(30_000)))
    names = staged(cast, *barrels)
    refused(GateClosed, cast.operator, loaded(*names), r"less than 30000\.000 g of cocaine")
    refused(GateClosed, cast.operator, loaded(*names[:2]), r"less than 30000\.000 g of cocaine")
    do(cast.operator, loaded(names[1]))
    # what is loaded is on its way into the fire: only the first and the third stay
    refused(GateClosed, cast.operator, loaded(names[2]), r"less than 30000\.000 g of cocaine")
    do(cast.operator, fire(names[1]), cast.second_operator, cast.keeper)
    refused(GateClosed, cast.operator, loaded(names[2]), r"less than 30000\.000 g of cocaine")
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="The trial is over."))
    do(cast.prosecutor, given(seizure, number="D-2"))
    do(cast.operator, loaded(names[0], names[2]))


def test_a_threshold_of_the_law_keeps_its_amount_without_any_order(cast: Cast) -> None:
    seizure, barrels = catch(cast, 2, gross="13000")
    keep_samples(cast, barrels[0].label)
    soon = clock.now() + NEXT
    adopt_profile(us_28_cfr_50_21(effective_at=clock.to_text(soon)), SYSTEM)
    with clock.simulated(soon) as time:
        names = staged(cast, *barrels, gross=Decimal(13_000))
        refused(GateClosed, cast.operator, loaded(names[1]), "the time of notice runs until")
        time.advance(timedelta(days=60))
        refused(GateClosed, cast.operator, loaded(*names), r"less than 10000\.000 g of cocaine")
        do(cast.operator, loaded(names[1]))
        refused(GateClosed, cast.operator, loaded(names[0]), r"less than 10000\.000 g of cocaine")
    assert not seizure.orders.exists()


# --- revocation


def test_a_revoked_order_stops_what_is_loaded_and_not_burnt(cast: Cast) -> None:
    seizure, (burnt, barrel, late) = catch(cast, 3)
    keep_samples(cast, burnt.label)
    order(cast, seizure)
    burn(cast, burnt.label)
    names = staged(cast, barrel, late)
    do(cast.operator, loaded(*names))
    proposal = propose(cast.operator, fire(*names))
    confirm(cast.second_operator, proposal)
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="A witness came forward."))
    count = Entry.objects.count()
    with pytest.raises(GateClosed, match="no destruction order in force names"):
        confirm(cast.keeper, proposal)
    assert Entry.objects.count() == count
    refused(GateClosed, cast.operator, fire(*names), "no destruction order in force names")
    stages = [Exhibit.objects.get(pk=one.pk).stage for one in (burnt, barrel, late)]
    assert stages == ["incinerated", "loaded", "loaded"]
    assert replay.compare() > 0


def test_the_profile_in_force_when_it_was_done_judges_what_is_recorded_late(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    names = staged(cast, barrel)
    before = clock.now()
    with under(lambda rules: rules["photographs"].update(least=2)) as time:
        refused(GateClosed, cast.operator, loaded(*names), "under 2 photographs show")
        time.advance(timedelta(minutes=1))
        do(cast.operator, loaded(*names), occurred_at=before)
