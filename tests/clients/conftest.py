"""Programs that are not ours, against the real server: their tools, the server, and everybody's token.

The tools have an environment of their own, so that none of them has a word in ours: ``make client-tools`` builds it
under ``.client-tools``, and ``CUSTODY_CLIENT_TOOLS`` names it if it is elsewhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api.callers import caller
from tests.cast import OFFICERS, Cast
from tests.races.children import ROOT, Web, child, until

DOCUMENT = ROOT / "docs" / "openapi.json"
TOOLS = Path(os.environ.get("CUSTODY_CLIENT_TOOLS", ROOT / ".client-tools"))
PROGRAMS = TOOLS / "bin"
PACKAGES = TOOLS / "node_modules"


@dataclass(frozen=True)
class Door:
    """The REST door as a program from outside knows it: an address, and a token for each badge."""

    address: str
    tokens: Mapping[str, str]

    def told(self) -> str:
        """What a client reads from its standard input."""
        return json.dumps({"address": self.address, "tokens": dict(self.tokens)})


def run(
    *command: str | Path,
    cwd: Path,
    told: str = "",
    environment: Mapping[str, str] | None = None,
) -> str:
    """What a program says; it has to end well."""
    done = subprocess.run(
        [str(one) for one in command],
        cwd=cwd,
        input=told,
        env=os.environ
        | {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
        | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.returncode}\n{done.stdout[-20_000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def python_tools() -> Path:
    """The folder of the programs that ``tests/clients/requirements.txt`` brings."""
    if not (PROGRAMS / "schemathesis").exists():
        pytest.skip("needs the tools of make client-tools")
    return PROGRAMS


@pytest.fixture(scope="session")
def node() -> str:
    """Node, from the tools or from the machine."""
    found = shutil.which("node", path=f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip("needs node")
    if not PACKAGES.exists():
        pytest.skip("needs the packages of make client-tools")
    return found


@pytest.fixture
def door(committed_cast: Cast, child_environment: dict[str, str], tmp_path: Path) -> Iterator[Door]:
    """The server of ``make run`` on a clone with everybody in it; it lets programs hurry."""
    environment = child_environment | {
        "CUSTODY_DATA": str(tmp_path / "data"),
        "CUSTODY_REQUESTS_AT_ONCE": "100000",
        "CUSTODY_REQUESTS_PER_SECOND": "10000",
    }
    tokens = {badge: str(caller(getattr(committed_cast, badge)).token) for badge in OFFICERS}
    web = Web(environment, "")
    with child(*web.command, environment=environment):
        until(web.alive, "the server is up")
        yield Door(f"http://127.0.0.1:{web.port}", tokens)
