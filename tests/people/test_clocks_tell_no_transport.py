"""Who is told of transports by their day alone cannot work out their hours from clocks, flags, proposals, receipts or pages;
that something is late, everybody is told who sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from custody.audit.fast_lane import fast_lane
from custody.audit.quarters import quarter_of
from custody.deadlines.models import Clock, Flag
from custody.deadlines.sweeping import sweep
from custody.handling.register import ACTS
from custody.handling.transport import Receive
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.ledger.models import Entry
from custody.people.assigning import Purpose, assign, state_purpose
from custody.people.models import AssignmentKind, Officer, Unit
from custody.planning.making import make_next
from custody.planning.services import ask
from custody.seizures.models import Exhibit
from custody.seizures.reach import WAY_ACTS, WAYS, reach, seen_whole
from tests.api.callers import Callers
from tests.cast import OFFICERS, Cast, catch, do, propose
from tests.deadlines.scenes import HOUR, MINUTE, SECOND, moving_time, pack, receive, send
from tests.deadlines.test_flags import correct
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db


@dataclass
class Road:
    """A barrel on its way to the store, and late.

    Attributes:
        left_at: when it left.
    """

    barrel: Exhibit
    left_at: datetime
    time: SimulatedClock

    @property
    def hours(self) -> list[datetime]:
        """What nobody is to be told: when it left, and when that fell due."""
        return [self.left_at, self.left_at + HOUR * 3 / 2, self.left_at + 2 * HOUR]

    def told_in(self, text: str) -> list[str]:
        """Which of these moments a text tells, on whatever clock; or by how much it is late."""
        zones = (ZoneInfo("UTC"), ZoneInfo(settings.DISPLAY_TIME_ZONE))
        marks = [f"{at.astimezone(zone):%H:%M:%S}" for at in self.hours for zone in zones]
        marks += [f", {at.astimezone(zone):%H:%M} " for at in self.hours for zone in zones]
        late = (clock.now() - self.left_at - 2 * HOUR) // MINUTE
        marks += [f"late by {late}\N{NO-BREAK SPACE}min", f"{late} min"]
        return [one for one in marks if one in text]


@pytest.fixture
def road(cast: Cast) -> Iterator[Road]:
    with moving_time() as time:
        # of tomorrow: nothing is recorded before what is on record already
        tomorrow = time.at + timedelta(days=1)
        time.move_to(tomorrow.replace(hour=8, minute=0, second=0, microsecond=0))
        _, (barrel,) = catch(cast, lane="standard")
        time.advance(7 * MINUTE + 11 * SECOND)
        left_at = clock.now()
        send(cast, barrel)
        # past the warning, and noticed a moment later
        time.advance(HOUR * 3 / 2 + MINUTE / 3)
        sweep()
        time.advance(HOUR / 2 + 22 * MINUTE + SECOND)
        sweep()
        barrel.refresh_from_db()
        yield Road(barrel, left_at, time)


def test_every_transport_is_known_with_the_act_that_records_it() -> None:
    assert {name for name, act in ACTS.items() if act.kind in WAYS} == WAY_ACTS


def test_a_sheet_tells_a_clock_by_its_day_and_that_it_is_late(callers: Callers, road: Road) -> None:
    path = f"exhibits/{road.barrel.label}"
    sheet = callers.supervisor.get(path)
    (transit,) = [one for one in sheet["clocks"] if one["name"] == "transit"]
    assert transit["level"] == "due"
    for name in ("started_at", "warn_at", "due_at", "escalate_at"):
        assert transit[name].endswith("T00:00:00.000000Z"), name
    assert sheet["late"]
    assert road.told_in(str(sheet)) == []
    (whole,) = [one for one in callers.driver.get(path)["clocks"] if one["name"] == "transit"]
    assert whole["started_at"] == clock.to_text(road.left_at)


def test_flags_and_their_pages_tell_the_day(callers: Callers, road: Road) -> None:
    found = callers.supervisor.get("flags/?limit=1")
    assert road.told_in(str(found["results"])) == []
    # where the next page starts is sealed
    (cursor,) = parse_qs(urlsplit(found["next"]).query)["cursor"]
    assert cursor.startswith("gAAAA")
    assert callers.supervisor.ask("GET", f"proposals/?cursor={cursor}").status_code == 422
    rest = callers.supervisor.ask("GET", found["next"].removeprefix("http://testserver")).json()
    assert len(rest["results"]) == 1
    flag = Flag.objects.get(level="due")
    assert road.told_in(str(callers.supervisor.get(f"flags/{flag.id}"))) == []
    assert clock.to_text(road.left_at + 2 * HOUR) in str(callers.driver.get(f"flags/{flag.id}"))


def test_the_ledger_tells_events_on_flags_by_their_day(callers: Callers, road: Road) -> None:
    events = callers.supervisor.get("events/")["results"]
    raised = [one for one in events if one["kind"] == "flag.raised"]
    assert len(raised) == 2
    assert all(one["masked"] and one["body"] is None for one in raised)
    assert [one["payload"]["level"] for one in raised] == ["soon", "due"]
    assert road.told_in(str(raised)) == []
    told = callers.driver.get("events/")["results"]
    assert clock.to_text(road.left_at) in str(told)


def test_no_page_tells_it(cast: Cast, browse: Browser, road: Road) -> None:
    seizure = road.barrel.seizure.reference
    flag = Flag.objects.get(level="due")
    browser = browse(cast.supervisor)
    for address in (
        "/",
        "/?live",
        f"/exhibits/{road.barrel.label}/",
        f"/seizures/{seizure}/",
        f"/stages/in_transit/?seizure={seizure}",
        "/stages/in_transit/",
        "/board/late/",
        f"/board/late/?seizure={seizure}",
        "/flags/",
        f"/flags/?seizure={seizure}&cause=limit",
        f"/flags/{flag.id}/",
        f"/search/?q={flag.id}",
        "/plans/board/",
    ):
        answer = browser.get(address, follow=True)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert road.barrel.label in text, address
        assert road.told_in(text) == [], address
        assert re.search(r"late, was due on|\b1 late\b", plain(answer.content)), address
    whole = browse(cast.driver).get(f"/exhibits/{road.barrel.label}/").content.decode()
    assert road.told_in(whole)


def test_a_purpose_shows_the_hours(cast: Cast, browse: Browser, road: Road) -> None:
    state_purpose(
        cast.supervisor,
        case=road.barrel.seizure_id,
        purpose=Purpose.AUDIT,
        reason="Where it was.",
    )
    for address in ("/", "/flags/"):
        assert "late by 22" in browse(cast.supervisor).get(address).content.decode(), address


def test_what_ended_is_told_without_by_how_much_it_was_late(
    callers: Callers, browse: Browser, road: Road
) -> None:
    receive(callers.cast, road.barrel)
    arrived = clock.to_text(clock.now())
    flag = Flag.objects.get(level="due")
    assert flag.late_seconds
    told = callers.supervisor.get(f"flags/{flag.id}")
    assert told["late_seconds"] is None
    assert told["resolved_at"].endswith("T00:00:00.000000Z")
    assert arrived not in str(callers.supervisor.get("events/"))
    browser = browse(callers.cast.supervisor)
    for address in (f"/exhibits/{road.barrel.label}/", f"/flags/{flag.id}/"):
        text = browser.get(address).content.decode()
        assert road.told_in(text) == []
        assert "stopped late, on" in text


def test_a_flag_that_was_annulled_with_its_clock_tells_the_day(
    callers: Callers, browse: Browser, road: Road
) -> None:
    cast = callers.cast
    ids = list(Flag.objects.values_list("pk", flat=True))
    correct(cast, Entry.objects.get(kind="exhibit.dispatched"))
    assert len(ids) == Flag.objects.filter(annulled_at__isnull=False).count() == 2
    assert not Clock.objects.filter(name="transit").exists()
    left = f"{road.left_at + 2 * HOUR:%H:%M}", f"{road.left_at + 3 * HOUR:%H:%M}"
    for flag in ids:
        assert road.told_in(str(callers.prosecutor.get(f"flags/{flag}"))) == []
        browser, whole = browse(cast.prosecutor), browse(cast.officer)
        for address in (f"/flags/{flag}/", f"/search/?q={flag}"):
            text = browser.get(address, follow=True).content.decode()
            assert road.barrel.label in text, address
            assert road.told_in(text) == [], address
            assert not any(one in text for one in left), address
            # who has it in hand
            assert road.told_in(whole.get(address, follow=True).content.decode()), address


def test_a_proposal_that_is_hidden_tells_no_hour(
    callers: Callers, browse: Browser, road: Road
) -> None:
    proposed_at = clock.now()
    waits = propose(callers.cast.keeper, Receive(exhibits=(road.barrel.label,), place="VAULT-A"))
    told = callers.supervisor.get(f"proposals/{waits}")
    assert told["command"] is None
    for name in ("occurred_at", "proposed_at", "lapses_at"):
        assert told[name].endswith("T00:00:00.000000Z"), name
    assert callers.driver.get(f"proposals/{waits}")["proposed_at"] == clock.to_text(proposed_at)
    zone = ZoneInfo(settings.DISPLAY_TIME_ZONE)
    lapses = f"{(proposed_at + 12 * HOUR).astimezone(zone):%H:%M}"
    assert road.told_in(str(told)) == []
    sent = Entry.objects.get(kind="exhibit.dispatched").act_id
    assert road.told_in(str(callers.supervisor.get(f"proposals/{sent}"))) == []
    road.time.advance(MINUTE)
    browser = browse(callers.cast.supervisor)
    for address in (f"/proposals/{waits}/", f"/proposals/{sent}/", "/", "/board/waiting/"):
        text = browser.get(address).content.decode()
        assert road.told_in(text) == [], address
        assert lapses not in text, address
        assert "11\N{NO-BREAK SPACE}h 59" not in text, address


def test_a_receipt_of_a_transport_tells_those_who_were_not_there_the_day(
    cast: Cast, browse: Browser, road: Road
) -> None:
    road.time.advance(3 * MINUTE)
    done = do(cast.keeper, Receive(exhibits=(road.barrel.label,), place="VAULT-A"), cast.driver)
    zone = ZoneInfo(settings.DISPLAY_TIME_ZONE)
    at = f"{done.recorded_at.astimezone(zone):%H:%M}"
    road.time.advance(31 * MINUTE)
    sent = Entry.objects.get(kind="exhibit.dispatched").act_id
    left = f"/receipts/{sent}/"
    assert road.told_in(browse(cast.supervisor).get(left).content.decode()) == []
    assert road.told_in(browse(cast.officer).get(left).content.decode())
    address = f"/receipts/{done.act_id}/"
    for officer, told in ((cast.supervisor, False), (cast.keeper, True), (cast.driver, True)):
        assert (f", {at} " in browse(officer).get(address).content.decode()) is told, officer


def test_a_plan_tells_neither_vehicle_nor_when_it_left(callers: Callers, road: Road) -> None:
    row = ask(callers.cast.supervisor, days=3, seconds=1)
    make_next()
    told = callers.supervisor.get(f"plans/{row.id}")
    assert road.barrel.label in str(told)
    assert road.told_in(str(told)) == []
    assert "VAN-A" not in str(told)


def test_the_condition_agrees_with_the_reach(cast: Cast, road: Road) -> None:
    state_purpose(
        cast.auditor, case=road.barrel.seizure_id, purpose=Purpose.AUDIT, reason="Yearly."
    )
    case, units = catch(cast, 4)
    # one in store, one inside a container that is on its way there, one inside a container that stays
    send(cast, units[0])
    receive(cast, units[0])
    moved, stays = pack(cast, units[1]), pack(cast, units[2])
    send(cast, moved)
    until = clock.now() + timedelta(days=1)
    assign(
        cast.supervisor,
        kind=AssignmentKind.CASE,
        officer=cast.colleague,
        until=until,
        case=case.pk,
    )
    # the store keeps a roster, and one of its keepers is not on it
    store = Unit.objects.get(pk="CUSTOMS/STORE")
    assign(cast.supervisor, kind=AssignmentKind.DUTY, officer=cast.keeper, until=until, unit=store)
    inside = {units[1].pk, units[2].pk}
    seen = set()
    for badge in OFFICERS:
        officer = Officer.objects.select_related("unit").get(pk=badge)
        rows = list(Exhibit.objects.visible_to(officer))
        whole = set(
            Exhibit.objects.visible_to(officer)
            .filter(seen_whole(officer))
            .values_list("pk", flat=True)
        )
        reached = {one for one, found in reach(officer, rows).items() if not found.masked}
        assert whole - inside == reached - inside, badge
        assert whole <= reached, badge
        seen |= {(badge, one) for one in whole}
    assert {("colleague", units[1].pk), ("colleague", stays.pk), ("keeper", moved.pk)} <= seen
    assert not {("second_keeper", units[0].pk), ("officer", units[1].pk)} & seen


def test_nothing_that_was_recorded_is_changed_by_being_shown(callers: Callers, road: Road) -> None:
    before: Any = list(Flag.objects.order_by("id").values())
    heads = list(Entry.objects.values_list("leaf", flat=True))
    callers.supervisor.get("flags/")
    callers.supervisor.get(f"exhibits/{road.barrel.label}")
    assert list(Flag.objects.order_by("id").values()) == before
    assert list(Entry.objects.values_list("leaf", flat=True)) == heads
    assert timedelta(0) < clock.now() - road.left_at


def test_the_report_tells_no_overseer_how_long_few_transports_took(
    callers: Callers, browse: Browser, road: Road
) -> None:
    receive(callers.cast, road.barrel)
    report = fast_lane(callers.cast.supervisor, quarter_of(clock.now()))
    lines = [one for one in report.lines if one.clock == "transit"]
    assert lines
    for one in lines:
        assert (one.seizures, one.late) == (1, 1)
        assert (one.median_seconds, one.p95_seconds) == (None, None)
    assert browse(callers.cast.supervisor).get("/fast-lane/").status_code == 200
