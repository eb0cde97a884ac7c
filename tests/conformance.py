"""Conformance data of public standards: beside the repository where they are, never in it."""

from __future__ import annotations

from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[2] / "shared" / "vectors"


def vectors(folder: str) -> Path:
    """The folder of one standard's data; skips where this machine does not have them."""
    path = VECTORS / folder
    if not path.is_dir():
        pytest.skip(f"no conformance data for {folder} on this machine")
    return path
