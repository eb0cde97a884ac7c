"""The floors of the house are proved by import-linter, and the proof fails when somebody breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "custody", tmp_path / "custody", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_stands(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("kit/ids.py", "from custody.ledger import merkle", "A room imports only"),
        ("seizures/queries.py", "from custody.handling import record", "A room imports only"),
        ("law/gate.py", "from django.db import models", "What decides is pure"),
        ("seizures/projection.py", "from custody.seizures import models", "What decides is pure"),
        ("handling/record.py", "from config import settings", "No room knows"),
    ],
)
def test_a_wrong_import_is_found(copy: Path, room: str, line: str, contract: str) -> None:
    (copy / "config").mkdir(exist_ok=True)
    (copy / "config" / "__init__.py").touch()
    (copy / "config" / "settings.py").touch()
    path = copy / "custody" / room
    path.write_text(f"{path.read_text()}\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    assert f"{contract}" in done.stdout
    assert "BROKEN" in done.stdout


def test_a_room_without_a_floor_is_found(copy: Path) -> None:
    (copy / "custody" / "shed").mkdir()
    (copy / "custody" / "shed" / "__init__.py").write_text('"""Nobody put it on a floor."""\n')
    assert lint(copy).returncode == 1
