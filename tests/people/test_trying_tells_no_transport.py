"""Who tries limits on the record, or looks at its pictures, cannot find out by them when something left or arrived that they
are told by its day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from custody.audit.periods import Period
from custody.audit.pictures import DEFINITIONS, Exposure, picture
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.preview import preview
from custody.kit import clock
from custody.people.assigning import Purpose, state_purpose
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.web.words import span
from tests.cast import Cast, catch
from tests.deadlines.scenes import HOUR, MINUTE, receive
from tests.people.test_clocks_tell_no_transport import Road, road
from tests.web.conftest import Browser
from tests.web.test_board import plain

__all__ = ["road"]
pytestmark = pytest.mark.django_db


def tried(
    browse: Browser,
    officer: Officer,
    minutes: int,
    starts: str,
    stops: str = "exhibit.incinerated",
    name: str = "probe",
) -> str:
    """What the page says of a clock that nobody has, with such a limit."""
    told: dict[str, Any] = {
        "base": "flanders-2024/1",
        "number": "",
        "effective_at": (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "name": name,
        "starts": [starts],
        "stops": [stops],
        "lanes": ["fast", "standard"],
        "samples": "no",
        "limit": str(minutes),
        "warn": "75",
        "escalate": "150",
        "repeat": "30",
        "source": "Nobody's",
    }
    answer = browse(officer).get(f"/policies/clock/?{urlencode(told, doseq=True)}")
    assert answer.status_code == 200
    page = plain(answer.content)
    assert "What it would have made of the record" in page
    # the limit that was asked for stands there too
    limit = " ".join(span(minutes * MINUTE).split())
    return page.replace(f"Limit {limit}", "")


def around(road: Road) -> Sequence[int]:
    """Limits between which the moment lies when it left."""
    gone = (clock.now() - road.left_at) // MINUTE
    return (gone - 1, gone + 1)


@pytest.mark.parametrize("kind", ["exhibit.dispatched", "exhibit.handed_over"])
def test_no_limit_tells_when_something_left(
    cast: Cast, browse: Browser, road: Road, kind: str
) -> None:
    pages = [tried(browse, cast.supervisor, limit, kind) for limit in around(road)]
    assert pages[0] == pages[1]
    for page in pages:
        assert "Late only under it: 0 units." in page
        assert road.told_in(page) == []
        assert re.search(r"whose transports you are told whole: [^.]*Probe", page)


def test_no_limit_tells_when_something_arrived(cast: Cast, browse: Browser, road: Road) -> None:
    caught = Exhibit.objects.get(pk=road.barrel.pk).intercepted_at
    receive(cast, road.barrel)
    took = (clock.now() - caught) // MINUTE
    road.time.advance(HOUR)
    for name in ("probe", "harmless"):
        early, late = (
            tried(browse, cast.supervisor, limit, "exhibit.intercepted", "exhibit.received", name)
            for limit in (took - 1, took + 1)
        )
        assert early == late, name
        assert "Late only under it: 0 units." in early


def test_who_may_know_it_tries_it_on_the_transport_too(
    cast: Cast, browse: Browser, road: Road
) -> None:
    state_purpose(
        cast.supervisor,
        case=road.barrel.seizure_id,
        purpose=Purpose.AUDIT,
        reason="Where it was.",
    )
    early, late = (
        tried(browse, cast.supervisor, limit, "exhibit.dispatched") for limit in around(road)
    )
    assert "Probe as it was 0 0 0 0 0 would be 1 1 1 0 0" in early
    assert "Probe as it was 0 0 0 0 0 would be 1 1 0 0 0" in late
    assert "whose transports you are told whole" not in early


def test_what_runs_until_a_transport_is_judged_while_it_runs(
    cast: Cast, browse: Browser, road: Road
) -> None:
    _, (waits,) = catch(cast, lane="standard")
    road.time.advance(2 * HOUR)
    page = tried(
        browse, cast.supervisor, 60, "exhibit.intercepted", "exhibit.dispatched", "until leaving"
    )
    assert waits.label in page.partition("Late only under it: 1 unit.")[2]


def test_the_house_itself_is_told_everything(road: Road) -> None:
    found = preview(flanders_2024())
    assert found.partly == frozenset()
    assert found.as_was["transit"].late == {road.barrel.pk}


def test_no_picture_tells_it(cast: Cast, browse: Browser, road: Road) -> None:
    """Of the exposure of a day the hour of leaving is a quotient: it is that of noon, or of what was recorded next."""
    mass = Decimal(25)
    today = road.left_at.date()
    for at in (road.left_at + 3 * HOUR, road.left_at.replace(hour=23), road.left_at + 30 * HOUR):
        road.time.move_to(at)
        rows = picture(cast.supervisor, "exposure", Period(today, today)).rows
        hours = {one.stage: one.kilogram_hours for one in rows if isinstance(one, Exposure)}
        noon = min(at, road.left_at.replace(hour=12, minute=0, second=0))
        caught = Exhibit.objects.get(pk=road.barrel.pk).intercepted_at
        until = (noon - caught).total_seconds() / 3600
        assert hours["intercepted"] == round(mass * Decimal(until), 1)
    browser = browse(cast.supervisor)
    for name in sorted(DEFINITIONS):
        for address in (f"/pictures/{name}/", f"/pictures/{name}/table.csv"):
            text = browser.get(f"{address}?from={today}&to={today}").content.decode()
            assert road.told_in(text) == [], address
