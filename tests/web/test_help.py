"""A page for each act: who may, when, who confirms, and which rule is behind it."""

from __future__ import annotations

import pytest

from custody.handling.register import ACTS
from custody.seizures.lifecycle import TABLE
from custody.web.explaining import CONFIRMATION, RULES
from tests.cast import Cast
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def test_every_act_has_its_page_and_every_rule_its_act(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    index = browser.get("/help/").content.decode()
    for name, act in ACTS.items():
        assert f'href="/help/{name}/"' in index
        page = browser.get(f"/help/{name}/").content.decode()
        assert act.kind in page
        assert CONFIRMATION[TABLE[act.kind].confirmers].split(":")[0] in page
        for _text, source in RULES.get(name, ()):
            assert source.replace("'", "&#x27;") in page
    assert RULES.keys() <= ACTS.keys()


def test_it_says_whether_the_reader_may(cast: Cast, browse: Browser) -> None:
    assert "Not you" in browse(cast.officer).get("/help/give_order/").content.decode()
    assert "Not you" not in browse(cast.prosecutor).get("/help/give_order/").content.decode()
    assert browse(cast.officer).get("/help/nothing/").status_code == 404
