"""Signed-in browsers for everybody of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from custody.people.models import Officer
from tests.cast import Cast

Browser = Callable[[Officer], Client]


@pytest.fixture
def browse(cast: Cast) -> Browser:
    """A browser in which this officer is signed in."""

    def signed_in(officer: Officer) -> Client:
        client = Client()
        client.force_login(officer)
        return client

    return signed_in
