"""Callers with tokens; every test keeps its files in a folder of its own."""

from __future__ import annotations

import pytest

from tests.api.conftest import callers

__all__ = ["callers"]


@pytest.fixture(autouse=True)
def _files(files: object) -> None:
    """The folder."""
