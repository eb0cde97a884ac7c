"""Analyses: a laboratory says what a sample holds, and what it took of it, to the milligram and not alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from custody.audit.replay import compare
from custody.deadlines.models import Flag
from custody.handling.analyse import Analyse, Consume
from custody.handling.errors import (
    FieldMissing,
    HeldNotUsedUp,
    InvalidPurity,
    MoreThanThere,
    NoSample,
    NothingTaken,
    NotYourCustody,
)
from custody.handling.hold import PlaceHold
from custody.handling.legal import legal_now
from custody.handling.transport import Dispatch, Receive
from custody.kit.errors import CustodyError
from custody.ledger import events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing
from custody.seizures.admitting import NotLegalNow
from custody.seizures.models import Exhibit
from tests.cast import FINE_SCALE, Cast, catch, do, propose
from tests.handling.burning import carry, take_samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def in_the_laboratory(cast: Cast) -> Exhibit:
    """A sample of 5 g, in 2.5 g of packaging."""
    _, (barrel,) = catch(cast)
    names = take_samples(cast, barrel.label)
    carry(cast, names, "LAB-A", cast.analyst)
    return Exhibit.objects.get(label__in=names, form="sample")


def finding(sample: Exhibit, result: str = "found", **more: Any) -> Analyse:
    return Analyse(
        exhibit=sample.label, result=result, method="GC-MS", report_number="LAB-26-1", **more
    )


def taking(sample: Exhibit, taken: str, after: str | None = None) -> Consume:
    return Consume(
        exhibit=sample.label,
        scale=FINE_SCALE,
        taken_grams=Decimal(taken),
        gross_after_grams=None if after is None else Decimal(after),
    )


def flags(sample: Exhibit) -> int:
    return Flag.objects.filter(exhibit=sample, cause="discrepancy").count()


def refused(kind: type[CustodyError], actor: Officer, command: Analyse | Consume) -> None:
    before = Entry.objects.count()
    with pytest.raises(kind):
        do(actor, command)
    assert Entry.objects.count() == before


def test_a_finding_names_substance_purity_method_and_report(cast: Cast) -> None:
    sample = in_the_laboratory(cast)
    do(cast.analyst, finding(sample, purity_percent="83.5"))
    told = events.read(bytes(Entry.objects.get(kind="exhibit.analysed").body)).payload
    assert told == {
        "result": "found",
        "substance": "cocaine",
        "purity_percent": "83.5",
        "method": "GC-MS",
        "report_number": "LAB-26-1",
    }
    assert flags(sample) == 0


@pytest.mark.parametrize(
    ("result", "more"), [("nothing", {}), ("other", {"substance": "levamisole"})]
)
def test_what_is_not_what_the_record_says_is_a_task_for_a_supervisor(
    cast: Cast, result: str, more: dict[str, Any]
) -> None:
    sample = in_the_laboratory(cast)
    do(cast.analyst, finding(sample, result, **more))
    assert flags(sample) == 1
    assert Flag.objects.visible_to(cast.supervisor).filter(exhibit=sample).exists()


def test_a_finding_that_contradicts_itself_is_refused(cast: Cast) -> None:
    sample = in_the_laboratory(cast)
    for kind, command in (
        (FieldMissing, finding(sample, "other")),
        (FieldMissing, finding(sample, "other", substance="cocaine")),
        (FieldMissing, finding(sample, "found", substance="heroin")),
        (FieldMissing, finding(sample, "nothing", substance="heroin")),
        (InvalidPurity, finding(sample, "nothing", purity_percent="80")),
        (InvalidPurity, finding(sample, purity_percent="100.1")),
        (InvalidPurity, finding(sample, purity_percent="8,5")),
        (InvalidPurity, finding(sample, purity_percent="\u0668")),
    ):
        refused(kind, cast.analyst, command)


def test_only_a_sample_is_analysed_and_only_by_the_laboratory_that_has_it(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    names = take_samples(cast, barrel.label)
    sample = Exhibit.objects.get(label=names[0])
    carry(cast, [barrel.label, *names], "LAB-A", cast.analyst)
    refused(NoSample, cast.analyst, finding(barrel))
    refused(RightMissing, cast.officer, finding(sample))
    gone = Dispatch(
        exhibits=(sample.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
    )
    do(cast.analyst, gone, cast.driver)
    do(cast.keeper, Receive(exhibits=(sample.label,), place="VAULT-A"), cast.driver)
    refused(NotYourCustody, cast.analyst, finding(sample))
    refused(NotYourCustody, cast.analyst, taking(sample, "1.00", "6.50"))


def test_what_is_taken_is_weighed_confirmed_and_leaves_the_rest(cast: Cast) -> None:
    sample = in_the_laboratory(cast)
    proposal = propose(cast.analyst, taking(sample, "0.50", "7.00"))
    sample.refresh_from_db()
    assert sample.net_grams == 5
    assert proposal
    do(cast.analyst, taking(sample, "0.50", "7.00"), cast.second_analyst)
    sample.refresh_from_db()
    assert (sample.stage, sample.net_grams, sample.anchor_grams) == ("received", Decimal("4.5"), 7)
    assert flags(sample) == 0


@pytest.mark.parametrize("after", ["6.90", "7.10"])
def test_less_or_more_than_should_be_left_is_a_discrepancy(cast: Cast, after: str) -> None:
    sample = in_the_laboratory(cast)
    do(cast.analyst, taking(sample, "0.50", after), cast.second_analyst)
    assert flags(sample) == 1


def test_a_sample_that_is_used_up_has_come_to_its_end(cast: Cast) -> None:
    sample = in_the_laboratory(cast)
    do(cast.analyst, taking(sample, "5.00"), cast.second_analyst)
    sample.refresh_from_db()
    assert (sample.stage, sample.net_grams) == ("consumed", 0)
    assert flags(sample) == 0
    refused(NotLegalNow, cast.analyst, finding(sample))
    assert {one.act for one in legal_now(cast.analyst, [sample])[sample.pk]} == {"report"}


def test_what_is_said_to_be_used_up_and_was_not_all_taken_is_a_discrepancy(cast: Cast) -> None:
    sample = in_the_laboratory(cast)
    do(cast.analyst, taking(sample, "3.00"), cast.second_analyst)
    assert flags(sample) == 1


def test_more_than_there_is_nothing_and_the_last_of_a_held_sample_are_refused(cast: Cast) -> None:
    sample = in_the_laboratory(cast)
    refused(MoreThanThere, cast.analyst, taking(sample, "5.03"))
    refused(NothingTaken, cast.analyst, taking(sample, "0.00", "7.50"))
    do(cast.prosecutor, PlaceHold(exhibits=(sample.label,), reason="Counter-expertise."))
    refused(HeldNotUsedUp, cast.analyst, taking(sample, "5.00"))
    do(cast.analyst, taking(sample, "4.00", "3.50"), cast.second_analyst)
    compare()
