"""Ways, times and drivers of transports are told to who has the thing in hand, to its case, and for a purpose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from custody.handling.proposals import confirm
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.people.assigning import Purpose, assign, end_assignment, state_purpose
from custody.people.models import Assignment, AssignmentKind, Officer, Unit
from custody.reading.digests import digest_reads
from custody.reading.models import Read, ReadAlert
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.burning.paper import permit
from tests.burning.scenes import confirmed, load, plan, ready, stage
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.deadlines.scenes import receive, send, store
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def barrel(callers: Callers) -> Exhibit:
    """On the road from the quay to the store."""
    _, (barrel,) = catch(callers.cast)
    send(callers.cast, barrel)
    return barrel


def told(callers: Callers, badge: str, barrel: Exhibit) -> tuple[dict[str, Any], dict[str, Any]]:
    """The exhibit and its dispatch as somebody is shown them."""
    caller = getattr(callers, badge)
    trail = caller.get(f"exhibits/{barrel.label}/trail")["events"]
    (sent,) = [one for one in trail if one["kind"] == "exhibit.dispatched"]
    return caller.get(f"exhibits/{barrel.label}"), sent


def is_masked(callers: Callers, badge: str, barrel: Exhibit) -> bool:
    sheet, sent = told(callers, badge, barrel)
    assert sheet["masked"] == sent["masked"]
    return bool(sheet["masked"])


@pytest.mark.parametrize(
    ("badge", "masked"),
    [
        ("driver", False),
        ("second_driver", False),
        ("keeper", False),
        ("officer", True),
        ("colleague", True),
        ("supervisor", True),
        ("auditor", True),
        ("prosecutor", True),
    ],
)
def test_who_has_it_or_awaits_it_sees_the_whole_of_a_transport(
    callers: Callers, barrel: Exhibit, badge: str, masked: bool
) -> None:
    sheet, sent = told(callers, badge, barrel)
    assert sheet["masked"] is masked
    if not masked:
        assert sheet["destination"] == "VAULT-A"
        assert sent["body"]
        return
    assert (sheet["destination"], sheet["place"], sheet["custodian"]["badge"]) == (None, None, None)
    assert sheet["last_at"].endswith("T00:00:00.000000Z")
    assert sent["occurred_at"].endswith("T00:00:00.000000Z")
    assert sent["recorded_at"].endswith("T00:00:00.000000Z")
    assert sent["body"] is None
    assert sent["payload"] == {}
    assert sent["confirmers"] == []


def test_the_ledger_and_the_proposals_are_masked_like_the_trail(
    callers: Callers, barrel: Exhibit
) -> None:
    propose(callers.cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
    text = callers.officer.ask("GET", "events/").content.decode()
    for secret in ("VAN-A", "VAULT-A", "HAULIER/ROAD"):
        assert secret not in text
    for caller in (callers.officer, callers.supervisor, callers.prosecutor):
        (open_one,) = caller.get("proposals/?state=open")["results"]
        assert open_one["command"] is None
        assert open_one["awaits"] == {"badges": [], "units": []}
        assert open_one["confirmed_by"] == []
        text = str(caller.get(f"proposals/{open_one['id']}"))
        assert "'driver'" not in text
        assert "HAULIER" not in text
    (open_one,) = callers.driver.get("proposals/?state=open")["results"]
    assert open_one["command"]["place"] == "VAULT-A"


def test_for_whom_a_transport_waits_is_told_to_who_takes_part_and_to_nobody_else(
    callers: Callers, browse: Browser
) -> None:
    cast = callers.cast
    _, (barrel,) = catch(cast)
    sent = Dispatch(
        exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
    )
    waits = propose(cast.officer, sent)
    _waits_unsaid(callers, browse, barrel, waits)
    for party in (cast.officer, cast.driver):
        assert "for driver." in plain(browse(party).get(f"/proposals/{waits}/").content)
    assert _waits_for(browse(cast.officer), barrel) == "driver"
    confirm(cast.driver, waits)
    taken = propose(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
    _waits_unsaid(callers, browse, barrel, taken)
    confirm(cast.driver, taken)
    told = callers.prosecutor.get(f"proposals/{taken}")
    assert (told["state"], told["confirmed_by"]) == ("recorded", [])
    (said,) = callers.driver.get(f"proposals/{taken}")["confirmed_by"]
    assert said["badge"] == "driver"


def test_what_a_driver_brings_does_not_say_whereto(callers: Callers, browse: Browser) -> None:
    cast = callers.cast
    _, (barrel,) = catch(cast)
    send(cast, barrel)
    brought = Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper")
    waits = propose(cast.driver, brought)
    page = plain(browse(cast.prosecutor).get(f"/proposals/{waits}/").content)
    for secret in ("keeper", "CUSTOMS/STORE", "VAULT-A"):
        assert secret not in page
    assert _waits_for(browse(cast.prosecutor), barrel) == "whoever takes part in it"
    assert _waits_for(browse(cast.keeper), barrel) == "keeper"


def _waits_for(browser: Client, barrel: Exhibit) -> str:
    """For whom the page of a unit says that something waits."""
    page = plain(browser.get(f"/exhibits/{barrel.label}/").content)
    return page.partition(", waits for ")[2].partition(" Legal now")[0]


def _waits_unsaid(callers: Callers, browse: Browser, barrel: Exhibit, waits: UUID) -> None:
    """The prosecutor is told that it waits, and by no door for whom, not even by asking to confirm it."""
    browser = browse(callers.cast.prosecutor)
    assert _waits_for(browser, barrel) == "whoever takes part in it"
    address = f"/proposals/{waits}/"
    for page in (browser.get(address), browser.post(address, {"answer": "confirm"})):
        said = plain(page.content)
        assert "It waits for whoever takes part in it. It lapses" in said
        for secret in (" driver ", "HAULIER", "VAULT-A", "CUSTOMS/STORE"):
            assert secret not in said
    told = callers.prosecutor.get(f"proposals/{waits}")
    assert (told["awaits"], told["confirmed_by"]) == ({"badges": [], "units": []}, [])
    refused = callers.prosecutor.post(f"proposals/{waits}/confirm", {}, 403)
    assert "waits for somebody else" in refused["detail"]


def test_pages_are_masked_like_answers(cast: Cast, browse: Browser, barrel: Exhibit) -> None:
    seizure = barrel.seizure.reference
    for address in (
        "/",
        f"/exhibits/{barrel.label}/",
        f"/seizures/{seizure}/",
        f"/stages/in_transit/?seizure={seizure}",
    ):
        text = browse(cast.supervisor).get(address).content.decode()
        assert barrel.label in text
        for secret in ("VAN-A", "VAULT-A", "HAULIER/ROAD)"):
            assert secret not in text, (address, secret)
    assert "VAULT-A" in browse(cast.driver).get(f"/exhibits/{barrel.label}/").content.decode()


def test_after_it_is_handed_on_the_driver_sees_nothing_more(
    callers: Callers, barrel: Exhibit
) -> None:
    receive(callers.cast, barrel)
    store(callers.cast, barrel)
    callers.driver.get(f"exhibits/{barrel.label}", 404)
    assert is_masked(callers, "officer", barrel)


def given(cast: Cast, officer: Officer, kind: AssignmentKind, **more: Any) -> Assignment:
    until = clock.now() + timedelta(days=1)
    return assign(cast.supervisor, kind=kind, officer=officer, until=until, **more)


def test_a_case_is_seen_whole_by_whom_it_is_assigned_to_and_no_longer(
    callers: Callers, barrel: Exhibit
) -> None:
    cast = callers.cast
    case = given(cast, cast.officer, AssignmentKind.CASE, case=barrel.seizure_id)
    assert not is_masked(callers, "officer", barrel)
    assert is_masked(callers, "colleague", barrel)
    end_assignment(cast.supervisor, _uuid(case))
    assert is_masked(callers, "officer", barrel)


def test_a_case_shows_what_the_unit_never_had(callers: Callers) -> None:
    cast = callers.cast
    _, (barrel,) = catch(cast)
    callers.keeper.get(f"exhibits/{barrel.label}", 404)
    given(cast, cast.keeper, AssignmentKind.CASE, case=barrel.seizure_id)
    for path in (f"exhibits/{barrel.label}", f"seizures/{barrel.seizure.reference}"):
        callers.keeper.get(path)
    for path in ("exhibits/", "seizures/", "events/"):
        assert callers.keeper.get(path)["results"]
    assert callers.second_keeper.get("exhibits/")["results"] == []


def test_who_is_on_duty_for_a_unit_sees_what_it_has(callers: Callers, barrel: Exhibit) -> None:
    cast = callers.cast
    receive(cast, barrel)
    assert is_masked(callers, "officer", barrel)
    given(cast, cast.officer, AssignmentKind.DUTY, unit=Unit.objects.get(pk="CUSTOMS/STORE"))
    assert not is_masked(callers, "officer", barrel)


def test_where_a_roster_is_kept_who_is_not_on_it_sees_no_ways(
    callers: Callers, barrel: Exhibit
) -> None:
    cast = callers.cast
    receive(cast, barrel)
    assert not is_masked(callers, "second_keeper", barrel)
    given(cast, cast.keeper, AssignmentKind.DUTY, unit=Unit.objects.get(pk="CUSTOMS/STORE"))
    assert not is_masked(callers, "keeper", barrel)
    assert is_masked(callers, "second_keeper", barrel)


@pytest.mark.parametrize("badge", ["supervisor", "auditor", "prosecutor"])
def test_a_purpose_shows_the_whole_of_its_case_to_who_is_entitled(
    callers: Callers, barrel: Exhibit, badge: str
) -> None:
    told_why = {"seizure": barrel.seizure.reference, "purpose": "audit", "reason": "Yearly"}
    key = {"idempotency-key": f"why-{badge}-1"}
    caller = getattr(callers, badge)
    first = caller.post("purposes/", told_why, 201, **key)
    assert caller.post("purposes/", told_why, 201, **key) == first
    assert Assignment.objects.count() == 1
    assert not is_masked(callers, badge, barrel)
    assert is_masked(callers, "officer", barrel)
    (listed,) = caller.get("purposes/")["results"]
    assert listed["seizure"] == barrel.seizure.reference
    with_purpose = {row.purpose for row in _reads(badge) if "trail" in row.route}
    assert with_purpose == {"audit"}


def test_who_is_not_entitled_breaks_the_glass_and_somebody_else_reviews_it(
    callers: Callers, barrel: Exhibit
) -> None:
    told_why = {"seizure": barrel.seizure.reference, "purpose": "emergency", "reason": "Alarm"}
    refused = callers.officer.post("purposes/", told_why, 403, **{"idempotency-key": "no-glass-1"})
    assert refused["code"] == "not_entitled"
    assert is_masked(callers, "officer", barrel)
    told_why["break_glass"] = True
    callers.officer.post("purposes/", told_why, 201, **{"idempotency-key": "the-glass-1"})
    assert not is_masked(callers, "officer", barrel)
    digest_reads()
    digest_reads()
    (alert,) = callers.protector.get("reads/alerts/?open=true")["results"]
    assert (alert["kind"], alert["badge"]) == ("broken_glass", "officer")
    finding = {"finding": "There was an alarm at the quay."}
    callers.far_supervisor.post(f"reads/alerts/{alert['id']}/review", finding, 404)
    callers.protector.post(f"reads/alerts/{alert['id']}/review", finding)
    callers.supervisor.post(f"reads/alerts/{alert['id']}/review", finding, 409)
    assert callers.protector.get("reads/alerts/?open=true")["results"] == []


def test_nobody_reviews_their_own_reading(callers: Callers, barrel: Exhibit) -> None:
    state_purpose(
        callers.cast.supervisor,
        case=barrel.seizure_id,
        purpose=Purpose.EMERGENCY,
        reason="?",
        break_glass=True,
    )
    digest_reads()
    alert = ReadAlert.objects.get()
    assert callers.supervisor.get("reads/alerts/")["results"] == []
    callers.supervisor.post(f"reads/alerts/{alert.id}/review", {"finding": "?"}, 404)
    callers.second_supervisor.post(f"reads/alerts/{alert.id}/review", {"finding": "Fine"})


def test_a_purpose_on_a_page(cast: Cast, browse: Browser, barrel: Exhibit) -> None:
    browser = browse(cast.supervisor)
    page = browser.get(f"/exhibits/{barrel.label}/").content.decode()
    address = f"/seizures/{barrel.seizure.reference}/purpose/"
    assert address in page
    assert "Why do you need" in browser.get(address).content.decode()
    assert browser.post(address, {"purpose": "audit", "reason": ""}).status_code == 422
    assert browser.post(address, {"purpose": "audit", "reason": "Yearly"}).status_code == 302
    assert "VAULT-A" in browser.get(f"/exhibits/{barrel.label}/").content.decode()
    assert browse(cast.outsider).get(address).status_code == 404


def _uuid(row: Assignment) -> UUID:
    return UUID(row.code)


def _reads(badge: str) -> Any:
    return Read.objects.filter(badge=badge)


def test_who_tries_to_confirm_what_waits_for_another_is_not_told_what_is_wrong_with_it(
    callers: Callers,
) -> None:
    cast = callers.cast
    _, (left, heavy) = catch(cast, 2)
    waits = [
        propose(
            cast.officer,
            Dispatch(
                exhibits=(one.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
            ),
        )
        for one in (left, heavy)
    ]
    # by now the one is gone, and something happened to the other after it was proposed
    send(cast, left)
    weighed = Weigh(exhibit=heavy.label, gross_grams=heavy.gross_grams, scale=FLOOR_SCALE)
    do(cast.officer, weighed)
    for badge in ("supervisor", "colleague", "auditor", "prosecutor"):
        caller = getattr(callers, badge)
        for proposal in waits:
            answer = caller.post(f"proposals/{proposal}/confirm", {}, 403)
            assert answer["detail"] == f"{badge} may not confirm this: it waits for somebody else."
    # whom it waits for is told
    answer = callers.driver.post(f"proposals/{waits[1]}/confirm", {}, 409)
    assert answer["code"] == "overtaken"


def test_what_happened_last_is_told_by_its_day_to_who_says_that_something_was_before_it(
    callers: Callers, barrel: Exhibit
) -> None:
    barrel.refresh_from_db()
    at = clock.to_text(barrel.last_at)
    told = {
        "exhibit": barrel.label,
        "what": "other",
        "details": "It drips.",
        "occurred_at": clock.to_text(barrel.last_at - timedelta(minutes=1)),
    }
    for badge, expected in (("supervisor", f"at {at[:10]}."), ("driver", f"at {at}.")):
        answer = getattr(callers, badge).act("report", told, 422)
        assert answer["code"] == "out_of_order"
        assert answer["detail"].endswith(expected)


def test_a_session_tells_when_units_came_to_its_kiln_as_their_own_trails_do(
    callers: Callers,
) -> None:
    cast = callers.cast
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    done = str(do(cast.operator, stage([barrel], row.id)).act_id)
    do(cast.operator, load([barrel], row.id))
    for badge, masked in (("supervisor", True), ("operator", False)):
        events = getattr(callers, badge).get("events/?limit=500")["results"]
        told = [one for one in events if one["act_id"] == done]
        assert [one["kind"] for one in told] == ["exhibit.staged", "session.scanned"]
        assert [one["masked"] for one in told] == [masked, masked]
        days = {one["occurred_at"].endswith("T00:00:00.000000Z") for one in told}
        assert days == {masked}
        scan = getattr(callers, badge).get(f"events/{told[1]['id']}")
        assert scan["occurred_at"] == told[1]["occurred_at"]
    # what is done to them there is no transport
    scans = callers.supervisor.get("events/?limit=500")["results"]
    assert [one["masked"] for one in scans if one["kind"] == "session.scanned"] == [True, False]
