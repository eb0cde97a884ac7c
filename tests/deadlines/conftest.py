"""Time that tests of deadlines move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from custody.kit.clock import SimulatedClock
from tests.deadlines.scenes import moving_time


@pytest.fixture
def time() -> Iterator[SimulatedClock]:
    """Time stands still but for what the test moves it."""
    with moving_time() as time:
        yield time
