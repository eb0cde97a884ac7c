"""A receipt names what was handed over to who handed it over, though they see it no more."""

from __future__ import annotations

import pytest

from custody.handling.transport import Receive
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def test_a_drivers_receipt_says_which_unit_was_taken_from_them(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    send(cast, barrel)
    done = do(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"), cast.driver)
    driver = browse(cast.driver)
    page = driver.get(f"/receipts/{done.act_id}/").content.decode()
    assert barrel.label in page
    assert f"/exhibits/{barrel.label}/" not in page
    assert driver.get(f"/exhibits/{barrel.label}/").status_code == 404
