"""What was filled in survives the end of a session and another sign-in, and is shown to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.tasks import forget_sessions
from custody.web import opened
from tests.cast import FLOOR_SCALE, PASSWORD, Cast, catch, do
from tests.files import picture
from tests.web.conftest import Browser
from tests.web.forms import INTERCEPT, events, key_of

pytestmark = pytest.mark.django_db


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, name
    return found[1]


def opening(page: Any) -> dict[str, str]:
    """What a browser sends of a form that nobody typed into."""
    return {"key": key_of(page), "opened": hidden(page, "opened")}


@pytest.fixture
def officer(cast: Cast) -> Officer:
    for one in (cast.officer, cast.colleague):
        one.set_password(PASSWORD)
        one.save(update_fields=["password"])
    return cast.officer


def enter(client: Client, badge: str, to: str) -> Any:
    told = {"login": badge, "password": PASSWORD, "next": to}
    return client.post("/sign-in/", told)


def sent_after_the_end(cast: Cast, browse: Browser, **more: Any) -> tuple[Client, str]:
    """A form that an officer filled in, sent after their session ended; where it led."""
    browser = browse(cast.officer)
    told = opening(browser.get("/acts/intercept/"))
    Session.objects.all().delete()
    answer = browser.post("/acts/intercept/", {**INTERCEPT, **told, **more})
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/acts/intercept/"
    return browser, told["key"]


def test_a_form_that_no_database_could_hold_is_not_kept(
    cast: Cast, officer: Officer, browse: Browser
) -> None:
    browser = browse(cast.officer)
    told = opening(browser.get("/acts/intercept/"))
    Session.objects.all().delete()
    answer = browser.post("/acts/intercept/", {**INTERCEPT, **told, "customs_report": "a\x00b"})
    assert answer.status_code == 404
    page = browser.get(enter(browser, "officer", "/acts/intercept/")["Location"])
    assert "Not recorded yet" not in page.content.decode()


def test_a_form_sent_after_the_session_ended_is_there_again_after_signing_in(
    cast: Cast, officer: Officer, browse: Browser
) -> None:
    browser, key = sent_after_the_end(cast, browse)
    count = events()
    answer = enter(browser, "officer", "/acts/intercept/")
    page = browser.get(answer["Location"])
    text = page.content.decode()
    assert "Not recorded yet" in text
    assert 'value="PV-1"' in text
    assert 'value="25 000"' in text
    assert key_of(page) == key
    assert events() == count
    answer = browser.post("/acts/intercept/", {**INTERCEPT, **opening(page)})
    assert answer.status_code == 302, answer.content.decode()
    assert events() > count
    # once
    assert 'value="PV-1"' not in browser.get("/acts/intercept/").content.decode()


def test_it_is_not_shown_to_whoever_else_signs_in(
    cast: Cast, officer: Officer, browse: Browser
) -> None:
    browser, _ = sent_after_the_end(cast, browse)
    enter(browser, "colleague", "/acts/intercept/")
    assert "PV-1" not in browser.get("/acts/intercept/").content.decode()
    browser.post("/sign-out/")
    enter(browser, "officer", "/acts/intercept/")
    assert "PV-1" not in browser.get("/acts/intercept/").content.decode()


def test_what_nobody_came_back_for_is_gone_from_the_database(
    cast: Cast, officer: Officer, browse: Browser
) -> None:
    sent_after_the_end(cast, browse)
    forget_sessions()
    (kept,) = Session.objects.all()
    assert "PV-1" in str(kept.get_decoded())
    assert kept.expire_date <= clock.now() + timedelta(hours=12)
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    forget_sessions()
    assert not Session.objects.exists()


def test_a_stamp_does_not_tell_how_far_the_ledger_has_come(cast: Cast) -> None:
    catch(cast)
    stamp = opened.stamp(cast.officer)
    newest = Entry.objects.latest("seq").seq
    assert opened.read(stamp) == opened.Opened("officer", newest)
    badge, sealed = signing.loads(stamp, salt="custody.opened")
    assert badge == "officer"
    assert sealed != str(newest)
    assert opened.read(signing.dumps(["officer", "x"], salt="custody.opened")) is None


def test_strangers_leave_nothing(cast: Cast, officer: Officer) -> None:
    stranger = Client()
    for stamp in ("", "x", opened.stamp(cast.officer)[:-1]):
        stranger.post("/acts/intercept/", {**INTERCEPT, "opened": stamp})
    assert not Session.objects.exists()


def test_photographs_are_not_kept_and_that_is_said(
    cast: Cast, officer: Officer, browse: Browser, files: object
) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    address = "/acts/photograph/"
    told = opening(browser.get(f"{address}?exhibit={barrel.label}"))
    Session.objects.all().delete()
    shown = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    browser.post(address, {**told, "exhibit": barrel.label, "photographs": shown})
    enter(browser, "officer", address)
    text = browser.get(address).content.decode()
    assert "did not come along" in text
    assert barrel.label in text


@pytest.fixture
def strict(cast: Cast, officer: Officer) -> Client:
    """A browser that is held to its forms' tokens, with the officer in it."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer)
    return client


def token(page: Any) -> str:
    return hidden(page, "csrfmiddlewaretoken")


def test_a_token_that_fits_no_more_gives_the_form_back(cast: Cast, strict: Client) -> None:
    page = strict.get("/acts/intercept/")
    old = {**opening(page), "csrfmiddlewaretoken": token(page)}
    strict.cookies["custody-csrf"] = "x" * 32
    count = events()
    answer = strict.post("/acts/intercept/", {**INTERCEPT, **old})
    assert answer.status_code == 403
    assert "Not recorded yet" in answer.content.decode()
    assert 'value="PV-1"' in answer.content.decode()
    assert events() == count
    fresh = {**opening(answer), "csrfmiddlewaretoken": token(answer)}
    assert fresh["key"] == old["key"]
    assert strict.post("/acts/intercept/", {**INTERCEPT, **fresh}).status_code == 302


def test_another_site_gets_no_form_back(cast: Cast, strict: Client) -> None:
    strict.get("/acts/intercept/")
    for stamp in ("", "x"):
        answer = strict.post("/acts/intercept/", {**INTERCEPT, "opened": stamp})
        assert answer.status_code == 403
        assert "PV-1" not in answer.content.decode()


def test_nobody_sends_or_sees_a_form_that_a_colleague_filled_in(
    cast: Cast, strict: Client, browse: Browser
) -> None:
    count = events()
    theirs = {**INTERCEPT, "opened": opened.stamp(cast.colleague), "key": "the-same-key"}
    for browser in (strict, browse(cast.officer)):
        answer = browser.post("/acts/intercept/", theirs)
        assert answer.status_code == 403
        assert "filled in by somebody else" in answer.content.decode()
        assert "PV-1" not in answer.content.decode()
    assert events() == count


def test_a_refused_token_of_nobody_leads_to_signing_in_and_back(cast: Cast, strict: Client) -> None:
    page = strict.get("/acts/intercept/")
    told = {**INTERCEPT, **opening(page), "csrfmiddlewaretoken": token(page)}
    Session.objects.all().delete()
    strict.cookies["custody-csrf"] = "x" * 32
    assert strict.post("/acts/intercept/", told)["Location"].startswith("/sign-in/?next=")
    page = strict.get("/sign-in/")
    entry = {"login": "officer", "password": PASSWORD, "csrfmiddlewaretoken": token(page)}
    strict.post("/sign-in/", entry)
    assert 'value="PV-1"' in strict.get("/acts/intercept/").content.decode()


def test_a_script_is_told_where_it_is_led_and_reads_nothing_twice(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    told = {"exhibit": barrel.label, "scale": FLOOR_SCALE, "gross_grams": "25000", "key": "k" * 8}
    headers = {"x-sent-by": "script"}
    first = browser.post("/acts/weigh/", told, headers=headers)
    assert (first.status_code, first.content) == (200, b"")
    assert first["Leads-To"].startswith("/receipts/")
    assert "Location" not in first
    again = browser.post("/acts/weigh/", told, headers=headers)
    assert again["Leads-To"] == first["Leads-To"]
    other = browser.post("/acts/weigh/", {**told, "gross_grams": "24950"}, headers=headers)
    assert other.status_code == 409
    assert first["Leads-To"] in other.content.decode()


def test_who_acted_in_between_is_told_before_anything_is_recorded(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    page = browser.get(f"/acts/weigh/?exhibit={barrel.label}")
    told = {
        **opening(page),
        "exhibit": barrel.label,
        "scale": FLOOR_SCALE,
        "gross_grams": "25 000",
    }
    between = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(24_950))
    do(cast.colleague, between)
    count = events()
    answer = browser.post("/acts/weigh/", told)
    text = answer.content.decode()
    assert answer.status_code == 412
    for words in ("something happened since", "Weighed", "colleague (CUSTOMS/QUAY)", "24.95"):
        assert words in text, words
    assert 'value="25 000"' in text
    assert events() == count
    answer = browser.post("/acts/weigh/", {**told, **opening(answer)})
    assert answer.status_code == 302
    # its own answer, asked for again, is no change
    assert browser.post("/acts/weigh/", told)["Location"] == answer["Location"]


def test_the_receipt_tells_of_a_clock_that_is_off(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    told = {"exhibit": barrel.label, "scale": FLOOR_SCALE, "gross_grams": "25000"}
    for key, at, off in (
        ("k" * 8, "2020-01-01T10:00:00.000000Z", True),
        ("l" * 8, "", False),
    ):
        answer = browser.post(
            "/acts/weigh/", {**told, "key": key, "device_at": at, "offset_minutes": "60"}
        )
        page = browser.get(answer["Location"]).content.decode()
        assert ("device's clock said" in page.replace("&#x27;", "'")) is off
