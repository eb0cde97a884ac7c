"""Seizures of another system are taken over whole, once, by two people, and the ledger tells of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command

from custody.exchange.imports import ImportRefused, Outcome, import_seizures
from custody.handling.correct import Correct
from custody.handling.models import Proposal, Refusal, RequestKey
from custody.handling.proposals import confirm
from custody.handling.record import Pending
from custody.handling.take_over import AlreadyTakenOver, Release
from custody.handling.weigh import Weigh
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.seizures.models import Exhibit, Origin, Seizure
from tests.cast import FLOOR_SCALE, Cast, do
from tests.exchange.files import dry_run, only_fault, propose, seizures, table, take_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_rows_of_one_report_become_one_seizure_in_the_hands_of_who_took_it_over(cast: Cast) -> None:
    take_over(cast, table({"reference": "A"}, {"reference": "B", "amount": "7", "unit": "blocks"}))
    seizure = Seizure.objects.get()
    assert (seizure.customs_report, seizure.opened_at.isoformat()) == (
        "PV-1",
        "2025-03-01T00:00:00+00:00",
    )
    weighed, counted = seizure.exhibits.order_by("origin__reference")
    assert weighed.gross_grams == Decimal(25_500)
    assert weighed.readability_grams == Decimal(100)
    assert counted.gross_grams is None
    for unit in (weighed, counted):
        assert (unit.stage, unit.custodian_id, unit.place_id) == (
            "intercepted",
            "officer",
            "QUAY-A",
        )


def test_the_ledger_says_where_it_came_from_and_who_confirmed_it(cast: Cast) -> None:
    take_over(cast, table({}))
    body = Entry.objects.get(kind="exhibit.intercepted").body
    event = ledger_events.read(bytes(body))
    assert event.late
    assert [one.badge for one in event.confirmers] == ["colleague"]
    origin = event.payload["exhibit"]["origin"]  # type: ignore[index, call-overload]
    assert {name: origin[name] for name in ("source", "reference", "amount", "unit")} == {  # type: ignore[index, call-overload]
        "source": "OLD",
        "reference": "S-1",
        "amount": "25.5",
        "unit": "kg",
    }
    call_command("verify_ledger")


def test_a_dry_run_leaves_nothing(cast: Cast) -> None:
    before = Entry.objects.count()
    report = dry_run(cast, seizures({}, {"amount": "25,5"}, {"place": "VAULT-A"}))
    assert [row.outcome for row in report.rows] == [Outcome.NEW, Outcome.WRONG, Outcome.WRONG]
    assert report.answer is None
    assert Entry.objects.count() == before
    for model in (Seizure, Exhibit, Origin, Proposal, RequestKey, Refusal):
        assert not model._default_manager.exists()


def test_one_wrong_row_keeps_the_whole_table_out(cast: Cast) -> None:
    with pytest.raises(ImportRefused, match="1 of 3 rows"):
        propose(cast, seizures({}, {"unit": "ounces"}, {}))
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("told", "column", "words"),
    [
        ({"amount": "25,5"}, "amount", "a point before decimals"),
        ({"amount": "1 000"}, "amount", "a point before decimals"),
        ({"amount": "-3"}, "amount", "above zero"),
        ({"amount": "0"}, "amount", "above zero"),
        ({"amount": "1e6"}, "amount", "a point before decimals"),
        ({"amount": ""}, "amount", "empty"),
        ({"amount": "2.5", "unit": "plants"}, "amount", "no part of one"),
        ({"amount": "200", "unit": "tablets"}, "each_milligrams", "what one of these weighs"),
        ({"each_milligrams": "300"}, "each_milligrams", "not of kg"),
        ({"amount": "0.0001", "unit": "g"}, "", "at most three decimals"),
        ({"unit": "ounces"}, "unit", "kg, g, litres, tablets, plants, blocks"),
        ({"form": "crate"}, "form", "block, bag, barrel, pallet"),
        ({"lane": "slow"}, "lane", "fast, standard"),
        ({"seized_at": "01/03/2025"}, "seized_at", "a day as 2026-11-24"),
        ({"seized_at": "2025-02-30"}, "seized_at", "a day as 2026-11-24"),
        ({"seized_at": "2025-03-01T10:00:00"}, "seized_at", "with its zone"),
        ({"seized_at": "2999-01-01"}, "", "2999"),
        ({"location": "ANTWERP"}, "location", "longer than 6"),
        ({"location": "BE1NR"}, "location", "UN/LOCODE"),
        ({"place": "NOWHERE"}, "place", "NOWHERE"),
        ({"place": "VAULT-A"}, "place", "CUSTOMS/STORE"),
        ({"container_number": "CSQU3054384"}, "container_number", "ISO 6346"),
        ({"vessel_imo": "9074720"}, "vessel_imo", "IMO"),
        ({"reference": "x" * 65}, "reference", "longer than 64"),
    ],
)
def test_what_is_wrong_in_a_row_is_named_with_what_would_be_right(
    cast: Cast, told: dict[str, str], column: str, words: str
) -> None:
    report = dry_run(cast, table(told))
    fault = only_fault(report)
    assert report.rows[0].outcome is Outcome.WRONG
    assert report.rows[0].line == 2
    assert fault.column == column
    assert words in fault.detail


def test_rows_that_contradict_each_other_are_named(cast: Cast) -> None:
    report = dry_run(cast, table({"reference": "A"}, {"reference": "B", "location": "BEZEE"}))
    assert (only_fault(report).column, report.rows[1].outcome) == ("location", Outcome.WRONG)
    report = dry_run(cast, seizures({"reference": "A"}, {"reference": "A"}))
    assert "line 2 already" in only_fault(report).detail


def test_the_same_table_again_takes_nothing_over(cast: Cast) -> None:
    content = seizures({}, {})
    take_over(cast, content)
    again = propose(cast, content)
    assert again.answer is None
    assert [row.outcome for row in again.rows] == [Outcome.KNOWN, Outcome.KNOWN]
    assert again.rows[0].exhibit == Exhibit.objects.get(origin__reference="S-1")
    take_over(cast, seizures({}, {}, {}))
    assert Seizure.objects.count() == 3


def test_what_was_made_of_a_row_is_named_only_to_who_may_see_it(cast: Cast) -> None:
    take_over(cast, table({}))
    report = import_seizures(cast.outsider, source="OLD", content=table({}))
    assert (report.rows[0].outcome, report.rows[0].exhibit) == (Outcome.KNOWN, None)
    assert Exhibit.objects.get().label not in str(report)


def test_the_same_row_with_other_content_is_refused_and_named(cast: Cast) -> None:
    take_over(cast, table({}))
    fault = only_fault(dry_run(cast, table({"amount": "26"})))
    assert (fault.column, fault.code) == ("reference", "changed_at_source")


def test_the_same_reference_of_another_source_is_another_row(cast: Cast) -> None:
    take_over(cast, table({}))
    content = table({"customs_report": "PV-2"})
    other = import_seizures(cast.officer, source="OTHER", content=content)
    assert other.rows[0].outcome is Outcome.NEW


def test_a_number_that_is_in_use_here_is_named(cast: Cast) -> None:
    take_over(cast, table({}))
    fault = only_fault(dry_run(cast, table({"reference": "S-2"})))
    assert (fault.column, fault.code) == ("customs_report", "number_in_use")


def test_a_table_proposed_twice_is_recorded_once(cast: Cast) -> None:
    content = table({})
    first, same, second = (
        propose(cast, content, key=key) for key in ("the-first", "the-first", "the-second")
    )
    assert isinstance(first.answer, Pending)
    assert same.answer == first.answer
    assert isinstance(second.answer, Pending)
    confirm(cast.colleague, first.answer.act_id)
    with pytest.raises(AlreadyTakenOver):
        confirm(cast.colleague, second.answer.act_id)
    assert Seizure.objects.count() == 1


def test_who_may_not_intercept_may_not_import(cast: Cast) -> None:
    for other in (cast.keeper, cast.supervisor, cast.statistician):
        with pytest.raises(RightMissing):
            import_seizures(other, source="OLD", content=table({}))


def test_only_a_colleague_sees_and_confirms_it(cast: Cast) -> None:
    report = propose(cast, table({}))
    assert isinstance(report.answer, Pending)
    seen = {
        badge
        for badge, officer in cast.officers.items()
        if Proposal.objects.visible_to(officer).exists()
    }
    assert {"officer", "colleague"} <= seen
    assert not seen & {"outsider", "far_supervisor", "keeper", "prosecutor"}


HUGE = {"substance": "amphetamine", "amount": "4500000", "unit": "kg"}


def test_what_nobody_believes_is_held_back_and_shown_and_the_rest_is_taken_over(cast: Cast) -> None:
    content = seizures({}, HUGE)
    report = propose(cast, content)
    assert [row.outcome for row in report.rows] == [Outcome.NEW, Outcome.HELD]
    detail = only_fault(report).detail
    assert "4500000 kg of amphetamine" in detail
    assert "15000 kg" in detail
    take_over(cast, content)
    assert Origin.objects.get().reference == "S-1"


def test_a_seizure_is_held_back_whole(cast: Cast) -> None:
    report = dry_run(cast, table({"reference": "A"}, {"reference": "B", **HUGE}))
    assert [row.outcome for row in report.rows] == [Outcome.HELD, Outcome.HELD]


def test_it_is_released_by_repeating_its_very_amount(cast: Cast) -> None:
    content = table({"amount": "26000"})
    for wrong in ("25000", "26000.0", "1"):
        released = Release(reference="S-1", amount=wrong, unit="kg")
        assert dry_run(cast, content, [released]).rows[0].outcome is Outcome.HELD
    take_over(cast, content, [Release(reference="S-1", amount="26000", unit="kg")])
    event = ledger_events.read(bytes(Entry.objects.get(kind="exhibit.intercepted").body))
    assert event.payload["exhibit"]["origin"]["released"] is True  # type: ignore[index, call-overload]
    assert Exhibit.objects.get().gross_grams == Decimal(26_000_000)


def test_what_no_scale_could_show_is_not_recorded_even_when_released(cast: Cast) -> None:
    report = dry_run(cast, table(HUGE), [Release(reference="S-1", amount="4500000", unit="kg")])
    assert report.rows[0].outcome is Outcome.WRONG
    assert "below 1,000,000,000 g" in only_fault(report).detail


def test_less_on_the_scale_than_declared_is_a_discrepancy(cast: Cast) -> None:
    take_over(cast, table({}))
    unit = Exhibit.objects.get()
    weigh = Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=Decimal(25_450))
    do(cast.officer, weigh)
    assert not Entry.objects.filter(kind="exhibit.discrepancy_reported").exists()
    do(
        cast.officer,
        Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=Decimal(15_000)),
    )
    assert Entry.objects.filter(kind="exhibit.discrepancy_reported").exists()


def test_a_row_that_was_declared_void_stays_known(cast: Cast) -> None:
    take_over(cast, table({}))
    entry = Entry.objects.get(kind="exhibit.intercepted")
    do(
        cast.supervisor,
        Correct(event=entry.event_id, declaration="did_not_occur", reason="Twice in the source."),
        cast.second_supervisor,
    )
    assert Exhibit.objects.get().stage == "void"
    assert dry_run(cast, table({})).rows[0].outcome is Outcome.KNOWN
