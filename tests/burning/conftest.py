"""Every test keeps its files in a folder of its own, and leaves rows that are what their events make."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _files(files: object) -> None:
    """The folder."""
