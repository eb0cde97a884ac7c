"""What presses stands on top of the board, from the record itself, and comes up to date by itself at little cost."""

from __future__ import annotations

import re
import time as wall
from collections.abc import Iterator

import pytest

from custody.deadlines.models import Flag, SweepRun
from custody.deadlines.services import acknowledge
from custody.handling.hand_over import HandOver
from custody.handling.hold import PlaceHold
from custody.handling.presence import Miss
from custody.handling.report import Report
from custody.kit.clock import SimulatedClock
from custody.reading.models import Read
from custody.web.sign_in_limits import IDLE
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import MINUTE, moving_time
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

LISTS = ("late", "missing", "discrepancies", "next", "waiting", "holds")


@pytest.fixture
def time(cast: Cast) -> Iterator[SimulatedClock]:
    with moving_time() as simulated:
        yield simulated


def section(page: bytes, name: str) -> str:
    """One section of the board, as a person reads it."""
    start = page.index(f'data-part="{name}"'.encode())
    return plain(page[start : page.index(b"</section>", start)])


def trouble(cast: Cast) -> dict[str, str]:
    """One of each: the labels by what is the matter with them."""
    _, (light, gone, held, given, _) = catch(cast, 5)
    do(cast.officer, Report(exhibit=light.label, what="mass", details="Two kilograms are gone."))
    do(cast.officer, Miss(exhibits=(gone.label,), searched="The whole quay."))
    do(cast.supervisor, PlaceHold(exhibits=(held.label,), reason="The defence asks for it."))
    propose(cast.officer, HandOver(exhibits=(given.label,), taker="colleague"))
    return {"light": light.label, "gone": gone.label, "held": held.label, "given": given.label}


def test_each_section_counts_and_names_what_is_the_matter(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    labels = trouble(cast)
    browser = browse(cast.supervisor)
    page = browser.get("/").content
    assert "Late 0 Nothing is late." in section(page, "late")
    assert "Due next 5 Make harmless 2 h left 5 units" in section(page, "next")
    assert f"Missing for less than 1 min {labels['gone']}" in section(page, "missing")
    assert f"Discrepancy: mass less than 1 min ago {labels['light']}" in section(
        page, "discrepancies"
    )
    assert "Hand over lapses in" in section(page, "waiting")
    assert labels["given"] in section(page, "waiting")
    assert "by supervisor" in section(page, "holds")
    time.advance(125 * MINUTE)
    page = browser.get("/").content
    assert "Late 5 Make harmless late by 5 min 5 units" in section(page, "late")
    assert not SweepRun.objects.exists()


def test_a_discrepancy_that_somebody_took_note_of_presses_no_more(
    cast: Cast, browse: Browser
) -> None:
    labels = trouble(cast)
    flag = Flag.objects.get(exhibit__label=labels["light"])
    acknowledge(cast.supervisor, flag.pk, "The scale was wet.")
    page = browse(cast.supervisor).get("/").content
    assert "Everything adds up." in section(page, "discrepancies")
    assert labels["gone"] in section(page, "missing")


def test_every_section_has_its_full_list_and_an_outsider_sees_nothing_in_any(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    labels = trouble(cast)
    time.advance(125 * MINUTE)
    for name in LISTS:
        address = f"/board/{name}/"
        assert browse(cast.supervisor).get(address).status_code == 200, name
        for stranger in (cast.outsider, cast.far_supervisor):
            page = browse(stranger).get(address).content.decode()
            assert not re.search(r"NX-[0-9A-Z]{8}-", page), name
            assert "BEANR-" not in page, name
    assert browse(cast.supervisor).get("/board/nothing/").status_code == 404
    seizure = Flag.objects.first().exhibit.seizure.reference
    query = f"/board/late/?seizure={seizure}&clock=harmless"
    page = browse(cast.supervisor).get(query).content.decode()
    assert labels["held"] in page
    assert labels["light"] in page
    assert browse(cast.outsider).get(query).status_code == 404


def test_who_does_not_oversee_is_told_of_signatures_that_wait_for_them_alone(
    cast: Cast, browse: Browser
) -> None:
    labels = trouble(cast)
    assert labels["given"] in section(browse(cast.colleague).get("/").content, "waiting")
    assert "Nothing waits" in section(browse(cast.officer).get("/").content, "waiting")


def test_a_refresh_answers_304_until_something_changes_and_then_a_fragment(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel, _) = catch(cast, 2)
    browser = browse(cast.supervisor)
    page = browser.get("/")
    tag = page["ETag"]
    unchanged = browser.get("/?live", headers={"if-none-match": tag})
    assert unchanged.status_code == 304
    assert unchanged.content == b""
    assert "no-store" in unchanged["Cache-Control"]
    do(cast.officer, Report(exhibit=barrel.label, what="seal", details="It is cut."))
    changed = browser.get("/?live", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    assert b"<html" not in changed.content
    assert "Discrepancy: seal" in section(changed.content, "discrepancies")
    assert b'data-part="holds"' not in changed.content
    assert len(changed.content) < len(page.content)


def test_nobodys_page_is_brought_up_to_date_with_what_another_sees(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel, _) = catch(cast, 2)
    tag = browse(cast.keeper).get("/")["ETag"]
    answer = browse(cast.supervisor).get("/?live", headers={"if-none-match": tag})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert barrel.label not in answer.content.decode()
    assert not Read.objects.filter(badge="supervisor").exists()


def test_parts_that_say_the_same_keep_their_version(cast: Cast, browse: Browser) -> None:
    _, (barrel, _) = catch(cast, 2)
    browser = browse(cast.supervisor)

    def versions() -> dict[str, str]:
        page = browser.get("/?live").content.decode()
        parts = [one.split('"') for one in page.split('data-part="')[1:]]
        return {one[0]: one[2] for one in parts}

    before = versions()
    do(cast.officer, Report(exhibit=barrel.label, what="seal", details="It is cut."))
    after = versions()
    assert {name for name in before if before[name] != after[name]} == {"discrepancies", "stages"}


def test_a_board_that_lies_open_fills_no_log(cast: Cast, browse: Browser) -> None:
    catch(cast)
    browser = browse(cast.supervisor)
    tag = browser.get("/")["ETag"]
    for number in range(5):
        browser.get("/?live", headers={"if-none-match": tag if number % 2 else ""})
    assert Read.objects.filter(badge="supervisor").count() == 1


def test_a_board_that_lies_open_keeps_no_session_alive(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.supervisor)
    browser.get("/")
    session = browser.session
    session["custody_used"] = used = int(wall.time() - IDLE.total_seconds() + 30)
    session.save()
    assert browser.get("/?live").status_code == 200
    assert browser.session["custody_used"] == used
    browser.get("/")
    assert browser.session["custody_used"] > used
    session = browser.session
    session["custody_used"] = int(wall.time() - IDLE.total_seconds() - 1)
    session.save()
    answer = browser.get("/?live")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
