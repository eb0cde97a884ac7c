"""``make bench``: every benchmark in a process of its own, one line a figure, all of them in results.json.

``make bench BENCH="act sweep"`` runs those two.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

NAMES = (
    "act",
    "ledger_append",
    "sweep",
    "promptness",
    "ledger_verify",
    "proofs",
    "bundle",
    "gate",
    "notices",
    "http",
    "pages",
    "pictures",
    "growth",
    "planner",
)
RESULTS = Path(__file__).parent / "results.json"


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 1 if a target was missed or one failed."""
    if len(names) == 2 and names[0] == "--one":
        return _one(names[1])
    status, results = 0, []
    for name in names or NAMES:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks", "--one", name], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout
        for line in child.stdout:
            if line.startswith("{"):
                told = json.loads(line)
                results.append(told)
                print(told.pop("line"), flush=True)
                status |= told["reached"] is False
            else:
                print(line, end="", file=sys.stderr, flush=True)
        if child.wait():
            print(f"{name} failed", file=sys.stderr)
            status = 1
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return status


def _one(name: str) -> int:
    for figure in import_module(f"benchmarks.{name}").figures():
        told = {
            "benchmark": name,
            **asdict(figure),
            "reached": figure.reached,
            "line": figure.line(),
        }
        print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
