"""Whatever is packed, split, sampled, ordered or corrected in whatever order: nothing burns that may not."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import NotCorrectable, NothingTaken, NotTogether, TooMuchTaken
from custody.handling.hand_over import HandOver
from custody.handling.hold import LiftHold, PlaceHold
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.lane import AssignLane
from custody.handling.models import Proposal, ProposalState
from custody.handling.pack import Pack, Unpack
from custody.handling.split import Part, Split
from custody.handling.store import Store, Withdraw
from custody.kit import clock
from custody.law.gate import Deed, GateClosed, missing
from custody.law.models import DestructionOrder, Hold
from custody.law.queries import facts_for
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from custody.seizures.rows import exhibit_state
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.handling.burning import (
    GROSS,
    burn,
    carry,
    keep_samples,
    never_occurred,
    order,
    photograph,
    take_samples,
    undo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def around(label: str) -> Exhibit:
    container = Exhibit.objects.get(label=label).within
    assert container is not None
    return container


def test_an_order_over_a_container_does_not_cover_what_is_packed_into_it_later(cast: Cast) -> None:
    seizure, (barrel, stranger) = catch(cast, 2)
    keep_samples(cast, barrel.label)
    order(cast, seizure, barrel.label)
    do(cast.officer, Pack(exhibits=(stranger.label,), container=barrel.label))
    with pytest.raises(
        GateClosed, match=f"no destruction order in force names {re.escape(stranger.label)}"
    ):
        burn(cast, barrel.label)


def test_what_comes_out_of_an_ordered_container_is_not_ordered_by_that(cast: Cast) -> None:
    seizure, (barrel, stranger) = catch(cast, 2)
    keep_samples(cast, barrel.label)
    order(cast, seizure, barrel.label)
    do(cast.officer, Pack(exhibits=(stranger.label,), container=barrel.label))
    do(cast.officer, Unpack(container=barrel.label))
    with pytest.raises(GateClosed, match="no destruction order"):
        burn(cast, stranger.label)


def test_a_container_with_drugs_of_its_own_needs_its_own_order(cast: Cast) -> None:
    seizure, (barrel, brick) = catch(cast, 2)
    keep_samples(cast, barrel.label)
    order(cast, seizure, brick.label)
    do(cast.officer, Pack(exhibits=(brick.label,), container=barrel.label))
    with pytest.raises(GateClosed, match=f"names {re.escape(barrel.label)}"):
        burn(cast, barrel.label)


def test_an_order_covers_what_is_inside_when_it_is_given_and_new_packaging_around_what_it_names(
    cast: Cast,
) -> None:
    seizure, (first, second) = catch(cast, 2)
    keep_samples(cast, first.label)
    do(cast.officer, Pack(exhibits=(first.label,), container=second.label))
    order(cast, seizure, second.label)
    assert {first.pk, second.pk} == set(DestructionOrder.objects.get().exhibits)
    do(cast.officer, Pack(exhibits=(second.label,), form="pallet"))
    pallet = around(second.label)
    burn(cast, pallet.label)
    pallet.refresh_from_db()
    assert pallet.stage == "incinerated"


def test_packaging_around_an_ordered_and_an_unordered_unit_is_not_ordered(cast: Cast) -> None:
    seizure, (first, second) = catch(cast, 2)
    keep_samples(cast, first.label)
    order(cast, seizure, first.label)
    do(cast.officer, Pack(exhibits=(first.label, second.label), form="pallet"))
    assert around(first.label).orders == []


def test_samples_in_a_bag_are_samples_all_the_same(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    samples = take_samples(cast, barrel.label)
    do(cast.officer, Pack(exhibits=tuple(samples), form="bag"))
    bag = around(samples[0]).label
    order(cast, seizure)
    assert Exhibit.objects.get(label=bag).orders == []
    with pytest.raises(NotTogether, match="samples are kept apart"):
        do(cast.officer, Pack(exhibits=(bag,), container=barrel.label))
    order(cast, seizure, bag, number="D-2")
    with pytest.raises(GateClosed, match="retained as a sample"):
        burn(cast, bag, Decimal(50))


def test_samples_in_a_bag_in_other_hands_let_the_bulk_burn(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    samples = take_samples(cast, barrel.label)
    do(cast.officer, Pack(exhibits=tuple(samples), form="bag"))
    carry(cast, [around(samples[0]).label], "LAB-A", cast.analyst)
    order(cast, seizure)
    burn(cast, barrel.label)
    barrel.refresh_from_db()
    assert barrel.stage == "incinerated"


def test_a_sample_of_nothing_is_no_sample(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    with pytest.raises(NothingTaken) as caught:
        take_samples(cast, barrel.label, gross="2.50", tare="2.50")
    assert caught.value.field == "samples.0.gross_grams"


def held(cast: Cast, *labels: str) -> Hold:
    do(cast.prosecutor, PlaceHold(exhibits=labels, reason="Counter-expertise."))
    return Hold.objects.get()


def test_a_hold_on_parts_comes_back_to_the_whole_when_the_split_did_not_occur(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure, barrel.label)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    parts = Exhibit.objects.filter(made_from=barrel, form="bag").values_list("label", flat=True)
    hold = held(cast, *parts)
    never_occurred(cast, "exhibit.split", barrel)
    barrel.refresh_from_db()
    assert barrel.holds == [hold.pk]
    with pytest.raises(GateClosed, match="is on hold"):
        burn(cast, barrel.label)


def test_a_hold_on_packaging_comes_down_to_the_unit_when_the_packing_did_not_occur(
    cast: Cast,
) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, Pack(exhibits=(barrel.label,), form="pallet"))
    hold = held(cast, around(barrel.label).label)
    never_occurred(cast, "exhibit.packed", barrel)
    barrel.refresh_from_db()
    assert barrel.holds == [hold.pk]
    do(cast.prosecutor, LiftHold(hold=hold.pk, reason="Done."))
    barrel.refresh_from_db()
    assert barrel.holds == []


def test_a_hold_lifted_meanwhile_does_not_come_back_with_the_whole(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    hold = held(cast, barrel.label)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    do(cast.prosecutor, LiftHold(hold=hold.pk, reason="Done."))
    never_occurred(cast, "exhibit.split", barrel)
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.holds) == ("intercepted", [])


def test_what_comes_out_of_a_held_container_by_correction_is_held(cast: Cast) -> None:
    _, (barrel, container) = catch(cast, 2)
    do(cast.officer, Pack(exhibits=(barrel.label,), container=container.label))
    do(cast.officer, Pack(exhibits=(container.label,), form="pallet"))
    inner = held(cast, container.label)
    outer = PlaceHold(exhibits=(around(container.label).label,), reason="All of it.")
    do(cast.prosecutor, outer)
    never_occurred(cast, "exhibit.packed", barrel)
    barrel.refresh_from_db()
    assert barrel.within is None
    assert len(barrel.holds) == 2
    assert inner.pk in barrel.holds


def test_what_has_parts_or_contents_of_its_own_is_not_taken_out_of_the_record(cast: Cast) -> None:
    _, (barrel, other) = catch(cast, 2)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    first = Exhibit.objects.filter(made_from=barrel).order_by("label")[0]
    small = Part(form="bag", gross_grams=Decimal(6_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=first.label, scale=FLOOR_SCALE, parts=(small, small)))
    with pytest.raises(NotCorrectable, match="correct first how"):
        never_occurred(cast, "exhibit.split", barrel)
    second = Exhibit.objects.filter(made_from=barrel).order_by("label")[1]
    do(cast.officer, Pack(exhibits=(second.label,), container=other.label))
    with pytest.raises(NotCorrectable, match=f"how {re.escape(second.label)} came out"):
        never_occurred(cast, "exhibit.intercepted", other)


def test_a_correction_of_a_correction_unburns_nothing(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    never_occurred(cast, "exhibit.intercepted", barrel)
    never_occurred(cast, "event.corrected", barrel)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    burn(cast, barrel.label)
    last = Entry.objects.filter(kind="event.corrected", subject_id=str(barrel.pk)).latest("seq")
    with pytest.raises(NotCorrectable, match="is destroyed"):
        undo(cast, last)


def test_a_sample_is_small(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    with pytest.raises(TooMuchTaken, match="at most 100 g"):
        take_samples(cast, barrel.label, gross="102.60")


def test_samples_with_a_colleague_are_not_in_other_hands(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    samples = take_samples(cast, barrel.label)
    do(cast.officer, HandOver(exhibits=tuple(samples), taker="colleague"), cast.colleague)
    photograph(cast.officer, barrel.label)
    order(cast, seizure)
    facts = facts_for([exhibit_state(Exhibit.objects.get(pk=barrel.pk))], clock.now(), clock.now())
    codes = {one.code for one in missing(Deed.INCINERATE, facts[barrel.pk])}
    assert codes == {"sample_with_bulk", "counter_sample_with_bulk"}


def test_a_fast_unit_does_not_lose_its_limit_in_a_standard_container(cast: Cast) -> None:
    _, (fast, container) = catch(cast, 2)
    command = AssignLane(exhibits=(container.label,), lane="standard", reason="It is damp.")
    do(cast.officer, command, cast.colleague)
    with pytest.raises(NotTogether, match="would lose its limit"):
        do(cast.officer, Pack(exhibits=(fast.label,), container=container.label))


def test_what_is_on_hold_cannot_be_declared_never_to_have_been(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    held(cast, barrel.label)
    with pytest.raises(NotCorrectable, match="lift the hold"):
        never_occurred(cast, "exhibit.intercepted", barrel)


def test_what_is_burnt_stays_burnt_whatever_is_corrected(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    do(cast.officer, Pack(exhibits=(barrel.label,), form="pallet"))
    pallet = around(barrel.label)
    order(cast, seizure)
    burn(cast, pallet.label)
    for kind, exhibit in (
        ("exhibit.packed", barrel),
        ("exhibit.packed", pallet),
        ("exhibit.intercepted", barrel),
    ):
        with pytest.raises(NotCorrectable, match="is destroyed, and stays so"):
            never_occurred(cast, kind, exhibit)
    pallet.refresh_from_db()
    assert pallet.stage == "incinerated"


def test_a_split_whose_part_is_burnt_occurred(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure, barrel.label)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    burnt = Exhibit.objects.filter(made_from=barrel, form="bag").first()
    assert burnt is not None
    burn(cast, burnt.label, Decimal(12_000))
    for kind in ("exhibit.split", "exhibit.intercepted"):
        with pytest.raises(NotCorrectable, match="is destroyed"):
            never_occurred(cast, kind, barrel)


def test_an_order_counts_from_when_it_was_given(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    do(cast.officer, Pack(exhibits=(barrel.label,), form="pallet"))
    pallet = around(barrel.label).label
    photograph(cast.officer, pallet)
    carry(cast, [pallet], "PLANT-A", cast.operator)
    earlier = clock.now()
    order(cast, seizure, barrel.label)
    units = (Weighed(exhibit=pallet, gross_grams=GROSS),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units), occurred_at=earlier)
    with pytest.raises(GateClosed, match=re.escape(barrel.label)):
        do(cast.operator, Load(exhibits=(pallet,), kiln="K1"), occurred_at=earlier)


def test_a_disputed_brick_keeps_its_barrel_from_the_kiln(cast: Cast) -> None:
    seizure, (barrel, brick) = catch(cast, 2)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    carry(cast, [barrel.label, brick.label], "VAULT-A", cast.keeper)
    both = (barrel.label, brick.label)
    do(cast.keeper, Store(exhibits=both, place="VAULT-A"))
    do(cast.keeper, Withdraw(exhibits=both, purpose="destruction"))
    do(cast.keeper, Pack(exhibits=(brick.label,), container=barrel.label))
    photograph(cast.keeper, barrel.label)
    never_occurred(cast, "exhibit.stored", brick)
    brick.refresh_from_db()
    assert brick.disputed
    facts = facts_for([exhibit_state(Exhibit.objects.get(pk=barrel.pk))], clock.now(), clock.now())
    found = missing(Deed.INCINERATE, facts[barrel.pk])
    assert [one.text for one in found] == [f"{brick.label} is disputed"]


def test_who_sampled_the_whole_does_not_witness_the_burning_of_a_part(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    made = Exhibit.objects.filter(made_from=barrel, form="bag")
    assert [one.samplers for one in made] == [["colleague", "officer"]] * 2


def test_who_may_not_witness_is_not_proposed_as_a_witness(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    photograph(cast.officer, barrel.label)
    carry(cast, [barrel.label], "PLANT-A", cast.operator)
    units = (Weighed(exhibit=barrel.label, gross_grams=Decimal(25_000)),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    do(cast.operator, Load(exhibits=(barrel.label,), kiln="K1"))
    for first, second in (("officer", "keeper"), ("second_operator", "operator")):
        burning = Incinerate(
            scale=FLOOR_SCALE,
            temperature_celsius=1_100,
            units=units,
            first_witness=first,
            second_witness=second,
        )
        with pytest.raises(NotYoursToConfirm):
            propose(cast.operator, burning)
    assert not Proposal.objects.filter(state=ProposalState.OPEN).exists()
