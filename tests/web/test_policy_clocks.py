"""Clocks and calendars of a policy: added, changed and left out by page, tried on the record before they are adopted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Policy
from custody.kit import clock
from custody.ledger.models import Entry
from tests.cast import Cast, catch
from tests.deadlines.scenes import MINUTE, moving_time
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

RULES = flanders_2024()["clocks"]
WEEK = {f"hours-{day}": "08:00-12:00, 13:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")}


def later(days: int = 2) -> str:
    """Noon, so that forms and tests mean one moment on the days around a change of clocks too."""
    return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT12:00")


def new_clock(**more: Any) -> dict[str, Any]:
    """A clock that nobody has yet: from the catch to the first sample."""
    return {
        "base": "flanders-2024/1",
        "number": "",
        "effective_at": later(),
        "name": "sampling",
        "starts": ["exhibit.intercepted"],
        "stops": ["exhibit.sampled", "exhibit.incinerated"],
        "lanes": ["fast", "standard"],
        "samples": "no",
        "limit": "60",
        "warn": "75",
        "escalate": "150",
        "repeat": "30",
        "source": "The agreement with the laboratory",
        **more,
    }


def calendar(**more: Any) -> dict[str, Any]:
    return {
        "base": "flanders-2024/1",
        "number": "",
        "effective_at": later(),
        "clocks": ["3", "4"],
        "time_zone": "Europe/Brussels",
        "closed_on": "2026-12-25 2027-01-01\n2026-12-25",
        **WEEK,
        **more,
    }


def test_a_new_clock_is_tried_by_who_sees_the_record_and_adopted_by_who_does_not(
    cast: Cast, browse: Browser
) -> None:
    with moving_time() as time:
        _, (barrel,) = catch(cast)
        time.advance(70 * MINUTE)
        address = f"/policies/clock/?{urlencode(new_clock(), doseq=True)}"
        before = Entry.objects.count()
        text = plain(browse(cast.supervisor).get(address).content)
        assert "Late only under it: 1 unit." in text
        assert barrel.label in text
        assert Entry.objects.count() == before
        assert browse(cast.supervisor).post("/policies/clock/", new_clock()).status_code == 403
        browser = browse(cast.administrator)
        page = browser.get(address).content.decode()
        assert page.count('name="stops" value="exhibit.sampled"') == 2
        assert barrel.label not in page
        assert browser.post("/policies/clock/", new_clock()).status_code == 302
    row = Policy.objects.latest("effective_at")
    assert row.key == "flanders-2024/2"
    assert row.content["clocks"][:-1] == RULES
    added = row.content["clocks"][-1]
    assert (added["name"], added["limit_seconds"], added["repeat_seconds"]) == (
        "sampling",
        3600,
        1800,
    )
    assert Entry.objects.get(kind="policy.adopted", subject_id=row.key).actor == "administrator"
    assert "Sampling: fast, standard" in plain(browser.get("/policies/").content)


def test_a_tighter_rule_of_a_clock_stands_before_the_wider_one(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    tight = new_clock(
        name="store",
        starts=["exhibit.stored"],
        stops=["exhibit.withdrawn"],
        lanes=["standard"],
        places="VAULT-B",
        least_grams="100000",
    )
    refused = browser.post("/policies/clock/", tight)
    assert refused.status_code == 422
    assert 'id="id_lanes_error"' in refused.content.decode()
    assert browser.post("/policies/clock/", tight | {"before": "4"}).status_code == 302
    clocks = Policy.objects.latest("effective_at").content["clocks"]
    stores = [one for one in clocks if one["name"] == "store"]
    assert [one.get("places") for one in stores] == [None, ["VAULT-B"], None]
    assert stores[1]["least_grams"] == "100000.000"
    # rules of one clock run alike
    assert {tuple(one["stops"]) for one in stores} == {("exhibit.withdrawn",)}


def test_a_clock_is_changed_and_another_left_out(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.administrator)
    page = browser.get("/policies/clock/?number=0").content.decode()
    assert 'value="exhibit.neutralised" id="id_stops_' in page
    harmless = new_clock(
        number="0",
        name="harmless",
        stops=["exhibit.neutralised", "exhibit.incinerated"],
        lanes=["fast"],
    )
    assert browser.post("/policies/clock/", harmless).status_code == 302
    out = harmless | {"base": "flanders-2024/2", "leave_out": "on", "effective_at": later(3)}
    assert browser.post("/policies/clock/", out).status_code == 302
    second, third = Policy.objects.order_by("effective_at")[1:]
    assert second.content["clocks"][0]["limit_seconds"] == 3600
    assert [one["name"] for one in third.content["clocks"]] == [one["name"] for one in RULES[1:]]


def test_clocks_count_by_a_calendar_with_holidays_and_another_replaces_it(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.administrator)
    assert browser.post("/policies/calendar/", calendar()).status_code == 302
    row = Policy.objects.latest("effective_at")
    store = row.content["clocks"][3]["calendar"]
    assert store["closed_on"] == ["2026-12-25", "2027-01-01"]
    assert store["weekly"]["mon"] == [["08:00", "12:00"], ["13:00", "17:00"]]
    assert [("calendar" in one) for one in row.content["clocks"]] == [
        *(False, False, False, True, True, False)
    ]
    page = browser.get("/policies/").content.decode()
    assert "Monday\N{EN DASH}Friday 08:00-12:00, 13:00-17:00 (Europe/Brussels, 2 days shut)" in page
    assert "2026-12-25, 2027-01-01" in page
    assert "/policies/calendar/?number=0" in page
    assert 'value="4"' in browser.get("/policies/calendar/?number=0").content.decode()
    another = calendar(
        base="flanders-2024/2",
        number="0",
        effective_at=later(3),
        clocks=["3"],
        closed_on="2026-12-25 2027-01-01 2027-04-05",
    )
    assert browser.post("/policies/calendar/", another).status_code == 302
    clocks = Policy.objects.latest("effective_at").content["clocks"]
    assert len(clocks[3]["calendar"]["closed_on"]) == 3
    assert "calendar" not in clocks[4]


@pytest.mark.parametrize(
    ("address", "form", "field"),
    [
        ("clock", new_clock(name=""), "name"),
        ("clock", new_clock(starts=[]), "starts"),
        ("clock", new_clock(stops=["exhibit.intercepted"]), "stops"),
        ("clock", new_clock(stops=["exhibit.vanished"]), "stops"),
        ("clock", new_clock(limit="0"), "limit"),
        ("clock", new_clock(most_grams="0"), "most_grams"),
        ("clock", new_clock(least_grams="5", most_grams="5"), "most_grams"),
        ("clock", new_clock(effective_at="2020-01-01T00:00"), "effective_at"),
        ("calendar", calendar(clocks=[]), "clocks"),
        ("calendar", calendar(time_zone="Europe/Atlantis"), "time_zone"),
        ("calendar", calendar(closed_on="Christmas"), "closed_on"),
        ("calendar", calendar(**{"hours-mon": "17:00-08:00"}), "hours-mon"),
        (
            "calendar",
            calendar(**{f"hours-{d}": "" for d in ("mon", "tue", "wed", "thu", "fri")}),
            "hours-mon",
        ),
        ("calendar", calendar(clocks=["5"]), "clocks"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    cast: Cast, browse: Browser, address: str, form: dict[str, Any], field: str
) -> None:
    before = Entry.objects.count()
    answer = browse(cast.administrator).post(f"/policies/{address}/", form)
    assert 400 <= answer.status_code < 500
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Entry.objects.count() == before


def test_a_change_of_a_policy_that_was_superseded_meanwhile_is_refused(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.administrator)
    assert browser.post("/policies/clock/", new_clock()).status_code == 302
    before = Entry.objects.count()
    late = new_clock(effective_at=later(3), name="second")
    answer = browser.post("/policies/clock/", late)
    assert answer.status_code == 422
    assert "flanders-2024/2 was adopted since this page was opened" in answer.content.decode()
    sooner = new_clock(base="flanders-2024/2", name="second", effective_at=later(1))
    answer = browser.post("/policies/clock/", sooner)
    assert 'id="id_effective_at_error"' in answer.content.decode()
    assert Entry.objects.count() == before


def test_clocks_and_calendars_that_are_not_there_are_404(cast: Cast, browse: Browser) -> None:
    for address in ("clock/?number=6", "clock/?number=-1", "clock/?number=x", "calendar/?number=0"):
        assert browse(cast.administrator).get(f"/policies/{address}").status_code == 404, address


def test_clocks_are_for_who_oversees_or_adopts(cast: Cast, browse: Browser) -> None:
    for badge in ("officer", "outsider", "prosecutor", "statistician"):
        for address in ("/policies/clock/", "/policies/calendar/"):
            assert browse(cast.officers[badge]).get(address).status_code == 403, badge


def test_what_it_changes_stands_old_beside_new_under_the_name_that_pages_use(
    cast: Cast, browse: Browser
) -> None:
    (harmless, *_others) = RULES
    change = new_clock(
        number="0",
        name=harmless["name"],
        starts=harmless["starts"],
        # their order tells nothing
        stops=harmless["stops"][::-1],
        lanes=harmless["lanes"],
        limit="180",
        repeat="60",
        source=harmless["source"],
    )
    # who adopts, and who tries it
    for reader in (cast.administrator, cast.supervisor):
        browser = browse(reader)
        page = plain(browser.get(f"/policies/clock/?{urlencode(change, doseq=True)}").content)
        told = page.partition("What it changes")[2].partition("Pages call it")[0]
        assert told.startswith(" Make harmless: fast Limit 2 h → 3 h")
        assert "Until the first of" not in told.partition("In force from")[0]
        assert "Pages call it Make harmless." in page
        assert "harmless" not in page.replace("Make harmless", "")
    # another limit of several, by the other page
    browser = browse(cast.administrator)
    limits = {"base": "flanders-2024/1", "effective_at": later()}
    for number, rule in enumerate(RULES):
        limits |= {
            f"limit-{number}": str(rule["limit_seconds"] // 60 + (60 if number == 2 else 0)),
            f"warn-{number}": "75",
            f"escalate-{number}": "150",
            f"source-{number}": rule["source"],
        }
    page = plain(browser.get(f"/policies/new/?{urlencode(limits)}").content)
    told = page.partition("What it changes")[2].partition("Adopt")[0]
    assert "On the road: fast, standard Limit 2 h → 3 h" in told
    assert "Make harmless" not in told
    # one that is left out, and a new one
    page = plain(
        browser.get(
            f"/policies/clock/?{urlencode({**change, 'leave_out': 'on'}, doseq=True)}"
        ).content
    )
    assert "Make harmless: fast left out Limit 2 h" in page
    page = plain(browser.get(f"/policies/clock/?{urlencode(new_clock(), doseq=True)}").content)
    assert "Sampling: fast, standard a new clock Limit 1 h" in page
