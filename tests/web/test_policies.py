"""Limits are tried on the record by who sees it, and adopted by who does not, by an event with a date to come."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Policy
from custody.deadlines.services import adopt_policy
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from tests.cast import Cast, catch
from tests.deadlines.scenes import MINUTE, moving_time
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

RULES = flanders_2024()["clocks"]


def told(**more: object) -> dict[str, object]:
    """What the form says when nobody changes anything but this."""
    content: dict[str, object] = {"base": "flanders-2024/1"}
    for number, rule in enumerate(RULES):
        content[f"limit-{number}"] = rule["limit_seconds"] // 60
        content[f"warn-{number}"] = rule["warn_percent"]
        content[f"escalate-{number}"] = rule["escalate_percent"]
        content[f"source-{number}"] = rule["source"]
    later = clock.now() + timedelta(days=2)
    return content | {"effective_at": later.strftime("%Y-%m-%dT12:00")} | more


def test_a_supervisor_tries_other_limits_on_what_they_see_and_changes_nothing(
    cast: Cast, browse: Browser
) -> None:
    with moving_time() as time:
        _, (barrel,) = catch(cast)
        time.advance(90 * MINUTE)
        browser = browse(cast.supervisor)
        query = urlencode(told(**{"limit-0": 60}))
        before = Entry.objects.count()
        answer = browser.get(f"/policies/new/?{query}")
        text = plain(answer.content)
        assert "Make harmless as it was 1 1 0 0 0" in text
        assert "would be 1 1 1 1 0" in text
        assert "Late only under it: 1 unit." in text
        assert barrel.label in text
        assert "An administrator adopts it" in text
        assert Entry.objects.count() == before
        assert browser.post("/policies/new/", told()).status_code == 403
        text = plain(browse(cast.far_supervisor).get(f"/policies/new/?{query}").content)
        assert "Late only under it: 0 units." in text
        assert barrel.label not in text


def test_an_administrator_adopts_them_from_a_date_to_come_and_sees_no_custody(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.administrator)
    form = told(**{"limit-0": 90, "source-0": "The agreement of this spring"})
    page = browser.get(f"/policies/new/?{urlencode(form)}").content
    assert "You see no custody" in plain(page)
    assert barrel.label not in page.decode()
    answer = browser.post("/policies/new/", form)
    assert answer.status_code == 302
    row = Policy.objects.latest("effective_at")
    assert (row.key, row.content["clocks"][0]["limit_seconds"]) == ("flanders-2024/2", 5400)
    event = Entry.objects.get(kind="policy.adopted", subject_id=row.key)
    assert event.actor == "administrator"
    text = plain(browser.get("/policies/").content)
    assert "flanders-2024/2 to come" in text
    assert re.search(r"adopted by administrator, \w+ \d+ \w+ \d+", text)
    assert "flanders-2024/1 in force" in text
    assert "The agreement of this spring" in text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("effective_at", "2020-01-01T00:00", "earlier"),
        ("limit-0", "0", "greater than or equal to 1"),
        ("warn-1", "100", "less than or equal to 99"),
        ("escalate-2", "", "required"),
        ("source-3", "", "required"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    cast: Cast, browse: Browser, field: str, value: str, words: str
) -> None:
    before = Entry.objects.count()
    answer = browse(cast.administrator).post("/policies/new/", told(**{field: value}))
    assert 400 <= answer.status_code < 500
    page = answer.content.decode()
    error = page.index(f'id="id_{field}_error"')
    assert page.index(f'name="{field}"') > error > page.index("Nothing was recorded")
    assert Entry.objects.count() == before


def test_policies_are_for_who_oversees_or_adopts(cast: Cast, browse: Browser) -> None:
    for badge in ("officer", "outsider", "prosecutor", "statistician"):
        for address in ("/policies/", "/policies/new/"):
            assert browse(cast.officers[badge]).get(address).status_code == 403, badge


def test_a_limit_that_a_file_told_to_the_second_stays_unless_its_minutes_change(
    cast: Cast, browse: Browser
) -> None:
    content = deepcopy(flanders_2024())
    content["effective_at"] = clock.to_text(clock.now() + timedelta(days=1))
    for number, limit in enumerate((90, 30)):
        content["clocks"][number]["limit_seconds"] = limit
    content["clocks"][2]["repeat_seconds"] = 100
    base = adopt_policy(content, SYSTEM)
    browser = browse(cast.administrator)
    text = plain(browser.get("/policies/new/").content)
    assert "On record to the second: 90 s. They stay unless the minutes change." in text
    shown = {"base": base.key, "limit-0": 1, "limit-1": 0, "limit-2": 77}
    assert browser.post("/policies/new/", told(**shown)).status_code == 302
    after = Policy.objects.latest("effective_at").content["clocks"]
    assert [one["limit_seconds"] for one in after[:3]] == [90, 30, 77 * 60]
    assert after[2]["repeat_seconds"] == 100
    # by a clock's own form as well
    key = Policy.objects.latest("effective_at").key
    page = browser.get("/policies/clock/?number=2")
    form = page.context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    sent |= {"effective_at": (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")}
    assert (sent["repeat"], sent["base"]) == (1, key)
    assert browser.post("/policies/clock/", sent | {"limit": 78}).status_code == 302
    after = Policy.objects.latest("effective_at").content["clocks"]
    assert (after[2]["limit_seconds"], after[2]["repeat_seconds"]) == (78 * 60, 100)
    # a minute is told as a minute where another was shown
    again = {
        "base": Policy.objects.latest("effective_at").key,
        "limit-0": 2,
        "limit-1": 1,
        "limit-2": 78,
    }
    again |= {"effective_at": (clock.now() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")}
    assert browser.post("/policies/new/", told(**again)).status_code == 302
    after = Policy.objects.latest("effective_at").content["clocks"]
    assert [one["limit_seconds"] for one in after[:3]] == [120, 60, 78 * 60]
