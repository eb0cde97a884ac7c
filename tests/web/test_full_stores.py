"""A store that holds more before an order than it should says so to who fills it, and to nobody else."""

from __future__ import annotations

import pytest

from custody.handling.order import GiveOrder
from custody.handling.transport import Dispatch, Receive
from tests.cast import Cast, catch, do, propose
from tests.web.conftest import Browser
from tests.web.forms import send_form
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

FULL = "1 500 kg is the most before an order"


def test_over_the_limit_is_said_on_the_form_to_the_taker_and_on_the_receipt(
    cast: Cast, browse: Browser
) -> None:
    _, barrels = catch(cast, 2, gross="800000", tare=None)
    labels = tuple(one.label for one in barrels)
    sent = Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination="VAULT-A")
    do(cast.officer, sent, cast.driver)
    query = "?" + "&".join(f"exhibit={one}" for one in labels)
    keeper, driver = browse(cast.keeper), browse(cast.driver)
    form = plain(keeper.get(f"/acts/receive/{query}").content)
    assert f"With these units VAULT-A holds 1 600 kg that no order names, and {FULL}." in form
    assert "With these units VAULT-B holds" in form
    # how full a store is, is nothing to who drives there
    assert FULL not in plain(driver.get(f"/acts/receive/{query}").content)
    waits = propose(cast.driver, Receive(exhibits=labels, place="VAULT-A", taker="keeper"))
    page = plain(keeper.get(f"/proposals/{waits}/").content)
    assert "With these units VAULT-A holds 1 600 kg" in page
    assert "VAULT-B" not in page
    assert FULL not in plain(driver.get(f"/proposals/{waits}/").content)


def test_what_an_order_names_does_not_count_and_one_too_many_is_not_refused(
    cast: Cast, browse: Browser
) -> None:
    seizure, barrels = catch(cast, 2, gross="800000", tare=None)
    labels = tuple(one.label for one in barrels)
    sent = Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination="VAULT-A")
    do(cast.officer, sent, cast.driver)
    got = do(cast.keeper, Receive(exhibits=labels, place="VAULT-A"), cast.driver)
    keeper = browse(cast.keeper)
    assert f"VAULT-A holds 1 600 kg that no order names, and {FULL}." in plain(
        keeper.get(f"/receipts/{got.act_id}/").content
    )
    answer = send_form(keeper, "store", {"exhibits": labels[0], "place": "VAULT-A"})
    assert FULL not in plain(keeper.get(answer["Location"]).content)
    answer = send_form(keeper, "store", {"exhibits": labels[1], "place": "VAULT-A"})
    assert answer.status_code == 302
    assert FULL in plain(keeper.get(answer["Location"]).content)
    # to be taken elsewhere, they are no burden to where they are
    form = plain(keeper.get(f"/acts/move/?exhibit={labels[0]}&exhibit={labels[1]}").content)
    assert "With these units VAULT-B holds 1 600 kg" in form
    assert "VAULT-A holds" not in form
    order = GiveOrder(
        seizure=seizure.reference, exhibits=(labels[0],), number="D-1", reasons="No need"
    )
    do(cast.prosecutor, order)
    assert FULL not in plain(keeper.get(answer["Location"]).content)
