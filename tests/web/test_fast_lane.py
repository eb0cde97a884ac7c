"""The fast-lane report as a page and as a table: for those who count, with its scope, definitions and freeze."""

from __future__ import annotations

import pytest

from custody.audit.fast_lane import DEFINITIONS
from custody.audit.pictures import DEFINITIONS as PICTURES
from custody.audit.quarters import quarter_of
from custody.exchange import drifts, figures
from custody.exchange.pictures import columns_of
from custody.kit import clock
from custody.reading.models import Read
from custody.web.headings import HEADINGS
from tests.cast import OFFICERS, Cast, catch
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

COUNTERS = {"supervisor", "second_supervisor", "far_supervisor", "auditor", "statistician"}


@pytest.mark.parametrize("badge", sorted(OFFICERS))
@pytest.mark.parametrize("address", ["/fast-lane/", "/fast-lane/table.csv"])
def test_it_opens_for_those_who_count_and_for_nobody_else(
    cast: Cast, browse: Browser, badge: str, address: str
) -> None:
    answer = browse(cast.officers[badge]).get(address)
    assert answer.status_code == (200 if badge in COUNTERS else 403)


def test_it_says_what_it_counts_of_whom_and_as_of_when_and_names_no_exhibit(
    cast: Cast, browse: Browser
) -> None:
    seizure, units = catch(cast, 4)
    for reader in (cast.supervisor, cast.statistician):
        page = browse(reader).get("/fast-lane/").content.decode()
        assert "Whatever concerns CUSTOMS" in page
        assert str(quarter_of(clock.now())) in page
        assert "Frozen" in page
        assert "fast-lane/2" in page
        for term in DEFINITIONS:
            assert term in page
        assert seizure.reference not in page
        assert not [one for one in units if one.label in page]
    assert not Read.objects.exists()
    page = browse(cast.supervisor).get("/fast-lane/").content.decode()
    assert "Make harmless" in page
    assert "none judged" in page
    told = browse(cast.statistician).get("/fast-lane/").content.decode()
    assert "too few to be told" in told


def test_quarters_lead_to_one_another_and_what_is_none_is_not_found(
    cast: Cast, browse: Browser
) -> None:
    browser = browse(cast.auditor)
    page = browser.get("/fast-lane/?quarter=2024-Q1").content.decode()
    assert "?quarter=2023-Q4" in page
    assert "?quarter=2024-Q2" in page
    assert "No clock began in this quarter." in page
    running = quarter_of(clock.now())
    assert str(running.following) not in browser.get("/fast-lane/").content.decode()
    assert browser.get("/fast-lane/?quarter=soon").status_code == 404


def test_the_table_is_a_file_of_its_quarter(cast: Cast, browse: Browser) -> None:
    catch(cast)
    answer = browse(cast.supervisor).get("/fast-lane/table.csv")
    quarter = quarter_of(clock.now())
    assert answer["Content-Disposition"] == f'attachment; filename="fast-lane-{quarter}.csv"'
    assert "no-store" in answer["Cache-Control"]
    head, first, *_ = answer.content.decode().split("\r\n")
    assert head.startswith("Definition,Scope,Quarter,Frozen,Measure,By,Which,Clock,Lane,")
    assert first.startswith("fast-lane/2,")


def test_the_head_of_a_table_is_in_the_readers_language_and_its_cells_are_the_records(
    cast: Cast, browse: Browser
) -> None:
    catch(cast)
    browser = browse(cast.supervisor)
    told = browser.get("/api/v1/fast-lane/table", headers={"accept-language": "nl"})
    assert told.content.decode().startswith("definition,scope,quarter,frozen_at,measure,by,key,")
    for address in ("/fast-lane/table.csv", "/pictures/stock/table.csv", "/mass-drift/table.csv"):
        heads = {}
        for language in ("en-gb", "nl", "fr", "de"):
            told = browser.get(address, headers={"accept-language": language}).content.decode()
            heads[language] = told.partition("\r\n")[0]
            assert "_" not in heads[language]
        assert len(set(heads.values())) == 4, address


def test_every_column_of_every_table_has_its_heading() -> None:
    columns = {*figures.COLUMNS, *drifts.COLUMNS}
    columns |= {one for name in PICTURES for one in columns_of(name)}
    assert columns == HEADINGS.keys()
