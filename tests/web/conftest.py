"""Signed-in browsers for everybody of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import resolve

from custody.burning.hours import BRUSSELS, local_day
from custody.kit import clock
from custody.kit.clock import SimulatedClock
from custody.people.models import Officer
from tests.cast import Cast

Browser = Callable[[Officer], Client]


@pytest.fixture
def browse(cast: Cast) -> Browser:
    """A browser in which this officer is signed in."""

    def signed_in(officer: Officer) -> Client:
        client = Client()
        # the pages are there, and what in them listens for sign-ins, before anybody signs in
        resolve("/")
        client.force_login(officer)
        return client

    return signed_in


@pytest.fixture
def noon() -> Iterator[SimulatedClock]:
    """Noon in Brussels, tomorrow: no midnight and no change of clocks comes between two lines of a test."""
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    with clock.simulated(datetime.combine(tomorrow, time(12), BRUSSELS)) as simulated:
        yield simulated
