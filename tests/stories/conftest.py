"""Everybody with a token, committed to a clone."""

from __future__ import annotations

import pytest

from tests.api.callers import Callers
from tests.cast import Cast


@pytest.fixture
def callers(committed_cast: Cast) -> Callers:
    return Callers(committed_cast)
