"""What is missing from a noticeboard is silently ignored by Django or Celery; so nothing may be missing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

CUSTODY = Path(__file__).parents[2] / "custody"


@pytest.mark.parametrize("piece", ["models", "tasks"])
def test_every_room_is_on_the_noticeboard(piece: str) -> None:
    board = ast.parse((CUSTODY / f"{piece}.py").read_text())
    named = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(board)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    rooms = {f"custody.{path.parent.name}.{piece}" for path in CUSTODY.glob(f"*/{piece}.py")}
    assert rooms <= named


@pytest.mark.parametrize("piece", ["models", "tasks"])
def test_a_noticeboard_holds_imports_only(piece: str) -> None:
    for node in ast.parse((CUSTODY / f"{piece}.py").read_text()).body:
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        names = isinstance(node, ast.Assign | ast.AnnAssign) and "__all__" in ast.dump(node)
        assert text or names or isinstance(node, ast.ImportFrom), ast.dump(node)


def test_every_task_of_the_schedule_exists() -> None:
    import custody.tasks
    from config.celery import app

    assert custody.tasks
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks
    assert tasks <= app.tasks.keys()
