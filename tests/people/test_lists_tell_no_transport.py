"""From the place of something in a list nobody reads the hour of a transport that they are told by its day: it stands behind
whatever else is told to be of that day, and among its like by what tells nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from custody.deadlines.models import Flag
from custody.deadlines.queries import open_flags
from custody.deadlines.sweeping import sweep
from custody.handling.report import Report
from custody.handling.transport import Receive
from custody.kit import clock, ids
from custody.kit.clock import SimulatedClock
from custody.planning.current import current
from custody.seizures.models import Exhibit
from custody.web.pressing import whole_section
from tests.api.callers import Caller, Callers
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import HOUR, MINUTE, moving_time, order, send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def time(cast: Cast) -> Iterator[SimulatedClock]:
    # the same labels and ids each time: no order comes out right by chance
    with moving_time() as time, ids.seeded(11):
        time.move_to(time.at.replace(hour=8, minute=0, second=0))
        yield time


def leave(cast: Cast, time: SimulatedClock, units: list[Exhibit]) -> None:
    """Each in a transport of its own, a few minutes apart, the last one first."""
    for unit in units[::-1]:
        time.advance(4 * MINUTE)
        send(cast, unit)


def shown(page: bytes) -> list[str]:
    """The units that a page names, in its order."""
    main = page.decode().partition("<main")[2]
    return list(dict.fromkeys(re.findall(r"/exhibits/(NX-[0-9A-Z*-]+)/", main)))


def all_of(caller: Caller, path: str) -> list[dict[str, object]]:
    """A list read to its end, two at a time."""
    rows = []
    answer = caller.get(f"{path}?limit=2")
    while True:
        rows += answer["results"]
        if answer["next"] is None:
            return rows
        answer = caller.get(answer["next"].removeprefix("http://testserver"))


def test_units_of_one_seizure_that_left_apart_stand_by_their_labels(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    seizure, units = catch(cast, 5, lane="standard")
    leave(cast, time, units)
    labels = [unit.label for unit in units]
    for address in (
        f"/stages/in_transit/?seizure={seizure.reference}",
        f"/board/next/?seizure={seizure.reference}",
    ):
        assert shown(browse(cast.supervisor).get(address).content) == labels, address
    # of the board's group the first three are shown
    assert shown(browse(cast.supervisor).get("/stages/in_transit/").content) == labels[:3]
    assert shown(browse(cast.driver).get("/run/").content) == labels[::-1]


def test_what_is_due_on_a_day_stands_behind_what_is_due_on_it_by_the_minute(
    cast: Cast, time: SimulatedClock
) -> None:
    units = [catch(cast, lane="standard")[1][0] for _ in range(5)]
    leave(cast, time, units)
    catch(cast)
    lines = whole_section(cast.supervisor, clock.now(), "next").lines
    assert [line.title for line in lines] == ["Make harmless", *["On the road"] * 5]
    assert lines[0].at is not None
    assert lines[0].at > clock.now() + HOUR * 3 / 2
    assert lines[1].words.endswith(", hour not told")
    cases = [line.seizure_id for line in lines[1:]]
    assert cases == sorted(unit.seizure_id for unit in units)
    # the driver is told the minute
    assert [line.title for line in whole_section(cast.driver, clock.now(), "next").lines] == [
        "On the road"
    ] * 5


def test_seizures_on_the_road_stand_by_their_names(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    units = [catch(cast, lane="standard")[1][0] for _ in range(5)]
    units.sort(key=lambda unit: unit.seizure.reference)
    leave(cast, time, units)
    browser = browse(cast.supervisor)
    found = shown(browser.get("/stages/in_transit/").content)
    assert found == [unit.label for unit in units]
    time.advance(2 * HOUR + 30 * MINUTE)
    sweep()
    found = shown(browser.get("/stages/in_transit/").content)
    assert found == [unit.label for unit in units]
    page = browser.get("/flags/").content.decode()
    by_label = sorted(units, key=lambda unit: unit.label)
    places = [page.index(f">{unit.seizure.reference}<") for unit in by_label]
    assert places == sorted(places)


def test_of_a_units_clocks_the_one_that_is_told_to_end_first_is_shown(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast, lane="standard")
    time.advance(MINUTE)
    send(cast, unit)
    # due an hour after what the road may take
    order(cast, unit)
    for reader, name in ((cast.supervisor, "Reach the plant"), (cast.driver, "On the road")):
        page = browse(reader).get("/stages/in_transit/").content.decode()
        assert set(re.findall(r'face-name">([^<]+)<', page)) == {name}


def test_a_units_clocks_stand_as_their_beginnings_are_told(
    callers: Callers, browse: Browser, time: SimulatedClock
) -> None:
    cast = callers.cast
    _, (unit,) = catch(cast)
    time.advance(4 * MINUTE)
    send(cast, unit)
    time.advance(4 * MINUTE)
    order(cast, unit)

    def names(caller: Caller) -> list[str]:
        return [one["name"] for one in caller.get(f"exhibits/{unit.label}")["clocks"]]

    assert names(callers.driver) == ["harmless", "transit", "plant"]
    assert names(callers.supervisor) == ["harmless", "plant", "transit"]
    page = browse(cast.supervisor).get(f"/exhibits/{unit.label}/").content.decode()
    faces = re.findall(r'face-name">([^<]+)<', page)
    assert faces == ["Make harmless", "Reach the plant", "On the road"]


def test_flags_stand_by_the_day_they_are_told_and_pages_neither_skip_nor_double(
    callers: Callers, browse: Browser, time: SimulatedClock
) -> None:
    cast = callers.cast
    seizure, units = catch(cast, 5, lane="standard")
    leave(cast, time, units)
    catch(cast)
    time.advance(2 * HOUR + 30 * MINUTE)
    sweep()
    found = all_of(callers.supervisor, "flags/")
    assert len(found) == Flag.objects.count() == 12
    masked = [one for one in found if one["clock"] == "transit"]
    assert [one["id"] for one in masked] == sorted(str(one["id"]) for one in masked)
    # the latest first, and the end of the day is later than what is told of it
    assert found[:10] == masked
    whole = [one["fell_due_at"] for one in all_of(callers.driver, "flags/")]
    assert whole == sorted(whole, reverse=True)
    assert len(set(whole)) == 10
    page = browse(cast.supervisor).get(f"/flags/?seizure={seizure.reference}&cause=limit").content
    due = Flag.objects.filter(exhibit__in=units, level="due").order_by("id")
    assert shown(page)[:5] == [flag.exhibit.label for flag in due]
    # and a sheet has them in the order of its own list
    sheet = callers.supervisor.get(f"exhibits/{units[0].label}")["flags"]
    assert [one["id"] for one in sheet] == sorted(one["id"] for one in sheet)


def test_proposals_stand_by_the_day_they_are_told(callers: Callers, time: SimulatedClock) -> None:
    cast = callers.cast
    _, units = catch(cast, 5, lane="standard")
    send(cast, *units)
    made = []
    for unit in units:
        time.advance(4 * MINUTE)
        received = Receive(
            exhibits=(unit.label,), place="VAULT-A", taker=None, scale=None, checks=None
        )
        made.append(str(propose(cast.keeper, received)))
    told = [str(one["id"]) for one in all_of(callers.supervisor, "proposals/")]
    assert [one for one in told if one in made] == sorted(made) != made[::-1]
    # who takes part is told when
    for taking_part in (callers.keeper, callers.driver):
        told = [str(one["id"]) for one in all_of(taking_part, "proposals/")]
        assert [one for one in told if one in made] == made[::-1]
    lines = whole_section(cast.supervisor, clock.now(), "waiting").lines
    assert [line.key for line in lines] == sorted(made)


def test_the_prosecutors_desk_and_the_planning_board_do_not_tell_it_either(
    cast: Cast, browse: Browser, time: SimulatedClock
) -> None:
    found = [catch(cast, lane="standard") for _ in range(5)]
    found.sort(key=lambda one: one[0].pk)
    units = [unit for _, (unit,) in found]
    leave(cast, time, units)
    page = browse(cast.prosecutor).get("/decisions/").content.decode()
    places = [page.index(seizure.reference) for seizure, _ in found]
    assert places == sorted(places)
    now = clock.now()
    told = current(cast.supervisor, now=now, until=now + 24 * HOUR, most=3)
    assert {one.label for one in told.problem.units} == set(sorted(u.label for u in units)[:3])


def test_what_was_found_on_arrivals_stands_behind_what_is_told_by_the_minute(
    callers: Callers, browse: Browser, time: SimulatedClock
) -> None:
    cast = callers.cast
    found = [catch(cast, lane="standard") for _ in range(4)]
    found.sort(key=lambda one: one[0].pk)
    units = [unit for _, (unit,) in found]
    send(cast, *units)
    for unit in units[::-1]:
        time.advance(4 * MINUTE)
        # it was sent to another store
        do(cast.keeper, Receive(exhibits=(unit.label,), place="VAULT-B"), cast.driver)
    time.advance(4 * MINUTE)
    _, (told,) = catch(cast)
    do(cast.officer, Report(exhibit=told.label, what="other", details="It drips."))
    time.advance(MINUTE)
    lines = whole_section(cast.supervisor, clock.now(), "discrepancies").lines
    assert [line.seizure_id for line in lines] == [
        told.seizure_id,
        *(unit.seizure_id for unit in units),
    ]
    flags = all_of(callers.supervisor, "flags/")
    masked = [str(one["id"]) for one in flags if one["exhibit"] != told.label]
    assert masked == sorted(masked)
    assert flags[-1]["exhibit"] == told.label
    # who takes part is told when
    assert [one["exhibit"] for one in all_of(callers.keeper, "flags/")] == [
        unit.label for unit in units
    ]
    listed = [str(flag.id) for flag in open_flags(cast.supervisor)]
    assert listed == [flags[-1]["id"], *masked]
