"""A TypeScript client with types generated from the committed OpenAPI document takes a barrel from the quay to ash."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.clients.ashes import is_ash
from tests.clients.conftest import DOCUMENT, PACKAGES, Door, run

HERE = Path(__file__).parent / "typescript"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the walk, the generated types, and the packages."""
    folder = tmp_path_factory.mktemp("typescript-client")
    for name in ("walk.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / name, folder)
    (folder / "node_modules").symlink_to(PACKAGES)
    generator = PACKAGES / "openapi-typescript" / "bin" / "cli.js"
    run(node, generator, DOCUMENT, "--output", "document.ts", cwd=folder)
    return folder


def compile_strictly(node: str, project: Path, *options: str) -> None:
    """Assert that the compiler has nothing to say."""
    compiler = PACKAGES / "typescript" / "bin" / "tsc"
    run(node, compiler, "--strict", *options, cwd=project)


def test_types_say_what_the_walk_may_write(node: str, project: Path) -> None:
    compile_strictly(node, project, "--noEmit")


def test_the_typed_client_takes_a_barrel_to_ash(node: str, project: Path, door: Door) -> None:
    compile_strictly(node, project)
    told = json.loads(run(node, "built/walk.js", cwd=project, told=door.told()))
    is_ash(told["label"], told["kinds"])
