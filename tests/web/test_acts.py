"""Forms: each act's is made and posts; what is wrong is said beside its field and leaves no event."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from custody.burning.hours import BRUSSELS
from custody.deadlines.models import Flag
from custody.handling.models import Proposal, Refusal, RequestKey
from custody.handling.proposals import waiting_for
from custody.handling.report import Report
from custody.handling.seals import ApplySeal
from custody.kit.clock import SimulatedClock
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit, Seal, Seizure
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import receive, send
from tests.web.conftest import Browser
from tests.web.forms import INTERCEPT, events, key_of, send_form

pytestmark = pytest.mark.django_db


def test_interception_is_recorded_and_its_receipt_tells_seq_and_leaf(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.officer)
    answer = send_form(browser, "intercept", INTERCEPT)
    assert answer.status_code == 302, answer.content.decode()
    seizure = Seizure.objects.get(customs_report="PV-1")
    assert sorted(one.gross_grams for one in seizure.exhibits.all()) == [12000, 25000]
    page = browser.get(answer["Location"]).content.decode()
    for entry in Entry.objects.order_by("-seq")[:3]:
        assert f"seq {entry.seq}" in page
        assert bytes(entry.leaf).hex() in page
    for label in seizure.exhibits.values_list("label", flat=True):
        assert label in page


def test_sending_a_form_twice_records_it_once(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    key = key_of(browser.get("/acts/intercept/"))
    first = browser.post("/acts/intercept/", {"key": key, **INTERCEPT})
    count = events()
    second = browser.post("/acts/intercept/", {"key": key, **INTERCEPT})
    assert first["Location"] == second["Location"]
    assert events() == count
    changed = browser.post("/acts/intercept/", {"key": key, **INTERCEPT, "substance": "heroin"})
    assert changed.status_code == 409
    assert "recorded once already" in changed.content.decode()
    assert key_of(changed) != key
    assert events() == count


def test_the_last_choice_is_filled_in_the_next_time(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    send_form(browser, "intercept", INTERCEPT)
    page = browser.get("/acts/intercept/").content.decode()
    assert '<option value="FLOOR" selected>' in page
    assert 'value="BEANR"' in page
    assert "PV-1" not in page


def test_rows_can_be_added_without_a_script(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    count = events()
    told = {**INTERCEPT, "more": "exhibits", "exhibits-more": "7"}
    page = send_form(browser, "intercept", told)
    assert page.status_code == 200
    assert 'name="exhibits-rows" value="10"' in page.content.decode()
    assert 'value="25 000"' in page.content.decode()
    assert events() == count


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"exhibits-0-gross_grams": "25010"}, "exhibits-0-gross_grams", "not a multiple of 50"),
        ({"exhibits-1-gross_grams": "9000000"}, "exhibits-1-gross_grams", "can weigh: at most"),
        ({"exhibits-0-gross_grams": "-5"}, "exhibits-0-gross_grams", "is not a mass"),
        ({"exhibits-0-gross_grams": "25,000"}, "exhibits-0-gross_grams", "read in two ways"),
        ({"exhibits-0-gross_grams": "9" * 5000}, "exhibits-0-gross_grams", "is not a mass"),
        ({"exhibits-0-gross_grams": ""}, "exhibits-0-gross_grams", "this is missing"),
        ({"exhibits-0-label": "NX-7K3M9Q2X-0"}, "exhibits-0-label", "misread"),
        ({"exhibits-0-seal_number": "S-1"}, "exhibits-0-seal_class", "of seal S-1"),
        ({"exhibits-1-tare_grams": "13000"}, "exhibits-1-tare_grams", "more than the gross"),
        ({"customs_report": ""}, "customs_report", "this is missing"),
        ({"customs_report": "x" * 41}, "customs_report", "at most 40"),
        ({"customs_report": "a\x07b"}, "customs_report", "cannot be printed"),
        ({"place": "VAULT-X"}, "place", "VAULT-X"),
        ({"lane": "slow"}, "lane", "slow"),
        ({"location": "??"}, "location", "??"),
        ({"container_number": "MSKU1234567"}, "container_number", "MSKU1234567"),
        ({"exhibits-rows": "0"}, "", "one row at least"),
        ({"exhibits-rows": "many"}, "", "one row at least"),
        ({"occurred_at": "2020-01-01T10:00"}, "late_reason", "say why it is recorded late"),
        ({"occurred_at": "2120-01-01T10:00"}, "occurred_at", "in the future"),
        ({"occurred_at": "yesterday"}, "occurred_at", "valid date"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_leaves_no_event(
    cast: Cast, browse: Browser, wrong: dict[str, str], field: str, words: str
) -> None:
    count, rows = events(), Exhibit.objects.count()
    page = send_form(browse(cast.officer), "intercept", INTERCEPT | wrong)
    assert page.status_code in {409, 422, 404}, page.status_code
    text = page.content.decode()
    assert words in text
    assert "Not recorded" in text
    if field:
        assert f'href="#id_{field}"' in text, re.findall(r'href="#[^"]*"', text)
        assert re.search(rf'id="id_{field}_error"[^>]*>[^<]*', text)
    assert 'value="PV-1"' in text or "customs_report" in wrong
    assert (events(), Exhibit.objects.count()) == (count, rows)
    assert not RequestKey.objects.exists()


def test_who_lacks_the_right_is_told_whose_it_is(cast: Cast, browse: Browser) -> None:
    for method in ("get", "post"):
        answer = getattr(browse(cast.driver), method)("/acts/intercept/")
        assert answer.status_code == 403
        assert "it belongs to: officer" in answer.content.decode()


def test_one_form_for_several_ticked_units(cast: Cast, browse: Browser) -> None:
    seizure, units = catch(cast, 3, seals=["HS-1", "HS-2", "HS-3"])
    send(cast, *units)
    receive(cast, *units)
    browser = browse(cast.keeper)
    page = browser.get(f"/stages/received/?seizure={seizure.reference}").content.decode()
    assert 'formaction="/acts/store/"' in page
    ticked = "&".join(f"exhibit={one.label}" for one in units)
    page = browser.get(f"/acts/store/?{ticked}").content.decode()
    assert page.count('type="checkbox" name="exhibits"') == 3
    answer = send_form(
        browser,
        "store",
        {
            "exhibits": [units[0].label, f"{units[1].label.lower()} {units[2].label}"],
            "place": "VAULT-A",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    assert set(Exhibit.objects.values_list("stage", flat=True)) == {"stored"}


def test_a_receipt_from_a_driver_is_checked_seal_by_seal(cast: Cast, browse: Browser) -> None:
    _, units = catch(cast, 2, seals=["HS-1", "HS-2"])
    units.sort(key=lambda one: one.seals.get().number)
    send(cast, *units)
    browser = browse(cast.keeper)
    query = "?" + "&".join(f"exhibit={one.label}" for one in units)
    page = browser.get(f"/acts/receive/{query}").content.decode()
    assert 'value="HS-1"' in page
    assert '<option value="VAULT-A" selected>' in page
    told = {
        "exhibits": [one.label for one in units],
        "place": "VAULT-A",
        "scale": "FLOOR",
        "checks-rows": "2",
        "checks-0-exhibit": units[0].label,
        "checks-0-seal_number": "HS-1",
        "checks-0-finding": "intact",
        "checks-0-gross_grams": "25000",
        "checks-1-exhibit": units[1].label,
        "checks-1-seal_number": "HS-2",
    }
    answer = send_form(browser, "receive", told, query)
    assert answer.status_code == 302, answer.content.decode()
    proposal = Proposal.objects.get(act="receive")
    assert len(proposal.command["checks"]) == 1
    page = browser.get(answer["Location"], follow=True).content.decode()
    assert "Not recorded yet" in page
    driver = browse(cast.driver)
    assert str(proposal.act_id) in driver.get("/").content.decode()
    answer = driver.post(f"/proposals/{proposal.act_id}/", {"answer": "confirm"})
    assert answer.status_code == 302, answer.content.decode()
    assert "Received" in driver.get(answer["Location"]).content.decode()
    assert set(Exhibit.objects.values_list("stage", flat=True)) == {"received"}
    again = driver.post(f"/proposals/{proposal.act_id}/", {"answer": "confirm"})
    assert again["Location"] == answer["Location"]


def test_a_proposal_is_refused_with_a_reason(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    answer = send_form(
        browse(cast.officer), "hand_over", {"exhibits": barrel.label, "taker": "colleague"}
    )
    assert answer.status_code == 302
    proposal = Proposal.objects.get()
    address = f"/proposals/{proposal.act_id}/"
    colleague = browse(cast.colleague)
    assert colleague.post(address, {"answer": "refuse", "reason": ""}).status_code == 422
    own = browse(cast.officer).post(address, {"answer": "confirm"})
    assert own.status_code == 403
    assert 'role="alert"' in own.content.decode()
    count = events()
    assert colleague.post(address, {"answer": "refuse", "reason": "Wrong one"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "refused"
    assert events() == count + 2
    assert not waiting_for(cast.colleague)
    assert colleague.get(address).status_code == 200


def test_a_late_entry_says_why_and_waits_for_a_colleague(
    cast: Cast, browse: Browser, noon: SimulatedClock
) -> None:
    catch(cast)
    noon.advance(timedelta(hours=1))
    at = (noon.at - timedelta(minutes=40)).astimezone(BRUSSELS)
    told = INTERCEPT | {
        "occurred_at": at.strftime("%Y-%m-%dT%H:%M"),
        "late_reason": "No signal in the hold",
    }
    answer = send_form(browse(cast.officer), "intercept", told)
    assert answer.status_code == 302, answer.content.decode()
    proposal = Proposal.objects.get()
    assert proposal.occurred_at == at
    assert proposal.late_reason == "No signal in the hold"


def test_a_supervisor_acknowledges_a_flag_with_a_reason(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    told = {"exhibit": barrel.label, "what": "mass", "details": "It drips"}
    assert send_form(browse(cast.officer), "report", told).status_code == 302
    flag = barrel.flags.get()
    address = f"/flags/{flag.id}/"
    assert browse(cast.officer).post(address, {"reason": "Seen"}).status_code == 403
    supervisor = browse(cast.supervisor)
    assert barrel.label in supervisor.get("/").content.decode()
    assert address in supervisor.get(f"/exhibits/{barrel.label}/").content.decode()
    assert supervisor.post(address, {"reason": " "}).status_code == 422
    assert supervisor.post(address, {"reason": "Seen"}).status_code == 302
    assert supervisor.post(address, {"reason": "Seen"}).status_code == 409
    flag.refresh_from_db()
    assert flag.acknowledged_by == cast.supervisor


def test_what_stands_in_the_way_is_told_before_anybody_types(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast, seals=["HS-1"])
    page = browse(cast.officer).get(f"/acts/sample/?exhibit={barrel.label}").content.decode()
    assert "is sealed with HS-1" in page


def test_a_correction_starts_from_the_trail(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, ApplySeal(exhibit=barrel.label, number="HS-1", seal_class="H"))
    entry = Entry.objects.get(kind="seal.applied")
    supervisor = browse(cast.supervisor)
    address = f"/acts/correct/?event={entry.event_id}&amp;exhibit={barrel.label}"
    assert address in supervisor.get(f"/exhibits/{barrel.label}/").content.decode()
    told = {
        "event": str(entry.event_id),
        "declaration": "did_not_occur",
        "reason": "Another barrel",
    }
    assert send_form(supervisor, "correct", told, f"?event={entry.event_id}").status_code == 302
    proposal = Proposal.objects.get()
    second = browse(cast.second_supervisor)
    assert second.post(f"/proposals/{proposal.act_id}/", {"answer": "confirm"}).status_code == 302
    page = supervisor.get(f"/exhibits/{barrel.label}/").content.decode()
    assert "Taken out: it did not occur" in page
    assert "Another barrel" in page
    assert not Seal.objects.filter(exhibit=barrel, ended_at__isnull=True).exists()


def test_nothing_of_a_store_is_done_by_those_who_cannot_see_it(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    count = events()
    answer = send_form(
        browse(cast.outsider),
        "report",
        {
            "exhibit": barrel.label,
            "what": "mass",
            "details": "Mine",
        },
    )
    assert answer.status_code == 404
    assert events() == count


def test_flags_of_one_catch_are_acknowledged_together(cast: Cast, browse: Browser) -> None:
    seizure, units = catch(cast, 3)
    for unit in units:
        do(cast.officer, Report(exhibit=unit.label, what="mass", details="It drips"))
    _, (other,) = catch(cast)
    do(cast.officer, Report(exhibit=other.label, what="mass", details="It drips"))
    supervisor = browse(cast.supervisor)
    assert "4 open" in supervisor.get("/flags/").content.decode()
    address = f"/flags/?seizure={seizure.reference}&cause=discrepancy"
    page = supervisor.get(address).content.decode()
    ids = re.findall(r'name="flag" value="([^"]+)"', page)
    assert len(ids) == 3
    assert page.count("Discrepancy: mass") == 3
    assert supervisor.post(address, {"reason": "Seen"}).status_code == 422
    # nobody takes note of what they did not tick, and what they ticked stays so
    assert 'form="note" checked' not in page
    answer = supervisor.post(address, {"flag": ids[:2]})
    assert answer.status_code == 422
    assert answer.content.decode().count('form="note" checked') == 2
    assert supervisor.post(address, {"flag": "x", "reason": "Seen"}).status_code == 404
    assert browse(cast.officer).post(address, {"flag": ids, "reason": "x"}).status_code == 403
    far = browse(cast.far_supervisor)
    assert far.post(address, {"flag": ids, "reason": "x"}).status_code == 404
    answer = supervisor.post(address, {"flag": ids, "reason": "Seen"}, follow=True)
    assert "3 flags acknowledged" in answer.content.decode()
    assert "1 open" in answer.content.decode()


def test_one_flag_that_cannot_be_acknowledged_leaves_all_of_them_open(
    cast: Cast, browse: Browser
) -> None:
    seizure, units = catch(cast, 2)
    do(cast.officer, Report(exhibit=units[0].label, what="mass", details="It drips"))
    do(cast.supervisor, Report(exhibit=units[1].label, what="mass", details="It drips"))
    ticked = [str(one) for one in Flag.objects.values_list("pk", flat=True)]
    answer = browse(cast.supervisor).post(
        f"/flags/?seizure={seizure.reference}&cause=discrepancy", {"flag": ticked, "reason": "Seen"}
    )
    assert answer.status_code == 403
    assert not Flag.objects.filter(acknowledged_at__isnull=False).exists()
    assert Refusal.objects.get(act="acknowledge").code == "own_flag"


def test_a_time_before_all_calendars_is_told_beside_its_field(cast: Cast, browse: Browser) -> None:
    told = {**INTERCEPT, "occurred_at": "0001-01-01T00:00"}
    answer = send_form(browse(cast.officer), "intercept", told)
    assert answer.status_code == 422
    assert "It cannot have happened that long ago" in answer.content.decode()
