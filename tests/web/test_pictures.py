"""Pictures as pages and tables: for those who oversee, with their definition, scope, period and freeze, and no script."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.audit.periods import usual_period
from custody.audit.pictures import DEFINITIONS
from custody.kit import clock
from custody.ledger.models import Entry
from custody.reading.models import Read
from tests.cast import OFFICERS, Cast, catch
from tests.deadlines.scenes import HOUR, moving_time, receive, send, store
from tests.web.conftest import Browser
from tests.web.test_fast_lane import COUNTERS

pytestmark = pytest.mark.django_db

NAMES = sorted(DEFINITIONS)
OVERSEERS = COUNTERS - {"statistician"}


def drawings(page: str) -> list[ElementTree.Element]:
    """The drawings of a page, each of which has to be well-formed."""
    found = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    # of our own making
    trees = [ElementTree.fromstring(one) for one in found]  # noqa: S314
    return [one for one in trees if one.get("role") == "img"]


@pytest.mark.parametrize("badge", sorted(OFFICERS))
def test_they_open_for_those_who_oversee_and_the_page_of_all_for_who_counts(
    cast: Cast, browse: Browser, badge: str
) -> None:
    browser = browse(cast.officers[badge])
    assert browser.get("/pictures/").status_code == (200 if badge in COUNTERS else 403)
    for address in ("/pictures/stock/", "/pictures/flow/table.csv"):
        assert browser.get(address).status_code == (200 if badge in OVERSEERS else 403)
    page = browser.get("/").content.decode()
    assert ('href="/pictures/"' in page) == (badge in COUNTERS)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_it_counts_of_whom_of_when_and_as_of_when(
    cast: Cast, browse: Browser, name: str
) -> None:
    seizure, units = catch(cast, 4)
    send(cast, *units)
    answer = browse(cast.supervisor).get(f"/pictures/{name}/")
    page = answer.content.decode()
    assert f"{name}/{DEFINITIONS[name].number}" in page
    assert "CUSTOMS, CUSTOMS/QUAY" in page
    assert "Frozen" in page
    assert f"at {Entry.objects.count()} events of the ledger" in page
    period = usual_period(clock.now())
    assert f'value="{period.first}"' in page
    assert f"/pictures/{name}/table.csv?from={period.first}&amp;to={period.last}" in page
    assert "no-store" in answer["Cache-Control"]
    assert "<style" not in page
    assert "style=" not in page
    assert seizure.reference not in page
    assert not [one for one in units if one.label in page]
    assert not Read.objects.exists()


def test_drawings_are_named_described_and_drawn_wide_and_narrow(
    cast: Cast, browse: Browser
) -> None:
    with moving_time() as time:
        _, units = catch(cast, 4)
        send(cast, *units)
        time.advance(HOUR)
        browser = browse(cast.supervisor)
        pages = {name: browser.get(f"/pictures/{name}/").content.decode() for name in NAMES}
    del pages["slots"]  # there are none
    for name, page in pages.items():
        found = drawings(page)
        assert len(found) == (4 if name == "seizures" else 2), name
        for one in found:
            named = (one.get("aria-labelledby") or "").split()
            told = {child.get("id"): child.text for child in one if child.get("id")}
            assert [bool(told.get(key)) for key in named] == [True, True]
            assert {child.tag for child in one} <= {"title", "desc", "text", "rect", "path"}
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert 'fill="url(#mark-' in page


def test_the_same_numbers_stand_in_the_table_and_in_the_file(cast: Cast, browse: Browser) -> None:
    _, units = catch(cast, 3)
    send(cast, *units)
    receive(cast, *units[:2])
    store(cast, units[0])
    browser = browse(cast.supervisor)
    page = browser.get("/pictures/stock/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "25 kg (1)" in page
    assert "75 kg" in page
    table = browser.get("/pictures/stock/table.csv")
    period = usual_period(clock.now())
    assert f"stock-{period.first}-{period.last}.csv" in table["Content-Disposition"]
    told = table.content.decode()
    for stage in ("stored", "received", "in_transit"):
        assert re.search(rf",{stage},1,25000\.000\r\n", told), stage


def test_an_outsider_who_oversees_finds_nothing_and_is_told_what_to_do(
    cast: Cast, browse: Browser
) -> None:
    catch(cast, 3)
    browser = browse(cast.far_supervisor)
    for name in NAMES:
        page = browser.get(f"/pictures/{name}/").content.decode()
        assert "There is nothing of yours to count in this period." in page
        assert not drawings(page)
    assert "Nothing of yours to count" in browser.get("/pictures/").content.decode()


def test_who_only_counts_is_told_of_the_fast_lane_alone(cast: Cast, browse: Browser) -> None:
    catch(cast, 4)
    page = browse(cast.statistician).get("/pictures/").content.decode()
    assert "/pictures/stock/" not in page
    assert "one catch could be read off" in page


def test_the_period_is_whatever_is_asked_for_in_days_or_whole_weeks(
    cast: Cast, browse: Browser
) -> None:
    catch(cast, 3)
    browser = browse(cast.supervisor)
    today = clock.now().date()
    page = browser.get(f"/pictures/stock/?from={today}&to={today}").content.decode()
    assert "by day in UTC" in page
    assert "75 kg (3)" in page.replace("\N{NO-BREAK SPACE}", " ")
    page = browser.get("/pictures/stock/?from=2024-01-03&to=2024-05-01").content.decode()
    assert "by whole ISO week in UTC" in page
    assert 'value="2024-01-01"' in page
    for query in ("?from=2024-05-01&to=2024-01-01", "?from=soon&to=later", "?from=2024-05-01"):
        assert browser.get(f"/pictures/stock/{query}").status_code == 404
    assert browser.get("/pictures/nothing/").status_code == 404


def test_the_report_of_the_fast_lane_is_drawn_too(cast: Cast, browse: Browser) -> None:
    catch(cast, 4)
    for address in ("/fast-lane/", "/pictures/"):
        page = browse(cast.supervisor).get(address).content.decode()
        assert any("kept their limit" in (one[0].text or "") for one in drawings(page))


def test_pages_take_as_many_statements_however_much_there_is(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.supervisor)

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    counts = []
    for units in (2, 6):
        _, found = catch(cast, units)
        send(cast, *found)
        counts.append(
            [statements(path) for path in ("/pictures/", *(f"/pictures/{one}/" for one in NAMES))]
        )
    assert counts[0] == counts[1]
    assert counts[1] == [10, 7, 7, 7, 6, 7]
