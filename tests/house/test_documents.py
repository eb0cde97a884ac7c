"""Documents that the code prints are equal to the code."""

from __future__ import annotations

from pathlib import Path

from custody.audit.bundle.packing import VERIFIER_SHA256
from custody.management.commands import print_lifecycle, print_rights

ROOT = Path(__file__).parents[2]


def test_the_lifecycle_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text() == print_lifecycle.page()


def test_the_page_about_bundles_names_the_judge_by_its_hash() -> None:
    assert VERIFIER_SHA256 in (ROOT / "docs" / "bundles.md").read_text()


def test_the_page_of_rights_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "rights.md").read_text() == print_rights.page()
