"""A run is told once: by its protocol, from stock, before two witnesses. What can be mended is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from custody.audit import replay
from custody.deadlines.models import Clock, Flag
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import NotYourCustody, RunBeforeCatch, StillSealed
from custody.handling.neutralise import InProcess, Portion
from custody.handling.proposals import confirm
from custody.handling.record import Pending
from custody.handling.seals import ApplySeal
from custody.kit.errors import CustodyError
from custody.ledger.events import SYSTEM, read
from custody.ledger.models import Entry
from custody.neutralising.models import ReagentLot, Run, TreatedUnit
from custody.neutralising.queries import ProtocolSuperseded, UnknownLot, UnknownProtocol
from custody.neutralising.risk import RiskClass, risk_class
from custody.neutralising.rules import (
    HeldTooShort,
    LotElsewhere,
    LotExpired,
    LotUsedUp,
    NotInRun,
    NotSuited,
    ReadingNotTaken,
    TooLittleReagent,
    UnknownReading,
    WrongReagent,
)
from custody.neutralising.services import LotKnown, adopt_protocol, receive_lot
from custody.people.models import Officer
from custody.people.rights import RightMissing
from custody.seizures.models import Exhibit
from tests.cast import LOT, PROTOCOL_CONTENT, Cast, do, propose
from tests.handling.burning import carry
from tests.neutralising.runs import GROSS_AFTER, REAGENT, neutralised, ready, run, treated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def lot(code: str, grams: int = 10_000, **more: Any) -> str:
    told: dict[str, Any] = {
        "reagent": "RG-17",
        "number": "1",
        "unit": "CUSTOMS/QUAY",
        "expires_on": date(2099, 1, 1),
        "actor": SYSTEM,
    }
    return receive_lot(code=code, grams=Decimal(grams), **told | more).code


def left(code: str) -> Decimal:
    return ReagentLot.objects.get(pk=code).left_grams


def protocol(**more: Any) -> str:
    return adopt_protocol({**PROTOCOL_CONTENT, **more}, actor=SYSTEM).key


def payload(kind: str, exhibit: Exhibit | None = None) -> Any:
    rows = Entry.objects.filter(kind=kind)
    if exhibit is not None:
        rows = rows.filter(subject_id=str(exhibit.pk))
    return read(bytes(rows.latest("seq").body)).payload


def test_a_run_over_several_units_is_one_event_of_its_own_and_one_on_each_and_on_the_lot(
    cast: Cast,
) -> None:
    first, second = ready(cast, 2)
    receipt = neutralised(cast, first, second, units=(treated(first), treated(second)))
    assert [(line.kind, line.subject_type) for line in receipt.lines][:4] == [
        ("run.carried_out", "run"),
        ("reagent_lot.consumed", "reagent_lot"),
        ("exhibit.neutralised", "exhibit"),
        ("exhibit.neutralised", "exhibit"),
    ]
    found = Run.objects.get()
    assert {one.run for one in (first, second)} == {found.id}
    assert {one.assay for one in (first, second)} == {"awaited"}
    assert all(one.neutralised_at for one in (first, second))
    assert TreatedUnit.objects.filter(run=found).count() == 2
    assert payload("exhibit.neutralised", first)["run_leaf"] == found.head
    assert left(LOT) == 500_000 - 2 * REAGENT
    assert not Flag.objects.exists()
    call_command("verify_ledger")


def test_the_harmless_clock_stops_and_the_risk_is_lower(cast: Cast) -> None:
    (barrel,) = ready(cast)
    assert risk_class(barrel) is RiskClass.HIGH
    neutralised(cast, barrel)
    assert risk_class(barrel) is RiskClass.LOWERED
    assert Clock.objects.get(exhibit=barrel, name="harmless").stopped_at == barrel.neutralised_at


def test_one_unit_takes_what_is_left_of_a_lot_and_the_rest_of_another(cast: Cast) -> None:
    (barrel,) = ready(cast)
    end = lot("END", 900)
    neutralised(
        cast,
        barrel,
        units=(treated(barrel, lot=end, reagent_grams=Decimal(900)),),
        further=(Portion(exhibit=barrel.label, lot=LOT, reagent_grams=Decimal(1_500)),),
    )
    assert (left(end), left(LOT)) == (0, 498_500)
    assert payload("exhibit.neutralised", barrel)["reagent_grams"] == "2400.000"
    assert not Flag.objects.exists()


def refused(cast: Cast, error: type[CustodyError], *exhibits: Exhibit, **more: Any) -> str:
    before, stock = Entry.objects.count(), left(LOT)
    with pytest.raises(error) as told:
        propose(cast.officer, run(*exhibits, **more))
    assert (Entry.objects.count(), left(LOT)) == (before, stock)
    assert not Run.objects.exists()
    return str(told.value)


def test_a_lot_that_is_used_up_expired_wrong_elsewhere_or_unknown_is_refused_by_name(
    cast: Cast,
) -> None:
    (barrel,) = ready(cast)
    for code, error, made in (
        ("SHORT", LotUsedUp, {"grams": 2_399}),
        ("OLD", LotExpired, {"expires_on": date(2026, 1, 5)}),
        ("SALT", WrongReagent, {"reagent": "NACL"}),
    ):
        told = refused(cast, error, barrel, units=(treated(barrel, lot=lot(code, **made)),))
        assert code in told
    told = refused(
        cast, UnknownLot, barrel, units=(treated(barrel, lot=lot("THEIRS", unit="POLICE/FAR")),)
    )
    assert "THEIRS" in told
    refused(cast, UnknownLot, barrel, units=(treated(barrel, lot="NONE"),))


def test_a_lot_of_another_unit_of_the_agency_is_not_taken_from(cast: Cast) -> None:
    (barrel,) = ready(cast)
    Officer.objects.filter(pk="officer").update(roles=["officer", "supervisor"])
    cast.officers["officer"] = Officer.objects.get(pk="officer")
    told = refused(
        cast,
        LotElsewhere,
        barrel,
        units=(treated(barrel, lot=lot("STORE", unit="CUSTOMS/STORE")),),
    )
    assert "CUSTOMS/STORE" in told
    Officer.objects.filter(pk="officer").update(roles=["officer"])


def test_two_units_of_one_run_do_not_take_the_same_gram(cast: Cast) -> None:
    first, second = ready(cast, 2)
    small = lot("SMALL", 4_799)
    units = tuple(treated(one, lot=small) for one in (first, second))
    told = refused(cast, LotUsedUp, first, second, units=units)
    assert "4799.000 g are left; this takes 4800" in told


def test_a_lot_is_received_once(cast: Cast) -> None:
    with pytest.raises(LotKnown, match=LOT):
        lot(LOT)


def test_what_can_still_be_mended_is_refused(cast: Cast) -> None:
    (barrel,) = ready(cast)
    little = treated(barrel, reagent_grams=Decimal(950))
    assert "959.6 g" in refused(cast, TooLittleReagent, barrel, units=(little,))
    refused(cast, ReadingNotTaken, barrel, readings=None)
    slow = protocol(hold_minutes=60)
    refused(cast, HeldTooShort, barrel, protocol=slow, held_minutes=59)
    refused(cast, RunBeforeCatch, barrel, protocol=slow, held_minutes=60)


def test_what_the_protocol_does_not_know_is_refused(cast: Cast) -> None:
    first, second = ready(cast, 2)
    refused(cast, UnknownProtocol, first, protocol="N-4/1")
    heroin = protocol(code="N-5", substances=["heroin"])
    refused(cast, NotSuited, first, protocol=heroin)
    warm = (InProcess(name="warmth", value=Decimal(1)),)
    refused(cast, UnknownReading, first, readings=warm)
    other = (InProcess(name="pH", value=Decimal(12), exhibit=second.label),)
    refused(cast, NotInRun, first, readings=other)
    more = (Portion(exhibit=second.label, lot=LOT, reagent_grams=Decimal(1)),)
    refused(cast, NotInRun, first, further=more)


def test_a_version_that_was_superseded_before_the_run_is_refused(cast: Cast) -> None:
    (barrel,) = ready(cast)
    newer = protocol(confirmed=True)
    assert newer in refused(cast, ProtocolSuperseded, barrel)
    neutralised(cast, barrel, protocol=newer)


def test_what_is_sealed_or_elsewhere_is_not_mixed_with_anything(cast: Cast) -> None:
    first, second = ready(cast, 2)
    do(cast.officer, ApplySeal(exhibit=first.label, number="HS-1", seal_class="H"))
    refused(cast, StillSealed, first)
    carry(cast, [second.label], "VAULT-A", cast.keeper)
    refused(cast, NotYourCustody, second)


def test_nobody_witnesses_who_did_it_sampled_it_or_witnesses_already(cast: Cast) -> None:
    (barrel,) = ready(cast)
    for first, second in (
        ("officer", "keeper"),
        ("keeper", "officer"),
        ("colleague", "operator"),
        ("keeper", "second_keeper"),
    ):
        command = run(barrel, first_witness=first, second_witness=second)
        with pytest.raises(NotYoursToConfirm):
            do(cast.officer, command, cast.officers[first], cast.officers[second])
    twice = propose(cast.officer, run(barrel))
    for _ in range(2):
        assert isinstance(confirm(cast.keeper, twice), Pending)
    with pytest.raises(RightMissing):
        propose(cast.keeper, run(barrel))
    assert not Run.objects.exists()


def test_a_reading_out_of_bounds_is_recorded_and_nothing_is_harmless_by_it(cast: Cast) -> None:
    first, second = ready(cast, 2)
    readings = (
        InProcess(name="pH", value=Decimal(12), exhibit=first.label),
        InProcess(name="pH", value=Decimal("9.5"), exhibit=second.label),
        InProcess(name="pH", value=Decimal(11), exhibit=second.label),
    )
    neutralised(cast, first, second, readings=readings)
    assert first.neutralised_at
    assert (second.neutralised_at, second.assay) == (None, "awaited")
    assert risk_class(second) is RiskClass.HIGH
    assert Clock.objects.get(exhibit=second, name="harmless").stopped_at is None
    (flag,) = Flag.objects.filter(cause="discrepancy")
    assert flag.exhibit_id == second.id
    (deviation,) = payload("exhibit.discrepancy_reported", second)["deviations"]
    assert (deviation["what"], deviation["found"], deviation["least"]) == ("pH", "9.5", "11")


def test_too_much_reagent_is_recorded_and_nothing_is_harmless_by_it(cast: Cast) -> None:
    (barrel,) = ready(cast)
    much = treated(barrel, reagent_grams=Decimal(4_000), gross_grams=Decimal(29_000))
    neutralised(cast, barrel, units=(much,))
    assert barrel.neutralised_at is None
    assert payload("exhibit.discrepancy_reported", barrel)["what"] == "protocol"


@pytest.mark.parametrize(("grams", "difference"), [(400, "400.000"), (-400, "-400.000")])
def test_what_gains_beyond_its_reagent_or_loses_is_flagged(
    cast: Cast, grams: int, difference: str
) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel, units=(treated(barrel, gross_grams=GROSS_AFTER + grams),))
    told = payload("exhibit.discrepancy_reported", barrel)
    # the samples took 10 g, and nobody weighed the barrel again
    assert (told["what"], told["expected"]) == ("neutralisation", "27390.000")
    assert Decimal(told["difference_grams"]) == Decimal(difference) + 10
    assert Flag.objects.get().cause == "discrepancy"


def test_the_stock_is_what_the_events_of_the_lot_say(cast: Cast) -> None:
    first, second = ready(cast, 2)
    for one in (first, second):
        neutralised(cast, one)
    kinds = Entry.objects.filter(subject_type="reagent_lot").order_by("seq")
    assert [one.kind for one in kinds] == [
        "reagent_lot.received",
        "reagent_lot.consumed",
        "reagent_lot.consumed",
    ]
    assert [one.previous for one in kinds][1:] == [one.leaf for one in kinds][:-1]
    assert left(LOT) == 500_000 - 2 * REAGENT
    replay.compare()
