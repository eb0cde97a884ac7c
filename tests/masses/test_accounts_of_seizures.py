"""The mass account of a seizure, from real acts: it closes, or says exactly where it does not."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from custody.audit.account import Account, Heading, Line, Reason
from custody.audit.masses import account_of
from custody.deadlines.models import Flag
from custody.handling.analyse import Consume
from custody.handling.checking import Check
from custody.handling.correct import Correct
from custody.handling.neutralise import InProcess, Neutralise, Treated
from custody.handling.pack import Pack, Unpack
from custody.handling.presence import Miss
from custody.handling.split import Part, Split
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FINE_SCALE, FLOOR_SCALE, LOT, PROTOCOL, Cast, catch, do
from tests.handling.burning import burn, carry, keep_samples, order, photograph, take_samples

pytestmark = pytest.mark.django_db


def grams(text: str) -> Decimal:
    return Decimal(text)


def balanced(seizure: Seizure) -> Account:
    """The account, whose lines are what is held, whatever happened."""
    found = account_of(seizure)
    assert found.balance == sum(found.held.values(), Decimal(0))
    return found


def beyond(found: Account) -> list[Line]:
    return [one for one in found.lines if one.beyond]


def weigh(cast: Cast, unit: str, gross: str) -> None:
    do(cast.officer, Weigh(exhibit=unit, scale=FLOOR_SCALE, gross_grams=grams(gross)))


def test_from_the_quay_to_ash_every_gram_is_told(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    burn(cast, barrel.label)
    found = balanced(seizure)
    assert found.closes
    assert found.total(Heading.INTERCEPTED) == 24_000
    assert found.total(Heading.BURNT) == -24_000
    # the samples were taken, and the scale at the kiln cannot tell: it reads to 50 g
    assert found.held == {Stage.RECEIVED: grams("10")}
    assert found.total(Heading.DIFFERENCE) == 10


def test_a_loss_is_found_between_two_events_with_those_who_had_it_and_the_scale(cast: Cast) -> None:
    seizure, (lighter, other) = catch(cast, 2)
    do(
        cast.officer,
        Dispatch(
            exhibits=(lighter.label, other.label),
            driver="driver",
            vehicle="VAN-A",
            destination="VAULT-A",
        ),
        cast.driver,
    )
    checks = tuple(
        Check(exhibit=one.label, gross_grams=grams(gross))
        for one, gross in ((lighter, "24000"), (other, "26000"))
    )
    do(
        cast.keeper,
        Receive(
            exhibits=(lighter.label, other.label),
            place="VAULT-A",
            scale=FLOOR_SCALE,
            checks=checks,
        ),
        cast.driver,
    )
    found = balanced(seizure)
    # one lost what the other gained: the sum is right, and neither is
    assert found.total(Heading.DIFFERENCE) == 0
    assert not found.closes
    lost, gained = sorted(beyond(found), key=lambda one: one.grams)
    born = Entry.objects.get(kind="exhibit.intercepted", subject_id=str(lighter.pk))
    received = Entry.objects.get(kind="exhibit.received", subject_id=str(lighter.pk))
    assert (lost.label, lost.grams, lost.within) == (lighter.label, -1_000, 100)
    assert (lost.since_seq, lost.seq) == (born.seq, received.seq)
    assert lost.holders == ("CUSTOMS/QUAY", "CUSTOMS/STORE", "HAULIER/ROAD")
    assert (lost.place, lost.holder) == ("VAULT-A", "CUSTOMS/STORE")
    assert (lost.scale, lost.read_by) == (FLOOR_SCALE, "keeper")
    assert (gained.label, gained.grams) == (other.label, 1_000)
    assert [(one.reason, one.label, one.grams) for one in found.points] == sorted(
        [
            (Reason.DIFFERENCE, lighter.label, grams("-1000")),
            (Reason.DIFFERENCE, other.label, grams("1000")),
        ],
        key=lambda one: one[1],
    )


def test_small_losses_that_add_up_are_found_at_the_reading_that_was_too_many(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    for gross in ("24950", "24900", "24850"):
        weigh(cast, barrel.label, gross)
    found = balanced(seizure)
    (line,) = beyond(found)
    assert (line.grams, line.expected, line.measured) == (-50, 25_000, 24_850)
    assert found.total(Heading.DIFFERENCE) == -150


def test_parts_of_a_split_are_the_whole(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    parts = [
        Part(form="bag", gross_grams=grams(gross), tare_grams=grams("50"))
        for gross in ("12050", "11050")
    ]
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=tuple(parts)))
    found = balanced(seizure)
    (line,) = beyond(found)
    assert (line.kind, line.grams, line.expected, line.measured) == (
        "exhibit.split",
        -1_000,
        24_000,
        23_000,
    )
    assert found.held == {Stage.INTERCEPTED: 23_000}


def test_packaging_that_is_weighed_only_later_is_no_loss(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast, tare=None)
    command = Weigh(
        exhibit=barrel.label,
        scale=FLOOR_SCALE,
        gross_grams=grams("25000"),
        tare_grams=grams("1000"),
    )
    do(cast.officer, command)
    found = balanced(seizure)
    assert found.closes
    assert found.total(Heading.PACKAGING) == -1_000
    assert found.held == {Stage.INTERCEPTED: 24_000}


def test_reagent_goes_in_and_comes_out_again(cast: Cast) -> None:
    seizure, (barrel, other) = catch(cast, 2)
    carry(cast, take_samples(cast, barrel.label), "LAB-A", cast.analyst)
    photograph(cast.officer, barrel.label, other.label)
    treated = tuple(
        Treated(exhibit=one.label, lot=LOT, reagent_grams=grams("2400"), gross_grams=grams(gross))
        for one, gross in ((barrel, "27400"), (other, "28400"))
    )
    do(
        cast.officer,
        Neutralise(
            protocol=PROTOCOL,
            scale=FLOOR_SCALE,
            held_minutes=0,
            units=treated,
            readings=(InProcess(name="pH", value=grams("12.5")),),
            first_witness="supervisor",
            second_witness="operator",
        ),
        cast.supervisor,
        cast.operator,
    )
    found = balanced(seizure)
    assert found.total(Heading.REAGENT) == 4_800
    (gained,) = beyond(found)
    assert (gained.label, gained.grams) == (other.label, 1_000)


def test_what_an_analysis_took_is_told_and_what_it_cannot_explain_is_found(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    names = take_samples(cast, barrel.label)
    carry(cast, names, "LAB-A", cast.analyst)
    used, short = names
    for name, taken, after in ((used, "5.00", None), (short, "1.00", "6.00")):
        do(
            cast.analyst,
            Consume(
                exhibit=name,
                scale=FINE_SCALE,
                taken_grams=grams(taken),
                gross_after_grams=after and grams(after),
            ),
            cast.second_analyst,
        )
    found = balanced(seizure)
    assert found.total(Heading.CONSUMED) == -6
    (line,) = beyond(found)
    assert (line.label, line.kind, line.grams) == (short, "exhibit.consumed", grams("-0.5"))


def palletised(cast: Cast) -> tuple[Seizure, list[Exhibit], Exhibit]:
    """Two blocks on a pallet that was weighed with them."""
    seizure, units = catch(cast, 2, form="block", gross="1000", tare="0")
    do(
        cast.officer,
        Pack(
            exhibits=tuple(one.label for one in units),
            form="pallet",
            scale=FLOOR_SCALE,
            gross_grams=grams("22000"),
            tare_grams=grams("20000"),
        ),
    )
    pallet = Exhibit.objects.get(form="pallet")
    return seizure, units, pallet


def test_a_full_container_is_compared_with_what_went_in(cast: Cast) -> None:
    seizure, units, pallet = palletised(cast)
    assert balanced(seizure).closes
    weigh(cast, pallet.label, "21500")
    found = balanced(seizure)
    (line,) = beyond(found)
    assert (line.label, line.grams) == (pallet.label, -500)
    assert found.held == {Stage.INTERCEPTED: 1_500}
    do(cast.officer, Unpack(container=pallet.label))
    weigh(cast, units[0].label, "500")
    found = balanced(seizure)
    assert found.total(Heading.OPENED) == 500
    assert [one.label for one in beyond(found)] == [pallet.label, units[0].label]
    assert found.held == {Stage.INTERCEPTED: 1_500}


def test_small_losses_of_a_full_container_add_up_too(cast: Cast) -> None:
    seizure, _, pallet = palletised(cast)
    weigh(cast, pallet.label, "21900")
    assert balanced(seizure).closes
    weigh(cast, pallet.label, "21850")
    (line,) = beyond(balanced(seizure))
    assert (line.grams, line.expected, line.measured, line.within) == (-50, 22_000, 21_850, 100)
    assert Flag.objects.filter(exhibit=pallet, cause="discrepancy").count() == 1


def test_a_missing_unit_is_named_with_all_that_it_held(cast: Cast) -> None:
    seizure, (gone, _) = catch(cast, 2)
    do(cast.officer, Miss(exhibits=(gone.label,), searched="Everywhere."))
    found = balanced(seizure)
    missed = Entry.objects.get(kind="exhibit.missed")
    assert [(one.reason, one.label, one.seq, one.grams) for one in found.points] == [
        (Reason.MISSING, gone.label, missed.seq, 24_000)
    ]
    assert found.held == {Stage.INTERCEPTED: 24_000, Stage.MISSING: 24_000}


def test_a_corrected_reading_counts_as_corrected(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    weigh(cast, barrel.label, "20000")
    assert not balanced(seizure).closes
    wrong = Entry.objects.get(kind="exhibit.weighed")
    command = Correct(
        event=UUID(str(wrong.event_id)),
        declaration="incorrect_data",
        reason="A slip of the pen.",
        gross_grams=grams("25000"),
    )
    do(cast.supervisor, command, cast.second_supervisor)
    found = balanced(seizure)
    assert found.closes
    assert found.held == {Stage.INTERCEPTED: 24_000}
