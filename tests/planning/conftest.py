"""A port with a plant, a crew and a van, for the plans that are made of rows."""

from __future__ import annotations

import pytest

from tests.burning.paper import crew, permit, vehicle
from tests.cast import Cast


@pytest.fixture
def port(cast: Cast, files: object) -> Cast:
    """The cast, with a permit for 100 kg a session, a crew and a van."""
    permit(), crew(), vehicle()
    return cast
