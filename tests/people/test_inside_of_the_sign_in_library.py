"""The doors' fresh proofs hang on two names from inside the sign-in library: a new version that moves them is told here."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest
from django.test import RequestFactory

from custody.people.proofs import forget_suspended

CUSTODY = Path(__file__).parents[2] / "custody"
INSIDE = "allauth.account.internal.flows.reauthentication"


def imported(path: Path) -> set[str]:
    """What a file imports, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{one.name}" for one in node.names}
    return found


def test_one_file_reaches_inside_of_a_library() -> None:
    found = {
        f"{path.relative_to(CUSTODY)}: {name}"
        for path in CUSTODY.rglob("*.py")
        for name in imported(path)
        if not name.startswith("custody.")
        and any(part == "internal" or part.startswith("_") for part in name.split(".")[:-1])
        and not name.startswith("__future__")
    }
    assert found == {
        f"people/proofs.py: {INSIDE}.STATE_SESSION_KEY",
        f"people/proofs.py: {INSIDE}.is_reauthentication_required",
    }


def test_the_library_still_asks_for_a_fresh_proof_by_the_name_that_we_ask_by() -> None:
    asked = import_module(INSIDE).is_reauthentication_required
    told = inspect.signature(asked).parameters
    assert list(told) == ["request", "app"]
    assert told["app"].kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("method", ["suspend_request", "stash_and_reauthenticate"])
def test_the_library_still_keeps_what_was_sent_where_we_drop_it(method: str) -> None:
    request = RequestFactory().post("/acts/burn/", {"key": "1"})
    request.session = {}  # type: ignore[assignment]
    told = {
        "suspend_request": (request, "/account/reauthenticate/"),
        "stash_and_reauthenticate": (request, {}, "custody.web.acting.act"),
    }
    getattr(import_module(INSIDE), method)(*told[method])
    assert request.session
    forget_suspended(request)
    assert not request.session
