"""A receipt names what was handed over to who handed it over, though they see it no more."""

from __future__ import annotations

import pytest

from custody.deadlines.models import Flag
from custody.deadlines.sweeping import sweep
from custody.handling.transport import Dispatch, Receive
from custody.seizures.models import Exhibit
from tests.burning.paper import permit
from tests.burning.scenes import confirmed, plan, ready, stage
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import HOUR, MINUTE, moving_time, send
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_a_drivers_receipt_says_which_unit_was_taken_from_them(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    send(cast, barrel)
    done = do(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"), cast.driver)
    driver = browse(cast.driver)
    page = driver.get(f"/receipts/{done.act_id}/").content.decode()
    assert barrel.label in page
    assert f"/exhibits/{barrel.label}/" not in page
    assert driver.get(f"/exhibits/{barrel.label}/").status_code == 404


def test_a_scan_of_a_session_is_named_by_the_session(cast: Cast, browse: Browser) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast), [barrel])
    done = do(cast.operator, stage([barrel], row.id))
    page = browse(cast.operator).get(f"/receipts/{done.act_id}/").content
    assert "Session scanned PLANT-A," in plain(page)
    assert "scanned session" not in plain(page)
    receipt = page.decode().partition('class="receipt"')[2]
    assert f'href="/sessions/{row.id}/"' in receipt
    assert 'href="/plant/">Plant</a>' in receipt


def test_a_flag_that_an_act_ends_is_named_by_its_clock_its_unit_and_how_late(
    cast: Cast, browse: Browser
) -> None:
    with moving_time() as time:
        _, (barrel,) = catch(cast, lane="standard")
        send(cast, barrel)
        time.advance(2 * HOUR + 20 * MINUTE)
        sweep()
        done = do(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"), cast.driver)
        flag = Flag.objects.get(level="due")
        told = f"Flag resolved On the road, due, late by 20 min, {barrel.label}"
        keeper = browse(cast.keeper).get(f"/receipts/{done.act_id}/").content
        assert told in plain(keeper)
        assert f'href="/flags/{flag.pk}/"' in keeper.decode()
        # the driver sees it no more, and may show what it was
        driver = browse(cast.driver).get(f"/receipts/{done.act_id}/").content
        assert told in plain(driver)
        assert f'href="/flags/{flag.pk}/"' not in driver.decode()
        # and who is told of transports by their day is not told by how much
        masked = plain(browse(cast.supervisor).get(f"/receipts/{done.act_id}/").content)
        assert f"Flag resolved On the road, due, {barrel.label}" in masked
        assert "20 min" not in masked


def test_who_had_no_part_gets_the_lines_of_what_they_see_and_no_count_of_the_others(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    _, (other,) = catch(cast)
    command = Dispatch(
        exhibits=(barrel.label, other.label), driver="driver", vehicle="VAN-A", destination="LAB-A"
    )
    done = do(cast.officer, command, cast.driver)
    address = f"/receipts/{done.act_id}/"
    assert len(done.lines) == 2
    for party in (cast.officer, cast.driver):
        page = plain(browse(party).get(address).content)
        assert "2 events" in page
        assert barrel.label in page
        assert other.label in page
    # as if it were a case of another prosecutor
    Exhibit.objects.filter(pk=other.pk).update(seen_by=["CUSTOMS", "CUSTOMS/QUAY"])
    hidden = [one for one in done.lines if one.subject_id == str(other.pk)]
    page = plain(browse(cast.prosecutor).get(address).content)
    assert "1 event," in page
    assert barrel.label in page
    assert other.label not in page
    assert not [one for one in hidden if one.leaf in page or f"seq {one.seq} " in page]
    Exhibit.objects.filter(pk=barrel.pk).update(seen_by=["CUSTOMS"])
    assert browse(cast.prosecutor).get(address).status_code == 404
