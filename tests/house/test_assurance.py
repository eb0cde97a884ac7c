"""What the pages about security claim is there: every requirement once, every test that they name, every pin."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from tests.conformance import vectors

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "asvs.md"
MODEL = ROOT / "docs" / "threat-model.md"
#: Of level 3: those that bear most on custody.
THIRD = {
    *("2.3.5", "4.1.5", "5.2.4", "5.2.5", "5.2.6", "7.5.3", "8.3.2", "13.3.3", "13.3.4"),
    *("14.2.6", "14.2.7", "14.2.8", "15.2.4", "15.4.2"),
}
_ROW = re.compile(r"\| V(\d+\.\d+\.\d+) \| (met|not applicable|gap) \| (.+?) \| (.*?) ?\|")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def rows() -> list[tuple[str, str, str, str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| V")]
    found = [_ROW.fullmatch(line) for line in lines]
    assert None not in found, lines[found.index(None)]
    return [(one[1], one[2], one[3], one[4]) for one in found if one]


def defined_in(path: Path) -> set[str]:
    return {
        one.name
        for one in ast.walk(ast.parse(path.read_text()))
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    }


def test_every_requirement_of_levels_one_and_two_has_one_row() -> None:
    (file,) = vectors("asvs").glob("*.csv")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        levels = {row["req_id"].removeprefix("V"): row["L"] for row in csv.DictReader(stream)}
    wanted = {one for one, level in levels.items() if level in {"1", "2"}} | THIRD
    told = [one for one, *_ in rows()]
    assert sorted(told) == sorted(set(told))
    assert set(told) == wanted
    assert {levels[one] for one in THIRD} == {"3"}


def test_the_page_counts_right() -> None:
    counts = Counter(status for _, status, *_ in rows())
    told = f"{counts['met']} met, {counts['not applicable']} not applicable, {counts['gap']} gaps."
    assert told in PAGE.read_text()


def test_what_is_met_names_a_test_and_the_rest_says_why() -> None:
    for number, status, words, evidence in rows():
        assert len(words) > 3, number
        assert bool(_NAMED.search(evidence)) is (status == "met"), number


@pytest.mark.parametrize("page", [PAGE, MODEL], ids=["asvs", "threat model"])
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = set(_NAMED.findall(page.read_text()))
    assert len(named) > 15
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert not test or test in defined_in(ROOT / file), f"{file}::{test}"


def test_the_threat_model_names_who_is_not_trusted() -> None:
    text = MODEL.read_text()
    for heading in (
        "An administrator",
        "The operator of the server",
        "The database administrator",
        "The backup operator",
        "Developers and the supply chain",
        "What is worth it",
        "Where trust changes",
        "Not defended",
        "What depends on checkpoints kept elsewhere",
    ):
        assert re.search(rf"^## {heading}", text, re.MULTILINE), heading


def test_operators_are_told_what_is_logged() -> None:
    told = (ROOT / "docs" / "operations.md").read_text()
    for word in ("## Logs", "custody_read", "custody_refusal", "standard error"):
        assert word in told


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "tests/clients/requirements.txt",
        "custody/web/third_party/requirements.txt",
    ],
)
def test_every_package_is_pinned_with_its_hash(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.startswith(("#", "-r"))
    ]
    assert lines
    for line in lines:
        assert re.match(r"[\w.\[\],-]+==\S+", line.strip()), line
        assert "--hash=sha256:" in line, line
    assert "--require-hashes" in (ROOT / "Makefile").read_text()


def sources() -> list[Path]:
    return [
        path
        for folder in ("config", "custody")
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    ]


def calls(path: Path) -> set[str]:
    return {
        one.func.id if isinstance(one.func, ast.Name) else one.func.attr
        for one in ast.walk(ast.parse(path.read_text()))
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name | ast.Attribute)
    }


def test_nothing_is_evaluated() -> None:
    for path in sources():
        found = calls(path) & {"eval", "exec", "from_string", "mark_safe", "loads_pickle"}
        assert found == set(), path
    for script in (ROOT / "custody" / "web" / "static").rglob("*.js"):
        assert not re.search(
            r"\beval\(|new Function|insertAdjacentHTML|document\.write", script.read_text()
        )


def test_no_weak_hash_is_used() -> None:
    for path in sources():
        assert calls(path) & {"md5", "sha1"} == set(), path


def test_jobs_are_told_in_json() -> None:
    assert settings.CELERY_TASK_SERIALIZER == "json"
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    for path in sources():
        assert "import pickle" not in path.read_text(), path


def test_scripts_keep_nothing_in_the_browser_but_sealed_drafts() -> None:
    """What is in them is read in tests/browser/test_lost_network.py."""
    for script in (ROOT / "custody" / "web" / "static").rglob("*.js"):
        text = script.read_text()
        kept = set(re.findall(r"localStorage|sessionStorage|indexedDB|caches\.", text))
        assert kept == ({"localStorage"} if script.name == "drafts.js" else set()), script
        assert not re.search(r"__proto__|Object\.assign", text)
        if kept:
            assert "AES-GCM" in text
            assert text.count("setItem(") == 1
