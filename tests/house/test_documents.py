"""Documents that the code prints are equal to the code."""

from __future__ import annotations

from pathlib import Path

from custody.management.commands.print_lifecycle import page

ROOT = Path(__file__).parents[2]


def test_the_lifecycle_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text() == page()
