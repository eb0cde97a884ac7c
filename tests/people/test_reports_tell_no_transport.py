"""What differs as something arrives is told to everybody who sees it, and by its day to who is told of transports so: its
moment is that of the arrival. So it is with an arrival that was proposed and came to nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from custody.deadlines.models import Flag
from custody.handling.accepting import accept
from custody.handling.checking import Acceptance, Check, NotTaken
from custody.handling.proposals import lapse_due, refuse
from custody.handling.transport import Receive
from custody.handling.weigh import Weigh
from custody.kit import clock, ids
from custody.kit.clock import SimulatedClock
from custody.ledger.models import Entry
from custody.notices.telling import tell
from custody.seizures.models import Exhibit
from custody.web.words import span
from tests.api.callers import Callers
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.deadlines.scenes import HOUR, MINUTE, SECOND, moving_time, send
from tests.notices.receivers import receiving, thanks
from tests.notices.scenes import webhook
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db
REPORTS = ("exhibit.discrepancy_reported", "flag.raised")


@dataclass
class Arrival:
    """A barrel that came to another store than it was sent to, with a broken seal and too light.

    Attributes:
        at: when it came.
    """

    barrel: Exhibit
    at: datetime
    time: SimulatedClock

    def told_in(self, text: str) -> list[str]:
        """Which marks of the moment a text bears, on whatever clock; or how long ago it was."""
        zones = (ZoneInfo("UTC"), ZoneInfo(settings.DISPLAY_TIME_ZONE))
        marks = [f"{self.at.astimezone(zone):%H:%M:%S}" for zone in zones]
        marks += [f", {self.at.astimezone(zone):%H:%M}" for zone in zones]
        marks += [span(clock.now() - self.at)]
        return [one for one in marks if one in text]


@pytest.fixture
def road(cast: Cast) -> Iterator[tuple[Exhibit, SimulatedClock]]:
    with moving_time() as time:
        time.move_to(time.at.replace(hour=8, minute=0, second=0))
        _, (barrel,) = catch(cast, 1, seals=["HS-1"], lane="standard")
        send(cast, barrel)
        time.advance(47 * MINUTE + 13 * SECOND)
        yield barrel, time


def check(barrel: Exhibit) -> tuple[Check, ...]:
    assert barrel.gross_grams is not None
    light = barrel.gross_grams - Decimal(2000)
    return (
        Check(exhibit=barrel.label, seal_number="HS-1", finding="tampered"),
        Check(exhibit=barrel.label, gross_grams=light),
    )


def arrive(cast: Cast, barrel: Exhibit, time: SimulatedClock) -> Arrival:
    at = clock.now()
    told = Receive(
        exhibits=(barrel.label,), place="VAULT-B", scale=FLOOR_SCALE, checks=check(barrel)
    )
    do(cast.keeper, told, cast.driver)
    time.advance(3 * HOUR + 5 * MINUTE + SECOND)
    barrel.refresh_from_db()
    return Arrival(barrel, at, time)


@pytest.fixture
def arrival(cast: Cast, road: tuple[Exhibit, SimulatedClock]) -> Arrival:
    return arrive(cast, *road)


def test_the_ledger_and_the_trail_tell_it_by_its_day(callers: Callers, arrival: Arrival) -> None:
    trail = callers.supervisor.get(f"exhibits/{arrival.barrel.label}/trail")["events"]
    events = callers.supervisor.get("events/?limit=500")["results"]
    assert arrival.told_in(str(trail)) == arrival.told_in(str(events)) == []
    reports = [one for one in events if one["kind"] in REPORTS]
    whats = [one["payload"].get("what") for one in reports]
    assert sorted(filter(None, whats)) == ["destination", "gross", "seal"]
    assert len(reports) == 6
    for one in reports:
        assert one["masked"]
        assert one["body"] is None
        assert one["confirmers"] == []
        callers.supervisor.get(f"events/{one['id']}/receipt", 404)
    # which ways there are, it tells no more than the arrival itself
    assert "VAULT-A" not in str(reports)
    (light,) = [one for one in reports if one["payload"].get("what") == "gross"]
    assert light["payload"]["difference_grams"]
    whole = callers.keeper.get("events/?limit=500")["results"]
    told = [one for one in whole if one["kind"] in REPORTS]
    assert [one["occurred_at"] for one in told] == [clock.to_text(arrival.at)] * 6
    assert not any(one["masked"] for one in told)


def test_epcis_tells_it_by_its_day(callers: Callers, arrival: Arrival) -> None:
    document = callers.supervisor.ask("GET", f"exhibits/{arrival.barrel.label}/epcis").json()
    assert "custody:kind': 'exhibit.discrepancy_reported" in str(document)
    assert arrival.told_in(str(document["epcisBody"])) == []


def test_flags_and_their_sheets_tell_it_by_its_day(callers: Callers, arrival: Arrival) -> None:
    flags = callers.supervisor.get("flags/")["results"]
    assert len(flags) == 3
    day = clock.to_text(clock.start_of_day(arrival.at))
    for one in flags:
        assert (one["fell_due_at"], one["raised_at"]) == (day, day)
        assert callers.supervisor.get(f"flags/{one['id']}") == one
    sheet = callers.supervisor.get(f"exhibits/{arrival.barrel.label}")
    assert len(sheet["flags"]) == 3
    assert arrival.told_in(str(sheet)) == []
    assert arrival.told_in(str(callers.keeper.get("flags/")))


def test_pages_tell_it_by_its_day(cast: Cast, browse: Browser, arrival: Arrival) -> None:
    seizure = arrival.barrel.seizure.reference
    flag = Flag.objects.earliest("id")
    browser = browse(cast.supervisor)
    for address in (
        "/",
        "/board/discrepancies/",
        f"/exhibits/{arrival.barrel.label}/",
        f"/seizures/{seizure}/",
        "/flags/",
        f"/flags/?seizure={seizure}&cause=discrepancy",
        f"/flags/{flag.id}/",
        f"/search/?q={flag.id}",
    ):
        answer = browser.get(address, follow=True)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert arrival.barrel.label in text, address
        assert "iscrepancy" in text, address
        assert arrival.told_in(text) == [], address
    keeper = browse(cast.keeper)
    assert arrival.told_in(keeper.get(f"/flags/{flag.id}/").content.decode())
    assert arrival.told_in(keeper.get("/flags/").content.decode())


def test_a_system_is_told_by_its_day_unless_its_officer_is_told_the_hour(
    cast: Cast, road: tuple[Exhibit, SimulatedClock]
) -> None:
    with receiving(thanks) as masked, receiving(thanks) as whole:
        webhook(cast, masked.url, "supervisor")
        webhook(cast, whole.url, "keeper")
        at = arrive(cast, *road).at
        tell()
    days, moments = (
        {json.loads(one.body)["time"] for one in receiver.got} for receiver in (masked, whole)
    )
    assert len(masked.got) == len(whole.got) == 3
    assert days == {clock.to_text(clock.start_of_day(at))}
    assert moments == {clock.to_text(at)}


def test_what_is_found_later_keeps_its_hour(callers: Callers, arrival: Arrival) -> None:
    cast, barrel = callers.cast, arrival.barrel
    at = clock.now()
    assert barrel.gross_grams is not None
    do(
        cast.keeper,
        Weigh(
            exhibit=barrel.label,
            gross_grams=barrel.gross_grams - Decimal(3000),
            scale=FLOOR_SCALE,
        ),
    )
    later = callers.supervisor.get("events/?limit=500")["results"][-1]
    assert later["kind"] == "flag.raised"
    assert later["occurred_at"] == clock.to_text(at)
    # those of the arrival stand in front of it, where their day ends
    told = [one["fell_due_at"] for one in callers.supervisor.get("flags/")["results"]]
    assert told == [*[clock.to_text(clock.start_of_day(arrival.at))] * 3, clock.to_text(at)]


@pytest.mark.parametrize("how", ["refused", "lapsed"])
def test_an_arrival_that_came_to_nothing_is_told_by_its_day(
    callers: Callers, browse: Browser, road: tuple[Exhibit, SimulatedClock], how: str
) -> None:
    cast, (barrel, time) = callers.cast, road
    proposed = Arrival(barrel, clock.now(), time)
    waits = propose(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
    time.advance(2 * MINUTE if how == "refused" else 12 * HOUR + MINUTE)
    if how == "refused":
        refuse(cast.driver, waits, "Wrong barrel.")
    else:
        assert lapse_due() == 1
    ended = Arrival(barrel, clock.now(), time)
    time.advance(3 * HOUR + 5 * MINUTE + SECOND)
    flag = Flag.objects.get(cause="proposal")
    events = callers.supervisor.get("events/?limit=500")["results"]
    (told,) = [one for one in events if one["kind"] == f"proposal.{how}"]
    assert told["masked"]
    assert told["payload"]["act"] == "receive"
    ending = browse(cast.supervisor).get(f"/receipts/{told['act_id']}/").content.decode()
    assert ended.told_in(ending) == []
    browser = browse(cast.supervisor)
    addresses = (f"/exhibits/{barrel.label}/", "/flags/", f"/flags/{flag.id}/")
    pages = [browser.get(one).content.decode() for one in addresses]
    for text in (str(events), str(callers.supervisor.get("flags/")), *pages):
        assert proposed.told_in(text) == ended.told_in(text) == []
    assert ended.told_in(str(callers.driver.get("events/?limit=500")))


def test_what_is_taken_from_nobody_is_told_by_its_day(
    callers: Callers, road: tuple[Exhibit, SimulatedClock]
) -> None:
    cast, (barrel, time) = callers.cast, road
    waits = propose(cast.driver, Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper"))
    refused = Arrival(barrel, clock.now(), time)
    left = NotTaken(exhibit=barrel.label, objection="seal_broken", seal_number="HS-1")
    accept(cast.keeper, waits, Acceptance(not_taken=(left,)), key=str(ids.new_id()))
    time.advance(3 * HOUR + 5 * MINUTE + SECOND)
    events = callers.supervisor.get("events/?limit=500")["results"]
    told = [one["masked"] for one in events if one["kind"] in {*REPORTS, "proposal.refused"}]
    assert told == [True] * 3
    for text in (str(events), str(callers.supervisor.get("flags/"))):
        assert refused.told_in(text) == []


def test_nothing_that_was_recorded_is_changed_by_being_shown(
    callers: Callers, arrival: Arrival
) -> None:
    before: Any = list(Flag.objects.order_by("id").values())
    heads = list(Entry.objects.values_list("leaf", flat=True))
    callers.supervisor.get("flags/")
    callers.supervisor.get(f"exhibits/{arrival.barrel.label}")
    assert list(Flag.objects.order_by("id").values()) == before
    assert list(Entry.objects.values_list("leaf", flat=True)) == heads
