"""Everybody with a token."""

from __future__ import annotations

import pytest

from tests.api.callers import Callers
from tests.cast import Cast


@pytest.fixture
def callers(cast: Cast) -> Callers:
    return Callers(cast)
