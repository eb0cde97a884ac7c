"""Two answers to one hand-over at one moment: one counts, the other is told, and no unit is in two hands or in none."""

from __future__ import annotations

from uuid import UUID

import pytest

from custody.deadlines.models import Flag
from custody.handling.accepting import accept
from custody.handling.checking import Acceptance, NotTaken
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import Busy, RequestInFlight
from custody.handling.hand_over import HandOver
from custody.handling.models import Proposal
from custody.handling.presence import Miss
from custody.handling.proposals import ProposalEnded, confirm, refuse
from custody.handling.record import Receipt
from custody.kit import ids
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.admitting import NotLegalNow
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, propose
from tests.races.threads import Deed, act, receipts, refusals, together

pytestmark = pytest.mark.usefixtures("the_record_is_whole")

ROUNDS = 4


def handed(cast: Cast, taker: str = "keeper") -> tuple[UUID, list[Exhibit]]:
    _, barrels = catch(cast, 3)
    labels = tuple(one.label for one in barrels)
    return propose(cast.officer, HandOver(exhibits=labels, taker=taker)), barrels


def answering(
    officer: Officer, proposal: UUID, taken: list[Exhibit], left: list[Exhibit], key: str = ""
) -> Deed:
    acceptance = Acceptance(
        exhibits=tuple(one.label for one in taken) or None,
        not_taken=tuple(NotTaken(exhibit=one.label, objection="missing") for one in left) or None,
    )
    return lambda: accept(officer, proposal, acceptance, key=key or str(ids.new_id()))


def hands(barrels: list[Exhibit]) -> list[str]:
    for one in barrels:
        one.refresh_from_db()
    return [one.custodian_id for one in barrels]


def test_two_answers_of_one_taker(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        proposal, barrels = handed(cast)
        results = together(
            answering(cast.keeper, proposal, barrels, []),
            answering(cast.keeper, proposal, barrels[:1], barrels[1:]),
        )
        assert len(receipts(results)) == 1
        assert refusals(results) == {ProposalEnded}
        assert hands(barrels) in (["keeper"] * 3, ["keeper", "officer", "officer"])


def test_one_answer_sent_many_times(committed_cast: Cast) -> None:
    cast = committed_cast
    proposal, barrels = handed(cast)
    once = answering(cast.keeper, proposal, barrels[:2], barrels[2:], key="the-same")
    results = together(*(once for _ in range(6)))
    assert refusals(results) <= {RequestInFlight}
    assert len({one.act_id for one in receipts(results)}) == 1
    assert Entry.objects.filter(kind="exhibit.handed_over").count() == 2
    assert Flag.objects.filter(cause="discrepancy").count() == 1


def test_an_answer_and_a_confirmation_of_the_whole(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        proposal, barrels = handed(cast)
        results = together(
            answering(cast.keeper, proposal, barrels[:1], barrels[1:]),
            lambda one=proposal: confirm(cast.keeper, one),
        )
        # who confirms what they have answered gets the receipt of their answer
        assert {one.act_id for one in receipts(results)} == {proposal}
        assert refusals(results) <= {ProposalEnded}
        assert Entry.objects.filter(act_id=proposal, kind="exhibit.handed_over").count() in {1, 3}


def test_an_answer_and_the_senders_withdrawal(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        proposal, barrels = handed(cast)
        results = together(
            answering(cast.keeper, proposal, barrels[:2], barrels[2:]),
            lambda one=proposal: refuse(cast.officer, one, "Not today."),
        )
        assert refusals(results) == {ProposalEnded}
        taken = Proposal.objects.get(pk=proposal).state == "recorded"
        assert hands(barrels) == (["keeper", "keeper", "officer"] if taken else ["officer"] * 3)


def test_an_answer_and_a_theft(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        proposal, barrels = handed(cast)
        stolen = barrels[0]
        results = together(
            answering(cast.keeper, proposal, barrels, []),
            act(cast.officer, Miss(exhibits=(stolen.label,), searched="Everywhere")),
        )
        told = refusals(results)
        stolen.refresh_from_db()
        if stolen.stage == "missing":
            assert told == {NotLegalNow}
            assert hands(barrels) == ["officer"] * 3
        else:
            assert len(told) == 1
            assert hands(barrels) == ["keeper"] * 3


def test_two_takers_of_one_load(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        first, barrels = handed(cast)
        labels = tuple(one.label for one in barrels)
        second = propose(cast.officer, HandOver(exhibits=labels, taker="analyst"))
        results = together(
            answering(cast.keeper, first, barrels, []),
            answering(cast.analyst, second, barrels[::-1], []),
        )
        assert len([one for one in results if isinstance(one, Receipt)]) == 1
        assert refusals(results) <= {NotYoursToConfirm, Busy}
        assert hands(barrels) in (["keeper"] * 3, ["analyst"] * 3)
