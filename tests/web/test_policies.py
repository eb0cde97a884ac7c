"""Limits are tried on the record by who sees it, and adopted by who does not, by an event with a date to come."""

from __future__ import annotations

import re
from datetime import timedelta
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
