"""Witnesses are called optional on no form of a deed before which the law in force asks for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from custody.kit import clock
from custody.law.jurisdictions import belgium
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=10)


def asked(page: str) -> dict[str, bool]:
    """Whether each witness is called optional."""
    return {
        name: "(optional)" in page.partition(f'for="id_{name}"')[2].partition("</label>")[0]
        for name in ("first_witness", "second_witness")
    }


def without_witnesses() -> dict[str, Any]:
    """A law that asks for none before anything."""
    told = belgium(effective_at=clock.to_text(clock.now() + SOON))
    for rules in told["deeds"].values():
        rules.pop("witnesses")
    return told | {"code": "lenient"}


def test_they_are_asked_for_where_the_profile_asks_and_optional_where_it_does_not(
    cast: Cast, browse: Browser
) -> None:
    forms = {"incinerate": cast.operator, "neutralise": cast.officer}
    for act, officer in forms.items():
        page = browse(officer).get(f"/acts/{act}/").content
        assert asked(page.decode()) == {"first_witness": False, "second_witness": False}
        assert "if you name them" not in plain(page)
        assert "The law in force asks for 2 witnesses, 1 of another agency." in plain(page)
    adopt_profile(content=without_witnesses(), actor=SYSTEM)
    with clock.simulated(clock.now() + 2 * SOON):
        for act, officer in forms.items():
            page = browse(officer).get(f"/acts/{act}/").content.decode()
            assert asked(page) == {"first_witness": True, "second_witness": True}
            assert "The law in force asks for" not in page
