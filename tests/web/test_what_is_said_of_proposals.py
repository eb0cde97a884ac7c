"""A proposal that was withdrawn is called so wherever it is told of, and who cannot confirm one is told why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from custody.handling.hand_over import HandOver
from custody.handling.models import Proposal
from custody.handling.proposals import ProposalEnded, confirm, refuse, waiting_for, withdrawn
from custody.kit import clock
from custody.ledger.models import Entry
from tests.burning.paper import permit
from tests.burning.scenes import confirmed, incinerate, load, plan, ready, stage
from tests.cast import Cast, catch, do, propose
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_what_its_proposer_took_back_is_withdrawn_and_not_refused(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel, other) = catch(cast, 2)
    browser = browse(cast.officer)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    told = {"answer": "refuse", "reason": "The wrong barrel."}
    answer = browser.post(f"/proposals/{proposal}/", told, follow=True)
    text = plain(answer.content)
    assert "Withdrawn; your reason is on record." in text
    assert "Withdrawn by officer" in text
    assert "Refused" not in text
    assert "withdrawn by you" in plain(browser.get("/proposals/").content)
    paper = plain(browser.get(f"/proposals/{proposal}/manifest/").content)
    assert "State withdrawn by officer, " in paper
    trail = plain(browser.get(f"/exhibits/{barrel.label}/").content)
    assert "Proposal withdrawn" in trail
    assert "Proposal refused" not in trail
    ended = Entry.objects.get(kind="proposal.refused")
    receipt = plain(browser.get(f"/receipts/{ended.act_id}/").content)
    assert "Proposal withdrawn" in receipt
    with pytest.raises(ProposalEnded, match="withdrawn already"):
        confirm(cast.keeper, proposal)
    # what somebody else says no to is refused
    refused = propose(cast.officer, HandOver(exhibits=(other.label,), taker="keeper"))
    refuse(cast.keeper, refused, "I did not get it.")
    assert withdrawn(list(Proposal.objects.all())) == {proposal}
    assert "Refused" in plain(browser.get(f"/proposals/{refused}/").content)
    assert "Proposal refused" in plain(browser.get(f"/exhibits/{other.label}/").content)
    with pytest.raises(ProposalEnded, match="refused already"):
        confirm(cast.keeper, refused)


def why(browse: Browser, officer: object, proposal: object) -> str:
    """What the page of a proposal says about confirming it."""
    text = plain(browse(officer).get(f"/proposals/{proposal}/").content)  # type: ignore[arg-type]
    _, found, rest = text.partition("You cannot confirm this: ")
    return rest.partition(".")[0] if found else ""


def test_who_cannot_confirm_is_told_why_in_one_sentence(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    assert why(browse, cast.officer, proposal) == "you proposed it, and it takes another person"
    assert why(browse, cast.colleague, proposal) == "it waits for keeper"
    assert why(browse, cast.supervisor, proposal) == "it waits for keeper"
    assert why(browse, cast.keeper, proposal) == ""
    late = HandOver(exhibits=(barrel.label,), taker="officer")
    taking = propose(cast.colleague, late)
    assert why(browse, cast.colleague, taking).startswith("you proposed it")
    confirm(cast.officer, taking)
    assert why(browse, cast.colleague, taking) == ""


def test_a_witness_is_told_that_they_signed_ordered_or_are_of_the_same_agency(
    cast: Cast, browse: Browser
) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    do(cast.operator, stage([barrel], row.id))
    do(cast.operator, load([barrel], row.id))
    told = incinerate([barrel], row.id)
    unnamed = type(told)(
        scale=told.scale,
        temperature_celsius=told.temperature_celsius,
        units=told.units,
        session=told.session,
    )
    proposal = propose(cast.operator, unnamed)
    for badge, words in (
        ("operator", "you proposed it, and it takes another person"),
        ("officer", "it takes somebody who did not propose it, sample it or order it"),
        ("prosecutor", "it takes a right that you do not hold; it belongs to: officer, keeper"),
        ("second_operator", ""),
    ):
        assert why(browse, cast.officers[badge], proposal).startswith(words), badge
    confirm(cast.second_operator, proposal)
    said = why(browse, cast.second_operator, proposal)
    assert said == "you have confirmed it already, and it takes another person"


def test_what_waits_is_what_can_be_confirmed(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    with clock.simulated(clock.now()) as time:
        proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
        address = f"/proposals/{proposal}/"
        for badge, officer in cast.officers.items():
            page = browse(officer).get(address)
            if page.status_code == 200:
                waits = [one.pk for one in waiting_for(officer)] == [proposal]
                assert bool(page.context["may_confirm"]) == waits, badge
                # whom it waits for would tell who drives
                assert (page.context["why_not"] is None) == (waits or page.context["hidden"]), badge
        time.advance(timedelta(days=60))
        page = browse(cast.keeper).get(address)
        assert not page.context["may_confirm"]
