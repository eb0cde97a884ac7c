"""A Python client generated from the committed OpenAPI document takes a barrel from the quay to ash."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.clients.ashes import is_ash
from tests.clients.conftest import DOCUMENT, Door, run

HERE = Path(__file__).parent / "python"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def generated(python_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the generated package lies."""
    folder = tmp_path_factory.mktemp("python-client")
    run(
        *(python_tools / "openapi-python-client", "generate", "--fail-on-warning"),
        *("--path", DOCUMENT, "--config", HERE / "config.yaml"),
        *("--meta", "none", "--output-path", folder / "custody_client"),
        cwd=folder,
    )
    return folder


def test_the_generated_client_takes_a_barrel_to_ash(
    generated: Path, python_tools: Path, door: Door
) -> None:
    said = run(
        *(python_tools / "python", HERE / "walk.py"),
        cwd=generated,
        told=door.told(),
        environment={"PYTHONPATH": str(generated)},
    )
    told = json.loads(said)
    is_ash(told["label"], told["kinds"])


def test_types_say_what_the_walk_may_write(generated: Path, python_tools: Path) -> None:
    run(
        *(sys.executable, "-m", "mypy", "--strict", "--no-incremental"),
        *("--config-file", HERE / "mypy.ini", "--python-executable", python_tools / "python"),
        HERE / "walk.py",
        cwd=generated,
        environment={"MYPYPATH": str(generated)},
    )
