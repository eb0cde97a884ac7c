"""Small files, plain names, no trace of this or that machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}


def sources() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("needs a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_files_stay_short() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        # an expert gets the judge of bundles as one file, to read and to run
        and path != ROOT / "custody" / "audit" / "bundle" / "verify.py"
        and len(path.read_text().splitlines()) > LONGEST
    ]
    assert long == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    named = {
        part
        for path in sources()
        # the sign-in library names its own templates
        if "allauth" not in path.parts
        for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert named & NAMES == set()


def test_nothing_names_a_machine_or_a_package_registry() -> None:
    # where people's files and checkouts lie, on this machine and on others
    places = rf"{re.escape(str(ROOT))}|(?<![\w.])/(?:home|users|root|mnt|media|builds|work\w*)/"
    forbidden = re.compile(
        rf"{places}|(?:index|extra-index|find-links).url|artifactory", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in sources()
        if path != Path(__file__)
        and path.suffix in {".py", ".md", ".txt", ".in", ".toml", ".html", ".js", ".css", ""}
        for line in path.read_text(errors="replace").splitlines()
        if forbidden.search(line) and "--no-emit" not in line
    ]
    assert found == []
