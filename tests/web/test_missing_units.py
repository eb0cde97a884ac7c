"""A missing unit's page says first that it is missing, and tells its place, seals and clocks as they were when it was last seen."""

from __future__ import annotations

import pytest

from custody.handling.presence import Find, Miss
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import HOUR, moving_time, receive, send, store
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db


def test_a_missing_unit_is_told_as_it_was_when_it_was_last_seen(
    cast: Cast, browse: Browser
) -> None:
    with moving_time() as time:
        seizure, (barrel,) = catch(cast, lane="standard", seals=["HS-1"])
        send(cast, barrel)
        receive(cast, barrel)
        store(cast, barrel)
        time.advance(30 * HOUR)
        do(cast.keeper, Miss(exhibits=(barrel.label,), searched="The whole vault"))
        time.advance(HOUR)
        browser = browse(cast.keeper)
        page = browser.get(f"/exhibits/{barrel.label}/").content
        told = plain(page)
        assert f"{barrel.label} Missing · last seen in VAULT-A" in told
        assert "It is missing: nobody knows where it is." in told
        assert told.index("It is missing") < told.index("In store")
        last = told.partition("Last seen")[2].partition("Legal now")[0]
        assert ": Stored · VAULT-A · with CUSTOMS/STORE Seals then HS-1" in last
        assert "Clocks then In store: 7 d left" in last
        assert "In store 5 d 17 h left" in told.partition("Its clocks run on until it is found:")[2]
        assert f"Missing {barrel.label} for 1 h · barrel" in told
        assert "unbroken when last seen" in told
        assert 'mark-good">unbroken' not in page.decode()
        # and so in lists
        for address in (
            f"/stages/missing/?seizure={seizure.reference}",
            f"/flags/?seizure={seizure.reference}",
        ):
            assert "last seen in VAULT-A" in plain(browser.get(address).content), address


def test_a_unit_that_is_found_lies_where_it_lies(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, Miss(exhibits=(barrel.label,), searched="The quay"))
    do(
        cast.officer,
        Find(exhibit=barrel.label, place="QUAY-A", circumstances="Behind the crane"),
        cast.colleague,
    )
    told = plain(browse(cast.officer).get(f"/exhibits/{barrel.label}/").content)
    assert "last seen" not in told
    assert "It is missing" not in told
