"""The planning board: what is in which session and what waits, a draft of moves, and recording it, without a script."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from custody.burning.models import Session
from custody.handling.book import BookSession
from custody.handling.hold import PlaceHold
from custody.kit import clock
from custody.ledger.models import Entry
from custody.planning.making import make_next
from custody.planning.moving import NOWHERE, Move, record_moves
from custody.planning.services import ask
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from custody.web.arranged import Column, Item
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import HOUR, confirmed, fresh, plan, ready
from tests.cast import PASSWORD, Cast, catch, do
from tests.web.conftest import Browser
from tests.web.proving import grow_stale, proved

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/board/"


@pytest.fixture
def port(cast: Cast, files: object) -> Cast:
    permit(), crew(), vehicle()
    return cast


def columns(page: HttpResponse) -> list[Column]:
    found: list[Column] = page.context["columns"]  # type: ignore[attr-defined]
    return found


def items(page: HttpResponse) -> dict[str, Item]:
    return {one.name: one for column in columns(page) for one in column.items}


def where(page: HttpResponse) -> dict[str, str]:
    """By name of a card the id of the column in which it is shown."""
    return {one.name: column.id for column in columns(page) for one in column.items}


def form(page: HttpResponse, *moves: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What a browser sends: the selects as they stand, but for these cards and where they shall be."""
    ids = [column.id for column in columns(page)]
    told = {one.field: str(column.number) for column in columns(page) for one in column.items}
    for name, target in moves:
        told[items(page)[name].field] = str(ids.index(target))
    return {"key": page.context["key"], "column": ids[1:], **told, **more}  # type: ignore[attr-defined]


def send(browser: Client, page: HttpResponse, *moves: tuple[str, str], **more: Any) -> Any:
    return browser.post(ADDRESS, form(page, *moves, **{"do": "record", **more}))


def test_it_shows_sessions_with_their_loads_and_what_waits_with_its_reasons(
    port: Cast, browse: Browser
) -> None:
    first, second = ready(port, 2, at_plant=False)
    (raw,) = catch(port)[1]
    row = plan(port, confirmed(port), [first])
    page = browse(port.supervisor).get(ADDRESS)
    text = page.content.decode()
    assert where(page) == {
        first.label: str(row.id),
        second.label: NOWHERE,
        raw.label: NOWHERE,
    }
    for words in (
        "24.99\N{NO-BREAK SPACE}kg",
        "of 100\N{NO-BREAK SPACE}kg",
        "nobody fetches 1 unit",
        "No crew",
        "no destruction order in force names",
        f"/sessions/{row.id}/",
    ):
        assert words in text, words
    shown = set(Read.objects.latest("read_at").objects_shown)
    assert {first.id, second.id, raw.id} <= shown


def test_what_hurts_first_stands_in_front(port: Cast, browse: Browser) -> None:
    for _ in range(3):
        catch(port, 2)
    page = browse(port.supervisor).get(ADDRESS)
    order = [one.urgency for one in columns(page)[0].items]
    assert order == sorted(order)
    assert len(order) == 6


def test_a_draft_is_tried_out_and_nothing_is_recorded(port: Cast, browse: Browser) -> None:
    (barrel,) = ready(port)
    row = confirmed(port)
    browser = browse(port.supervisor)
    before = Entry.objects.count()
    page = send(browser, browser.get(ADDRESS), (barrel.label, str(row.id)), do="look")
    assert page.status_code == 200
    assert where(page)[barrel.label] == str(row.id)
    assert page.context["changes"] == 1
    assert "moved in this draft" in page.content.decode()
    assert Entry.objects.count() == before
    # the draft is in the form: what was tried out is recorded from the page that shows it
    answer = send(browser, page)
    assert answer.status_code == 302
    assert fresh(row).units == [barrel.id]


def test_the_ticked_are_moved_together(port: Cast, browse: Browser) -> None:
    barrels = ready(port, 3)
    row = confirmed(port)
    browser = browse(port.supervisor)
    ticked = [one.label for one in barrels[:2]]
    page = send(browser, browser.get(ADDRESS), do="move", tick=ticked, together="1")
    assert {name for name, at in where(page).items() if at == str(row.id)} == set(ticked)


def test_a_draft_is_recorded_whole_and_once(port: Cast, browse: Browser) -> None:
    barrels = ready(port, 3)
    one, other = confirmed(port), confirmed(port, 4 * HOUR)
    plan(port, one, barrels[:1])
    browser = browse(port.supervisor)
    page = browser.get(ADDRESS)
    told = form(
        page,
        (barrels[0].label, str(other.id)),
        (barrels[1].label, str(one.id)),
        do="record",
    )
    answer = browser.post(ADDRESS, told)
    assert answer.status_code == 302
    assert "Recorded: 2 units moved" in browser.get(answer["Location"]).content.decode()
    assert (fresh(one).units, fresh(other).units) == ([barrels[1].id], [barrels[0].id])
    # a second tap finds everything moved, and records nothing
    before = Entry.objects.count()
    assert browser.post(ADDRESS, told).status_code in {200, 302}
    assert Entry.objects.count() == before


@pytest.mark.parametrize("key", ["x" * 100, "a\x07key-of-eight", "kl\u00e9-of-eight", ""])
def test_a_key_that_no_form_of_ours_has_is_replaced(port: Cast, browse: Browser, key: str) -> None:
    (barrel,) = ready(port)
    row = confirmed(port)
    browser = browse(port.supervisor)
    answer = send(browser, browser.get(ADDRESS), (barrel.label, str(row.id)), key=key)
    assert answer.status_code == 302
    assert fresh(row).units == [barrel.id]


@pytest.mark.parametrize("name", ["NX-\0", "\0", "x" * 200, ""])
def test_a_card_that_is_none_moves_nothing(port: Cast, browse: Browser, name: str) -> None:
    row = confirmed(port)
    browser = browse(port.supervisor)
    for field in (f"to 0 {name}", f"to 2 {name}"):
        told = {"do": "record", "column": [str(row.id), "\0"], field: "1", "key": "of-eight"}
        assert browser.post(ADDRESS, told).status_code in {200, 404, 409, 422}
    assert fresh(row).units == []


def test_what_does_not_fit_goes_back_and_says_why(port: Cast, browse: Browser) -> None:
    barrels = ready(port, 5)
    row = confirmed(port)
    browser = browse(port.supervisor)
    moves = [(one.label, str(row.id)) for one in barrels]
    page = send(browser, browser.get(ADDRESS), *moves, do="look")
    assert sum(at == str(row.id) for at in where(page).values()) == 4
    assert "over what its permit allows" in page.content.decode()
    assert len(page.context["refused"]) == 1
    assert not any(column.over for column in columns(page)[1:])


def test_what_is_on_hold_or_without_an_order_is_not_moved(port: Cast, browse: Browser) -> None:
    (held,), (raw,) = ready(port), catch(port)[1]
    do(port.prosecutor, PlaceHold(exhibits=(held.label,), reason="trial"))
    row = confirmed(port)
    browser = browse(port.supervisor)
    page = browser.get(ADDRESS)
    for label in (held.label, raw.label):
        answer = send(browser, page, (label, str(row.id)))
        assert answer.status_code == 409
        assert where(answer)[label] == NOWHERE
        assert "Nothing of the draft was recorded" in answer.content.decode()
    assert fresh(row).units == []


def test_a_refusal_puts_back_the_unit_at_fault_and_keeps_the_rest_of_the_draft(
    port: Cast, browse: Browser
) -> None:
    first, second = ready(port, 2)
    row = confirmed(port)
    browser = browse(port.supervisor)
    page = browser.get(ADDRESS)
    do(port.prosecutor, PlaceHold(exhibits=(first.label,), reason="trial"))
    answer = send(browser, page, (first.label, str(row.id)), (second.label, str(row.id)))
    assert answer.status_code == 409
    assert where(answer) == {first.label: NOWHERE, second.label: str(row.id)}
    assert send(browser, answer).status_code == 302
    assert fresh(row).units == [second.id]


def test_who_comes_second_is_told_what_was_moved(port: Cast, browse: Browser) -> None:
    first, second = ready(port, 2)
    one, other = confirmed(port), confirmed(port, 4 * HOUR)
    mine, theirs = browse(port.supervisor), browse(port.second_supervisor)
    page = mine.get(ADDRESS)
    assert send(theirs, theirs.get(ADDRESS), (first.label, str(one.id))).status_code == 302
    answer = send(mine, page, (first.label, str(other.id)), (second.label, str(other.id)))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert f"{first.label} was moved meanwhile" in text
    assert where(answer) == {first.label: str(one.id), second.label: str(other.id)}
    assert fresh(other).units == []


def test_seizures_are_cards_too_and_are_moved_whole(port: Cast, browse: Browser) -> None:
    barrels = ready(port, 3)
    row = confirmed(port)
    reference = barrels[0].seizure.reference
    browser = browse(port.supervisor)
    address = f"{ADDRESS}?by=seizures"
    page = browser.get(address)
    assert where(page) == {reference: NOWHERE}
    assert items(page)[reference].grams == 24_990 + 2 * 25_000
    answer = browser.post(address, form(page, (reference, str(row.id)), do="record"))
    assert answer["Location"] == address
    assert set(fresh(row).units) == {one.id for one in barrels}


def test_the_proposal_stands_beside_and_single_moves_are_taken_over(
    port: Cast, browse: Browser
) -> None:
    first, second = ready(port, 2, at_plant=False)
    row = ask(port.supervisor, days=3, seconds=2)
    browser = browse(port.supervisor)
    assert "It is being made" in browser.get(ADDRESS).content.decode()
    make_next()
    page = browser.get(ADDRESS)
    text = page.content.decode()
    for words in ("As planned now", "The proposal", "No plan can do better than", "It moves 2"):
        assert words in text, words
    now, proposed = (worth for _, worth in page.context["figures"])
    row.refresh_from_db()
    assert row.proposal is not None
    assert proposed.score.kilogram_hours == row.proposal["cost"]["exposure_kilogram_hours"]
    assert now.score.exposure > proposed.score.exposure
    assert (now.sessions, proposed.sessions) == (0, 1)
    page = browser.post(ADDRESS, form(page, take=first.label))
    assert where(page)[second.label] == NOWHERE
    assert page.context["changes"] == 1
    assert send(browser, page).status_code == 302
    assert Session.objects.get().units == [first.id]
    # what was booked by it is a session as others are, and the rest of the proposal leads there
    page = browser.get(ADDRESS)
    assert [column.state for column in columns(page)[1:]] == ["asked"]
    page = browser.post(ADDRESS, form(page, take=""))
    assert where(page) == dict.fromkeys((first.label, second.label), str(Session.objects.get().id))


def test_an_old_proposal_is_not_set_beside(port: Cast, browse: Browser) -> None:
    ready(port, 1, at_plant=False)
    row = ask(port.supervisor, days=3, seconds=1)
    make_next()
    row.refresh_from_db()
    row.as_of -= timedelta(hours=13)
    row.save()
    assert browse(port.supervisor).get(ADDRESS).context["figures"] == []


def test_it_is_for_who_oversees_and_moves_are_for_who_books(port: Cast, browse: Browser) -> None:
    (barrel,) = ready(port)
    row = confirmed(port)
    for officer in (port.officer, port.keeper, port.operator, port.outsider, port.statistician):
        assert browse(officer).get(ADDRESS).status_code == 403, officer.badge
        assert browse(officer).post(ADDRESS, {"do": "record"}).status_code == 403
    page = browse(port.auditor).get(ADDRESS)
    assert where(page) == {barrel.label: NOWHERE}
    assert '<select name="to' not in page.content.decode()
    assert send(browse(port.auditor), page, (barrel.label, str(row.id))).status_code == 403
    assert fresh(row).units == []


def test_another_agency_sees_neither_sessions_nor_units(port: Cast, browse: Browser) -> None:
    (barrel,) = ready(port)
    row = plan(port, confirmed(port), [barrel])
    browser = browse(port.far_supervisor)
    page = browser.get(ADDRESS)
    assert page.status_code == 200
    for secret in (barrel.label, str(row.id), barrel.seizure.reference):
        assert secret not in page.content.decode()
    forged = {
        "do": "record",
        "key": "forged",
        "column": [str(row.id)],
        f"to 1 {barrel.label}": "0",
    }
    answer = browser.post(ADDRESS, forged)
    assert answer.status_code == 404
    assert fresh(row).units == [barrel.id]
    with pytest.raises(Exception, match="no session"):
        record_moves(port.far_supervisor, [Move(barrel.label, str(row.id), NOWHERE)], key="2")


def test_a_session_with_units_that_one_does_not_see_is_named_and_not_arranged(
    port: Cast, browse: Browser
) -> None:
    (barrel,) = ready(port)
    row = plan(port, confirmed(port), [barrel])
    Session.objects.filter(pk=row.pk).update(concerned=[*row.concerned, "POLICE"])
    page = browse(port.far_supervisor).get(ADDRESS)
    assert [one.id for one in page.context["found"].elsewhere] == [row.id]
    assert barrel.label not in page.content.decode()
    assert len(columns(page)) == 1


def test_odd_forms_are_no_moves(port: Cast, browse: Browser) -> None:
    ready(port)
    browser = browse(port.supervisor)
    before = Entry.objects.count()
    for odd in (
        {"to x NX-1": "1"},
        {"to 0 NX-1": "7"},
        {"to 0": "1"},
        {"to 0 NX-1": "-1", "column": "nowhere"},
        {"do": "move", "tick": "NX-1", "together": "9999"},
        {"take": "NX-1"},
    ):
        assert browser.post(ADDRESS, {"do": "record", **odd}).status_code == 200, odd
    assert browser.get(f"{ADDRESS}?days=5000&by=weight&seizure=none").status_code == 200
    assert Entry.objects.count() == before


def fleet(port: Cast, sessions: int) -> list[Session]:
    found = []
    for number in range(sessions):
        start = clock.now() + timedelta(hours=8 * number + 3)
        done = do(
            port.supervisor,
            BookSession(plant="PLANT-A", starts_at=start, ends_at=start + HOUR),
        )
        found.append(Session.objects.get(pk=done.lines[0].subject_id))
    return found


def test_statements_do_not_grow_with_units_and_sessions(port: Cast, browse: Browser) -> None:
    browser = browse(port.supervisor)
    counts = []
    for sessions, units in ((1, 2), (3, 6)):
        barrels = ready(port, units)
        rows = fleet(port, sessions) if sessions > 1 else [confirmed(port)]
        plan(port, rows[0], barrels[: units // 2])
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(ADDRESS).status_code == 200
        counts.append(len(seen))
    assert counts == [32, 32]


def test_two_hundred_units_and_twelve_sessions_are_a_small_page(
    port: Cast, browse: Browser
) -> None:
    rows = fleet(port, 12)
    _, units = catch(port, 200)
    for row, unit in zip(rows, units, strict=False):
        Session.objects.filter(pk=row.pk).update(units=[unit.id])
    assert Exhibit.objects.count() == 200
    page = browse(port.supervisor).get(f"{ADDRESS}?days=42")
    # sixty that wait, and one in each session
    assert sum(column.count for column in columns(page)) == 60 + 12
    assert len(gzip.compress(page.content)) < 15_000, len(gzip.compress(page.content))


def test_recording_takes_the_fresh_proof_that_accepting_takes(port: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    (barrel,) = ready(port)
    row = confirmed(port)
    browser = proved(port.supervisor)
    page = browser.get(ADDRESS)
    grow_stale(browser)
    told = form(page, (barrel.label, str(row.id)))
    # trying out records nothing, and asks for nothing
    assert browser.post(ADDRESS, {**told, "do": "look"}).status_code == 200
    answer = browser.post(ADDRESS, {**told, "do": "record"})
    assert "/reauthenticate/" in answer["Location"]
    assert fresh(row).units == []
    proof = {"password": PASSWORD, "next": ADDRESS}
    assert browser.post("/account/reauthenticate/", proof)["Location"] == ADDRESS
    assert fresh(row).units == [barrel.id]
