"""Who takes units takes those that are as they should be, names what is wrong with the others, and nothing is in nobody's hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from custody.deadlines.models import Flag
from custody.handling.accepting import NothingPasses, NotSaid, accept
from custody.handling.checking import Acceptance, Check, NotTaken
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import (
    Changed,
    FieldMissing,
    KeyReused,
    LabelTwice,
    NotYourPlace,
    UnknownSeal,
)
from custody.handling.hand_over import HandOver
from custody.handling.models import Confirmation, Proposal, Refusal
from custody.handling.passing import CheckedAlready
from custody.handling.presence import Miss
from custody.handling.proposals import (
    ProposalEnded,
    UnknownProposal,
    confirm,
    lapse_due,
    refuse,
)
from custody.handling.record import Receipt
from custody.handling.sample import Sample, Taken
from custody.handling.seals import ReplaceSeal
from custody.handling.transport import Dispatch, Receive
from custody.kit import clock, ids
from custody.ledger import events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing, Role
from custody.people.services import enrol
from custody.seizures.admitting import NotLegalNow
from custody.seizures.labels import UnknownLabel
from custody.seizures.models import Exhibit
from tests.cast import FINE_SCALE, FLOOR_SCALE, Cast, catch, do, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def handed(cast: Cast, units: int = 3, taker: str = "keeper") -> tuple[UUID, list[Exhibit]]:
    """Sealed barrels that the officer proposes to hand over."""
    seals = [f"HS-{number}" for number in range(units)]
    _, barrels = catch(cast, units, seals=seals)
    labels = tuple(one.label for one in barrels)
    return propose(cast.officer, HandOver(exhibits=labels, taker=taker)), barrels


def answer(
    officer: Officer,
    proposal: UUID,
    taken: Sequence[Exhibit] = (),
    *left: NotTaken,
    key: str = "",
    seen: Any = None,
    **more: Any,
) -> Receipt:
    acceptance = Acceptance(
        exhibits=tuple(one.label for one in taken) or None, not_taken=left or None, **more
    )
    return accept(officer, proposal, acceptance, key=key or str(ids.new_id()), seen=seen)


def no(exhibit: Exhibit, objection: str = "missing", **more: Any) -> NotTaken:
    return NotTaken(exhibit=exhibit.label, objection=objection, **more)


def hands(*exhibits: Exhibit) -> list[str]:
    for one in exhibits:
        one.refresh_from_db()
    return [one.custodian_id for one in exhibits]


def told(exhibit: Exhibit, kind: str) -> Any:
    """The payload of the one event of this kind on an exhibit."""
    entry = Entry.objects.get(kind=kind, subject_id=str(exhibit.pk))
    return events.read(bytes(entry.body)).payload


def causes(exhibit: Exhibit) -> list[str]:
    return list(
        Flag.objects.filter(exhibit=exhibit, cause__in=["discrepancy", "proposal"])
        .open()
        .order_by("cause")
        .values_list("cause", flat=True)
    )


def test_what_is_taken_passes_and_what_is_not_stays_where_it_was(cast: Cast) -> None:
    proposal, (good, broken, absent) = handed(cast)
    receipt = answer(cast.keeper, proposal, [good], no(broken, "seal_broken"), no(absent))
    assert hands(good, broken, absent) == ["keeper", "officer", "officer"]
    assert receipt.act_id == proposal
    assert Proposal.objects.get(pk=proposal).state == "recorded"
    assert Confirmation.objects.get().officer_id == "keeper"
    assert {line.kind for line in receipt.lines} == {
        "exhibit.handed_over",
        "proposal.refused",
        "exhibit.discrepancy_reported",
        "flag.raised",
    }
    for one, objection in ((broken, "seal_broken"), (absent, "missing")):
        assert told(one, "proposal.refused")["objection"] == objection
        assert told(one, "exhibit.discrepancy_reported")["objection"] == objection
        assert causes(one) == ["discrepancy"]
        assert Entry.objects.get(kind="proposal.refused", subject_id=str(one.pk)).actor == "keeper"
    assert causes(good) == []


def test_one_answer_is_one_append_of_one_act(cast: Cast) -> None:
    proposal, (good, absent) = handed(cast, 2)
    answer(cast.keeper, proposal, [good], no(absent))
    found = Entry.objects.filter(act_id=proposal).values_list("seq", flat=True).order_by("seq")
    assert list(found) == list(range(found[0], found[0] + len(found)))


def test_nothing_taken_is_a_refusal_unit_by_unit(cast: Cast) -> None:
    proposal, barrels = handed(cast)
    receipt = answer(cast.keeper, proposal, [], *(no(one) for one in barrels))
    assert hands(*barrels) == ["officer"] * 3
    assert Proposal.objects.get(pk=proposal).state == "refused"
    assert not Confirmation.objects.exists()
    assert not Entry.objects.filter(kind="exhibit.handed_over").exists()
    assert receipt.act_id == proposal


def test_what_is_meant_for_another_is_no_discrepancy(cast: Cast) -> None:
    proposal, (good, other) = handed(cast, 2)
    answer(cast.keeper, proposal, [good], no(other, "not_mine", details="For the laboratory"))
    assert causes(other) == ["proposal"]
    assert not Entry.objects.filter(kind="exhibit.discrepancy_reported").exists()
    assert told(other, "proposal.refused")["reason"]["commitment"]


@pytest.mark.parametrize(
    ("told_of_it", "found"),
    [
        ({"objection": "seal_differs", "seal_number": "HS-99"}, ("HS-1", "HS-99")),
        ({"objection": "mass_differs", "gross_grams": Decimal(24_000)}, ("25000.000", "24000.000")),
        ({"objection": "other", "details": "It drips."}, (None, None)),
    ],
)
def test_an_objection_says_what_was_found_and_moves_no_measure(
    cast: Cast, told_of_it: dict[str, Any], found: tuple[str | None, str | None]
) -> None:
    proposal, (good, bad) = handed(cast, 2)
    answer(cast.keeper, proposal, [good], no(bad, **told_of_it), scale=FLOOR_SCALE)
    payload = told(bad, "exhibit.discrepancy_reported")
    assert (payload.get("expected"), payload.get("found")) == found
    bad.refresh_from_db()
    assert (bad.gross_grams, bad.anchor_grams) == (25_000, 25_000)


@pytest.mark.parametrize(
    ("objection", "more"),
    [
        ("seal_differs", {}),
        ("mass_differs", {}),
        ("mass_differs", {"gross_grams": Decimal(24_000)}),
        ("other", {}),
    ],
)
def test_an_objection_that_says_too_little_is_refused_whole(
    cast: Cast, objection: str, more: dict[str, Any]
) -> None:
    proposal, (good, bad) = handed(cast, 2)
    before = Entry.objects.count()
    with pytest.raises(FieldMissing):
        answer(cast.keeper, proposal, [good], no(bad, objection, **more))
    assert Entry.objects.count() == before
    assert hands(good, bad) == ["officer", "officer"]
    assert Proposal.objects.get(pk=proposal).state == "open"


def test_the_takers_readings_and_seals_stand_in_the_event(cast: Cast) -> None:
    proposal, (whole, cut) = handed(cast, 2)
    checks = (
        Check(
            exhibit=whole.label, seal_number="HS-0", finding="intact", gross_grams=Decimal(25_050)
        ),
        Check(
            exhibit=cut.label, seal_number="HS-1", finding="tampered", gross_grams=Decimal(24_000)
        ),
    )
    answer(cast.keeper, proposal, [whole, cut], scale=FLOOR_SCALE, checks=checks)
    assert hands(whole, cut) == ["keeper", "keeper"]
    payload = told(whole, "exhibit.handed_over")
    assert payload["reading"]["read_by"] == payload["checked_by"] == "keeper"
    assert payload["seals"] == [{"number": "HS-0", "finding": "intact"}]
    assert whole.gross_grams == 25_050
    assert causes(whole) == []
    assert cut.gross_grams == 24_000
    assert causes(cut) == ["discrepancy", "discrepancy"]


def test_a_driver_takes_a_part_of_what_is_dispatched_and_a_store_of_what_arrives(
    cast: Cast,
) -> None:
    _, barrels = catch(cast, 3, seals=["HS-0", "HS-1", "HS-2"])
    labels = tuple(one.label for one in barrels)
    sent = propose(
        cast.officer,
        Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination="VAULT-A"),
    )
    seal = {row.exhibit_id: row.number for one in barrels for row in one.seals.all()}
    first, second, third = barrels
    check = Check(exhibit=first.label, seal_number=seal[first.pk], finding="intact")
    answer(cast.driver, sent, [first, second], no(third), checks=(check,))
    assert hands(*barrels) == ["driver", "driver", "officer"]
    assert [one.stage for one in barrels] == ["in_transit", "in_transit", "intercepted"]
    brought = propose(
        cast.driver, Receive(exhibits=(first.label, second.label), place="VAULT-A", taker="keeper")
    )
    answer(cast.keeper, brought, [first], no(second, "seal_broken"))
    assert hands(first, second) == ["keeper", "driver"]
    assert [first.stage, second.stage] == ["received", "in_transit"]


def test_every_unit_is_named_once_and_no_other(cast: Cast) -> None:
    proposal, (good, bad) = handed(cast, 2)
    _, (strange,) = catch(cast)
    with pytest.raises(NotSaid) as caught:
        answer(cast.keeper, proposal, [good])
    assert caught.value.params["label"] == bad.label
    with pytest.raises(LabelTwice):
        answer(cast.keeper, proposal, [good, bad], no(bad))
    with pytest.raises(UnknownLabel):
        answer(cast.keeper, proposal, [good, bad], no(strange))
    assert hands(good, bad) == ["officer", "officer"]


def test_only_who_takes_them_answers_and_only_where_something_passes(cast: Cast) -> None:
    proposal, barrels = handed(cast, 2)
    for badge in ("officer", "colleague", "supervisor"):
        with pytest.raises(NotYoursToConfirm):
            answer(cast.officers[badge], proposal, barrels)
    for badge in ("second_keeper", "driver", "outsider", "far_supervisor"):
        with pytest.raises(UnknownProposal):
            answer(cast.officers[badge], proposal, barrels)
    _, (other,) = catch(cast)
    sampled = propose(
        cast.officer,
        Sample(
            exhibit=other.label,
            scale=FINE_SCALE,
            samples=(Taken(form="sample", gross_grams=Decimal("7.5"), tare_grams=Decimal("2.5")),),
        ),
    )
    with pytest.raises(NothingPasses):
        answer(cast.colleague, sampled, [other])


def test_the_same_answer_again_gets_the_same_receipt_and_another_is_refused(cast: Cast) -> None:
    proposal, (good, bad) = handed(cast, 2)
    first = answer(cast.keeper, proposal, [good], no(bad), key="only-once-1")
    count = Entry.objects.count()
    assert answer(cast.keeper, proposal, [good], no(bad), key="only-once-1") == first
    with pytest.raises(KeyReused):
        answer(cast.keeper, proposal, [good, bad], key="only-once-1")
    with pytest.raises(ProposalEnded):
        answer(cast.keeper, proposal, [good, bad])
    assert Entry.objects.count() == count
    assert hands(good, bad) == ["keeper", "officer"]


def test_what_was_withdrawn_or_has_lapsed_is_not_taken(cast: Cast) -> None:
    with clock.simulated(clock.now()) as time:
        withdrawn, (first,) = handed(cast, 1)
        refuse(cast.officer, withdrawn, "Wrong barrel.")
        with pytest.raises(ProposalEnded):
            answer(cast.keeper, withdrawn, [first])
        lapsed = propose(cast.officer, HandOver(exhibits=(first.label,), taker="keeper"))
        time.advance(timedelta(hours=13))
        with pytest.raises(ProposalEnded):
            answer(cast.keeper, lapsed, [first])
        assert lapse_due() == 1
        assert hands(first) == ["officer"]
        assert causes(first) == ["proposal", "proposal"]


def test_a_unit_that_was_stolen_meanwhile_stops_the_answer_and_can_be_named(cast: Cast) -> None:
    proposal, (good, gone) = handed(cast, 2)
    do(cast.officer, Miss(exhibits=(gone.label,), searched="Everywhere"))
    before = Entry.objects.count()
    with pytest.raises(NotLegalNow) as caught:
        answer(cast.keeper, proposal, [good, gone])
    assert caught.value.params["label"] == gone.label
    assert Entry.objects.count() == before
    assert Refusal.objects.latest("pk").act == "accept"
    answer(cast.keeper, proposal, [good], no(gone))
    assert hands(good, gone) == ["keeper", "officer"]
    gone.refresh_from_db()
    assert gone.stage == "missing"


def test_a_unit_that_another_took_meanwhile_is_not_taken_from_them(cast: Cast) -> None:
    proposal, (good, gone) = handed(cast, 2)
    do(cast.officer, HandOver(exhibits=(gone.label,), taker="analyst"), cast.analyst)
    with pytest.raises(NotYoursToConfirm):
        answer(cast.keeper, proposal, [gone], no(good))
    assert hands(gone) == ["analyst"]
    answer(cast.keeper, proposal, [good], no(gone))
    assert hands(good, gone) == ["keeper", "analyst"]


def test_a_unit_that_changed_since_it_was_read_is_read_again(cast: Cast) -> None:
    proposal, (good, bad) = handed(cast, 2)
    seen = {good.head, bad.head}
    do(
        cast.officer,
        ReplaceSeal(
            exhibit=bad.label, replaces="HS-1", number="HS-8", seal_class="H", reason="Cut"
        ),
    )
    with pytest.raises(Changed):
        answer(cast.keeper, proposal, [good, bad], seen=seen)
    answer(cast.keeper, proposal, [good], no(bad, "seal_broken"), seen=seen)


def test_a_seal_that_is_not_on_it_any_more_is_not_found_intact(cast: Cast) -> None:
    proposal, (good,) = handed(cast, 1)
    check = Check(exhibit=good.label, seal_number="HS-77", finding="intact")
    with pytest.raises(UnknownSeal):
        answer(cast.keeper, proposal, [good], checks=(check,))


def test_a_taker_who_serves_elsewhere_by_now_takes_nothing(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    proposal = propose(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
    )
    enrol(
        badge="driver",
        name="Driver",
        unit="KILN/NORTH",
        roles=[Role.DRIVER],
        actor=cast.administrator.person,
    )
    with pytest.raises(NotYourPlace):
        answer(Officer.objects.get(pk="driver"), proposal, [barrel])
    assert hands(barrel) == ["officer"]


def test_checks_of_both_sides_do_not_overwrite_each_other(cast: Cast) -> None:
    _, (barrel,) = catch(cast, seals=["HS-0"])
    do(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    check = Check(exhibit=barrel.label, seal_number="HS-0", finding="intact")
    proposal = propose(
        cast.driver,
        Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper", checks=(check,)),
    )
    with pytest.raises(CheckedAlready):
        answer(cast.keeper, proposal, [barrel], checks=(check,))
    answer(cast.keeper, proposal, [barrel])
    assert hands(barrel) == ["keeper"]


def test_the_whole_can_still_be_confirmed_at_once(cast: Cast) -> None:
    proposal, barrels = handed(cast)
    confirm(cast.keeper, proposal)
    assert hands(*barrels) == ["keeper"] * 3
    assert "checked_by" not in told(barrels[0], "exhibit.handed_over")


def test_who_may_no_longer_take_says_nothing_of_the_units_either(cast: Cast) -> None:
    proposal, barrels = handed(cast)
    enrol(
        badge="keeper",
        name="K",
        unit="CUSTOMS/STORE",
        roles=[Role.STATISTICIAN],
        actor=events.SYSTEM,
    )
    keeper = Officer.objects.get(pk="keeper")
    before = Entry.objects.count()
    with pytest.raises(RightMissing):
        answer(keeper, proposal, (), *map(no, barrels))
    assert Entry.objects.count() == before
    assert not Flag.objects.exists()
