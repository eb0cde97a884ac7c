"""The board counts lateness from the time itself: it is right though no sweep, worker or watch ever ran."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Clock, Flag, SweepRun
from custody.deadlines.services import adopt_policy
from custody.deadlines.sweeping import sweep
from custody.handling.hold import PlaceHold
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger.events import SYSTEM
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import MINUTE, leave_the_fast_lane, moving_time, send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def time(cast: Cast) -> Iterator[SimulatedClock]:
    with moving_time() as simulated:
        yield simulated


def plain(page: bytes) -> str:
    text = re.sub(r"<[^>]+>", " ", page.decode()).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text)


def labels(page: bytes) -> list[str]:
    return list(dict.fromkeys(re.findall(r"/exhibits/(NX-[0-9A-Z*-]+)/", page.decode())))


def test_with_every_worker_dead_the_board_says_in_words_what_is_late(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    catch(cast)
    browser = browse(cast.officer)
    for minutes, words in (
        (0, "Make harmless 2 h left"),
        (89, "Make harmless 31 min left"),
        (1, "Make harmless only 30 min left"),
        (30, "Make harmless late by less than 1 min"),
        (61, "Make harmless late by 1 h 1 min"),
    ):
        time.advance(minutes * MINUTE)
        page = browser.get("/").content
        assert words in plain(page)
        assert ("1 late" in plain(page)) == ("late by" in words)
    assert not Flag.objects.exists()
    assert not SweepRun.objects.exists()


def test_what_hurts_first_stands_first(cast: Cast, browse: Browser, time: SimulatedClock) -> None:
    unhurried, _ = catch(cast, lane="standard")
    first, _ = catch(cast)
    time.advance(10 * MINUTE)
    second, _ = catch(cast)
    for address in ("/", "/stages/intercepted/"):
        page = browse(cast.officer).get(address).content.decode()
        places = [page.index(one.reference) for one in (first, second, unhurried)]
        assert places == sorted(places)


def test_a_group_bears_no_clock_of_a_unit_that_is_not_the_readers_to_see(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    _, (own, other) = catch(cast, 2)
    # it falls at the same moment, and its name comes last
    Clock.objects.filter(exhibit=other, name="harmless").update(name="secret")
    Exhibit.objects.filter(pk=other.pk).update(seen_by=["POLICE", "POLICE/FAR"])
    for address in ("/", "/?live"):
        page = plain(browse(cast.officer).get(address).content)
        assert own.label in page
        assert "Make harmless 2 h left" in page
        assert "Secret" not in page


def test_units_of_one_seizure_stand_by_their_limits(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    seizure, units = catch(cast, 5)
    first = units[-1]
    for unit in units[:-1]:
        leave_the_fast_lane(cast.officer, cast.colleague, unit.label)
    browser = browse(cast.officer)
    for address in ("/", f"/stages/intercepted/?seizure={seizure.reference}"):
        assert labels(browser.get(address).content)[0] == first.label


def test_a_clock_that_a_hold_stops_says_that_it_stands_still(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    content = flanders_2024(effective_at=clock.to_text(time.at + 3 * MINUTE))
    for one in content["clocks"]:
        one["paused_by"] = ["hold"]
    adopt_policy(content=content, actor=SYSTEM)
    time.advance(5 * MINUTE)
    _, (unit,) = catch(cast)
    do(cast.prosecutor, PlaceHold(exhibits=(unit.label,), reason="The expert of the defence"))
    assert Exhibit.objects.get().holds
    time.advance(500 * MINUTE)
    page = browse(cast.officer).get("/").content
    assert "Make harmless on hold, stands still" in plain(page)
    assert "late by" not in plain(page)
    assert b"data-clock" not in page


def test_a_flag_says_in_words_what_since_when_and_whose_but_not_which_vehicle(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    seizure, (unit,) = catch(cast)
    send(cast, unit)
    time.advance(125 * MINUTE)
    sweep()
    browser = browse(cast.supervisor)
    page = plain(browser.get(f"/flags/?seizure={seizure.reference}").content)
    assert f"Make harmless {unit.label} late by 5 min" in page
    assert "due since" in page
    assert "In transit · with HAULIER/ROAD" in page
    assert "VAN-A" not in page
    flag = Flag.objects.get(clock_name="harmless", level="due")
    assert "With HAULIER/ROAD" in plain(browser.get(f"/flags/{flag.id}/").content)
