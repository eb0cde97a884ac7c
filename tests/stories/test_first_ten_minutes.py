"""The guide to the REST interface is run line by line, against the server and the demonstration of ``make run``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import NAME
from config.local.postgres import Embedded
from custody.kit.roles import APP, MIGRATOR, SIGNER, Logins, prepare_database
from tests.races.children import Web, child, until

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "first-ten-minutes.md"
pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a database of its own with a small demonstration in it."""
    server = Embedded(tmp_path)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CUSTODY_", "DATABASE_", "CELERY_"))
    } | {"CUSTODY_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    try:
        server.start({"fsync": "off"})
        logins = Logins(app=(APP, ""), migrator=(MIGRATOR, ""), signer=(SIGNER, ""))
        prepare_database(server.url("postgres", "postgres"), NAME, logins)
        for command in (("migrate",), ("load_demo", "--tonnes", "1")):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
            )
        yield environment
    finally:
        server.stop()


def script(port: int) -> str:
    """The guide as one shell script; Python's blocks run with the shell's variables."""
    lines = ["set -euo pipefail", "set -o allexport"]
    for language, block in re.findall(
        r"^```(sh|python)\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL
    ):
        if language == "sh":
            lines.append(block)
        else:
            lines.append(f"python3 - <<'END'\n{block}END\n")
    return (
        "\n".join(lines)
        .replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        .replace(".venv/bin/python", sys.executable)
    )


def test_every_line_of_the_guide_does_what_it_says(house: dict[str, str]) -> None:
    if not shutil.which("curl"):
        pytest.skip("needs curl")
    web = Web(house, "")
    with child(*web.command, environment=house):
        until(web.alive, "the server is up")
        done = subprocess.run(
            ["bash", "-c", script(web.port)],
            cwd=ROOT,
            env=house,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert "events that concern me" in done.stdout
