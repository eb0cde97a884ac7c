"""Real threads on real connections: whatever meets at one moment, one wins, the other is told, and the chain has no fork."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from custody.handling.commands import Command
from custody.handling.errors import Busy, Changed, LabelInUse, RequestInFlight, SealInUse
from custody.handling.hand_over import HandOver
from custody.handling.hold import PlaceHold
from custody.handling.incinerate import Load, Stage, Weighed
from custody.handling.models import RequestKey
from custody.handling.pack import Pack, Unpack
from custody.handling.proposals import confirm
from custody.handling.record import Receipt, perform
from custody.handling.seals import ApplySeal
from custody.handling.split import Part, Split
from custody.handling.store import Store, Withdraw
from custody.handling.weigh import Weigh
from custody.kit import ids
from custody.law.gate import GateClosed
from custody.law.models import Hold
from custody.ledger.models import Entry
from custody.seizures.admitting import NotLegalNow
from custody.seizures.labels import new_label
from custody.seizures.models import Exhibit, Seal
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.handling.burning import GROSS, carry, keep_samples, order, photograph
from tests.races.threads import act, receipts, refusals, together

pytestmark = pytest.mark.usefixtures("the_record_is_whole")

ROUNDS = 5


def test_two_officers_act_on_one_unit_and_one_of_them_is_told(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel,) = catch(cast)
        carry(cast, [barrel.label], "VAULT-A", cast.keeper)
        store = Store(exhibits=(barrel.label,), place="VAULT-A")
        results = together(act(cast.keeper, store), act(cast.second_keeper, store))
        assert len(receipts(results)) == 1
        assert refusals(results) == {NotLegalNow}
        assert Entry.objects.filter(kind="exhibit.stored", subject_id=str(barrel.pk)).count() == 1


def test_readings_of_one_unit_at_one_moment_follow_each_other(committed_cast: Cast) -> None:
    cast = committed_cast
    _, (barrel,) = catch(cast)
    weigh = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=GROSS)
    people = (cast.officer, cast.colleague)
    results = together(*(act(people[number % 2], weigh) for number in range(8)))
    assert refusals(results) <= {Busy}
    recorded = Entry.objects.filter(kind="exhibit.weighed", subject_id=str(barrel.pk))
    assert recorded.count() == len(receipts(results)) >= 1
    previous = list(recorded.order_by("seq").values_list("previous", flat=True))
    assert len({bytes(one) for one in previous}) == len(previous)


def test_one_request_sent_many_times_at_once_is_recorded_once(committed_cast: Cast) -> None:
    cast = committed_cast
    _, (barrel,) = catch(cast)
    weigh = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=GROSS)
    results = together(*(act(cast.officer, weigh, key="the-same") for _ in range(8)))
    assert refusals(results) <= {RequestInFlight}
    assert len({one.act_id for one in receipts(results)}) == 1
    assert perform(cast.officer, weigh, key="the-same") == receipts(results)[0]
    assert RequestKey.objects.filter(key="the-same").count() == 1
    assert Entry.objects.filter(kind="exhibit.weighed").count() == 1


def test_of_many_who_have_seen_one_state_one_acts_on_it(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel,) = catch(cast)
        weigh = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=GROSS)
        seen = frozenset({barrel.head})

        def once(command: Command = weigh, seen: frozenset[str] = seen) -> Any:
            return perform(cast.officer, command, key=str(ids.new_id()), seen=seen)

        results = together(once, once, once)
        assert len(receipts(results)) == 1
        assert refusals(results) == {Changed}


def test_one_seal_number_closes_one_unit(committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(ROUNDS):
        _, (first, second) = catch(cast, 2)
        seal = f"HS-RACE-{number}"
        results = together(
            *(
                act(cast.officer, ApplySeal(exhibit=one.label, number=seal, seal_class="H"))
                for one in (first, second)
            )
        )
        assert len(receipts(results)) == 1
        assert refusals(results) == {SealInUse}
        assert Seal.objects.filter(pk=seal).count() == 1


def test_one_label_is_put_on_one_unit(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (first, second) = catch(cast, 2)
        label = new_label()
        part = Part(label=label, form="bag", gross_grams=GROSS, tare_grams=Decimal(0))
        results = together(
            *(
                act(cast.officer, Split(exhibit=one.label, scale=FLOOR_SCALE, parts=(part,)))
                for one in (first, second)
            )
        )
        assert len(receipts(results)) == 1
        assert refusals(results) == {LabelInUse}
        assert Exhibit.objects.filter(label=label).count() == 1
        assert Exhibit.objects.filter(pk__in=(first.pk, second.pk), stage="divided").count() == 1


def test_a_unit_is_packed_or_handed_over_not_both_from_one_state(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel, other) = catch(cast, 2)
        proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
        results = together(
            act(cast.officer, Pack(exhibits=(barrel.label, other.label), form="pallet")),
            lambda one=proposal: confirm(cast.keeper, one),
        )
        assert len(receipts(results)) == 1, results
        barrel.refresh_from_db()
        assert (barrel.within is None) == (barrel.custodian_unit == "CUSTOMS/STORE")


def test_what_is_held_at_the_moment_of_loading_does_not_burn(committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(ROUNDS):
        seizure, (barrel, brick) = catch(cast, 2)
        keep_samples(cast, barrel.label)
        do(cast.officer, Pack(exhibits=(brick.label,), container=barrel.label))
        photograph(cast.officer, barrel.label)
        order(cast, seizure, number=f"D-{number}")
        carry(cast, [barrel.label], "PLANT-A", cast.operator)
        units = (Weighed(exhibit=barrel.label, gross_grams=GROSS),)
        do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
        held, loaded = together(
            act(cast.prosecutor, PlaceHold(exhibits=(brick.label,), reason="Wait.")),
            act(cast.operator, Load(exhibits=(barrel.label,), kiln="K1")),
        )
        hold, load = (
            Entry.objects.filter(kind=kind, subject_id=str(subject.pk)).first()
            for kind, subject in (("hold.placed", brick), ("exhibit.loaded", barrel))
        )
        assert isinstance(held, Receipt | Busy)
        if hold and load:
            assert load.seq < hold.seq
        elif hold:
            assert isinstance(loaded, GateClosed | Busy)
        assert Hold.objects.filter(seizure=seizure).count() == (hold is not None)


def test_acts_on_the_same_units_in_opposite_order_do_not_lock_each_other_out(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    _, barrels = catch(cast, 12)
    labels = [one.label for one in barrels]
    carry(cast, labels, "VAULT-A", cast.keeper)
    do(cast.keeper, Store(exhibits=tuple(labels), place="VAULT-A"))
    for _ in range(ROUNDS):
        results = together(
            act(cast.keeper, Withdraw(exhibits=tuple(labels), purpose="transport")),
            act(
                cast.second_keeper, Withdraw(exhibits=tuple(reversed(labels)), purpose="transport")
            ),
        )
        assert len(receipts(results)) == 1
        assert refusals(results) == {NotLegalNow}
        do(cast.keeper, Store(exhibits=tuple(labels), place="VAULT-A"))


def test_a_container_is_opened_once(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, barrels = catch(cast, 3)
        do(cast.officer, Pack(exhibits=tuple(one.label for one in barrels), form="pallet"))
        pallet = Exhibit.objects.get(pk=barrels[0].pk).within
        assert pallet is not None
        unpack = Unpack(container=pallet.label)
        results = together(act(cast.officer, unpack), act(cast.colleague, unpack))
        assert len(receipts(results)) == 1
        assert Exhibit.objects.filter(within=pallet).count() == 0


def test_the_last_word_given_twice_at_once_records_once(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel,) = catch(cast)
        proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
        results = together(*(lambda one=proposal: confirm(cast.keeper, one) for _ in range(4)))
        assert refusals(results) <= {Busy}
        assert len({one.act_id for one in receipts(results)}) == 1
        assert (
            Entry.objects.filter(kind="exhibit.handed_over", subject_id=str(barrel.pk)).count() == 1
        )
