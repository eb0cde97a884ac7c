"""Staged, loaded, burnt: every unit is scanned three times, in its own session, by name."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from custody.burning.errors import (
    InAnotherSession,
    NoPermit,
    NotInSession,
    OverCap,
    ScannedTwice,
    SessionEnded,
    UnknownSession,
)
from custody.burning.models import Session
from custody.deadlines.models import Flag
from custody.handling.commands import Command
from custody.handling.errors import LabelTwice
from custody.handling.order import RevokeOrder
from custody.handling.proposals import confirm
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.law.gate import GateClosed
from custody.law.models import DestructionOrder
from custody.ledger import events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.burning.paper import permit, yesterday
from tests.burning.scenes import (
    HOUR,
    asked,
    burn,
    confirmed,
    fresh,
    incinerate,
    load,
    plan,
    ready,
    stage,
)
from tests.cast import Cast, do, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def refused(actor: Officer, command: Command, refusal: type[CustodyError]) -> str:
    """The refusal in words; nothing is recorded, half or whole."""
    before = Entry.objects.count()
    stages = list(Exhibit.objects.order_by("pk").values_list("stage", flat=True))
    with pytest.raises(refusal) as found:
        do(actor, command)
    assert Entry.objects.count() == before
    assert list(Exhibit.objects.order_by("pk").values_list("stage", flat=True)) == stages
    return str(found.value)


def test_every_unit_is_scanned_at_each_of_three_places(cast: Cast) -> None:
    permit()
    barrels = ready(cast, 2)
    row = burn(cast, plan(cast, confirmed(cast), barrels), barrels)
    both = sorted(one.id for one in barrels)
    assert row.staged == row.loaded == row.burnt == both
    told = [
        events.read(bytes(body)).payload["session"]
        for body in Entry.objects.filter(
            kind__in=("exhibit.staged", "exhibit.loaded", "exhibit.incinerated")
        ).values_list("body", flat=True)
    ]
    assert told == [str(row.id)] * 6


def test_a_unit_scanned_twice_is_refused_by_name(cast: Cast) -> None:
    permit()
    barrels = ready(cast, 2)
    row = plan(cast, confirmed(cast), barrels)
    once = barrels[:1]
    do(cast.operator, stage(once, row.id))
    assert once[0].label in refused(cast.operator, stage(barrels, row.id), ScannedTwice)
    refused(cast.operator, stage([barrels[1], barrels[1]], row.id), LabelTwice)
    do(cast.operator, load(once, row.id))
    assert once[0].label in refused(cast.operator, load(once, row.id), ScannedTwice)
    told = incinerate(once, row.id)
    do(cast.operator, told, cast.second_operator, cast.keeper)
    assert once[0].label in refused(cast.operator, incinerate(once, row.id), ScannedTwice)


def test_a_unit_of_another_session_is_refused_by_name_at_every_scan(cast: Cast) -> None:
    permit()
    mine, other = ready(cast, 2)
    row = plan(cast, confirmed(cast), [mine])
    later = plan(cast, confirmed(cast, 5 * HOUR), [other])
    told = refused(cast.operator, stage([mine, other], row.id), InAnotherSession)
    assert other.label in told
    assert str(later.id) in told
    do(cast.operator, stage([mine], row.id))
    refused(cast.operator, load([mine], later.id), InAnotherSession)
    do(cast.operator, load([mine], row.id))
    refused(cast.operator, incinerate([mine], later.id), InAnotherSession)


def test_what_a_session_claims_burns_in_none_without_it(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    assert barrel.label in refused(cast.operator, stage([barrel], None), InAnotherSession)
    do(cast.operator, stage([barrel], row.id))
    refused(cast.operator, load([barrel], None), InAnotherSession)
    do(cast.operator, load([barrel], row.id))
    refused(cast.operator, incinerate([barrel], None), InAnotherSession)


def test_what_was_not_staged_in_it_is_not_loaded_and_what_was_not_loaded_is_not_burnt(
    cast: Cast,
) -> None:
    permit()
    planned, alone = ready(cast, 2)
    row = plan(cast, confirmed(cast), [planned])
    do(cast.operator, stage([alone], None))
    assert alone.label in refused(cast.operator, load([alone], row.id), NotInSession)
    do(cast.operator, stage([planned], row.id))
    refused(cast.operator, incinerate([planned], row.id), NotInSession)


def test_more_than_the_cap_is_not_staged_however_it_was_planned(cast: Cast) -> None:
    permit()
    barrels = ready(cast, 4)
    row = plan(cast, confirmed(cast), barrels)
    do(cast.operator, stage(barrels[:3], row.id))
    told = refused(cast.operator, stage(barrels[3:], row.id, gross=Decimal(25_050)), OverCap)
    assert barrels[3].label in told
    assert "100050.000" in told
    do(cast.operator, stage(barrels[3:], row.id))


def test_an_unexpected_unit_is_staged_and_counts(cast: Cast) -> None:
    permit()
    planned, unexpected = ready(cast, 2)
    row = plan(cast, confirmed(cast), [planned])
    do(cast.operator, stage([planned, unexpected], row.id))
    assert unexpected.id in fresh(row).staged


def test_a_session_that_is_not_promised_or_not_theirs_burns_nothing(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, asked(cast), [barrel])
    refused(cast.operator, stage([barrel], row.id), SessionEnded)
    refused(cast.operator, stage([barrel], UUID(int=7)), UnknownSession)


def test_a_plant_whose_permit_has_run_out_burns_nothing(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    do(cast.operator, stage([barrel], row.id))
    permit(valid_until=yesterday())
    refused(cast.operator, load([barrel], row.id), NoPermit)


def test_a_kiln_too_cold_is_recorded_reported_and_flagged(cast: Cast) -> None:
    permit(minimum_temperature_celsius=1_100)
    warm, cold = ready(cast, 2)
    row = plan(cast, confirmed(cast), [warm, cold])
    burn(cast, row, [warm], celsius=1_100)
    burn(cast, row, [cold], celsius=1_099)
    assert fresh(row).burnt == sorted([warm.id, cold.id])
    (flag,) = Flag.objects.filter(cause="discrepancy")
    assert flag.exhibit_id == cold.id
    told = events.read(bytes(Entry.objects.get(kind="exhibit.discrepancy_reported").body)).payload
    assert (told["what"], told["expected"], told["found"]) == ("temperature", "1100", "1099")


def test_two_witnesses_may_confirm_one_burning_after_the_next_unit_was_staged(cast: Cast) -> None:
    permit()
    with clock.simulated(clock.now()) as time:
        first, second = ready(cast, 2)
        row = plan(cast, confirmed(cast), [first, second])
        do(cast.operator, stage([first], row.id))
        do(cast.operator, load([first], row.id))
        waiting = propose(cast.operator, incinerate([first], row.id))
        time.advance(HOUR / 12)
        do(cast.operator, stage([second], row.id))
        time.advance(HOUR / 12)
        confirm(cast.second_operator, waiting)
        confirm(cast.keeper, waiting)
    row = fresh(row)
    assert (row.burnt, len(row.staged)) == ([first.id], 2)


def test_an_order_revoked_while_it_is_loaded_keeps_it_from_the_fire(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    do(cast.operator, stage([barrel], row.id))
    do(cast.operator, load([barrel], row.id))
    number = DestructionOrder.objects.get().number
    do(cast.prosecutor, RevokeOrder(number=number, reason="A trial."))
    refused(cast.operator, incinerate([barrel], row.id), GateClosed)


def test_without_a_session_the_acts_work_as_they_did(cast: Cast) -> None:
    (barrel,) = ready(cast)
    do(cast.operator, stage([barrel], None))
    do(cast.operator, load([barrel], None))
    do(cast.operator, incinerate([barrel], None), cast.second_operator, cast.keeper)
    entry = Entry.objects.get(kind="exhibit.incinerated")
    assert "session" not in events.read(bytes(entry.body)).payload
    assert not Session.objects.exists()
