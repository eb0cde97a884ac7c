"""From 1.0 on no release breaks a client of the one before: what would is named."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.api.documents import document
from custody.management.breaking import breaking
from custody.management.commands.print_openapi import FILE

WEIGH = "/api/v1/acts/weigh"
Change = Callable[[Any], Any]


def changed(change: Change) -> list[str]:
    """What a client of today's document breaks on when the document is changed so."""
    old = json.loads(document())
    new = copy.deepcopy(old)
    change(new)
    return list(breaking(old, new))


def weigh(told: Any) -> Any:
    return told["paths"][WEIGH]["post"]


def schema(told: Any, name: str) -> Any:
    return told["components"]["schemas"][name]


BREAKS: dict[str, Change] = {
    "an operation goes": lambda told: told["paths"].pop(WEIGH),
    "a parameter goes": lambda told: weigh(told)["parameters"].pop(1),
    "a parameter is needed": lambda told: weigh(told)["parameters"][1].update(required=True),
    "an answer goes": lambda told: weigh(told)["responses"].pop("202"),
    "a field goes": lambda told: schema(told, "WeighAct")["properties"].pop("tare_grams"),
    "a field is needed": lambda told: schema(told, "WeighAct")["required"].append("tare_grams"),
    "a field is of another type": lambda told: schema(told, "WeighAct")["properties"][
        "gross_grams"
    ].update(type="number"),
    "a pattern is another": lambda told: schema(told, "WeighAct")["properties"]["exhibit"].update(
        pattern="^x$"
    ),
    "a text may be shorter only": lambda told: schema(told, "WeighAct")["properties"][
        "scale"
    ].update(maxLength=4),
    "a word is not taken": lambda told: schema(told, "LaneEnum")["enum"].pop(),
    "an answer tells less": lambda told: schema(told, "Receipt")["properties"].pop("act_id"),
    "an answer tells it at times": lambda told: schema(told, "Receipt")["required"].remove(
        "act_id"
    ),
    "an answer tells another type": lambda told: schema(told, "Line")["properties"]["seq"].update(
        type=["integer", "null"]
    ),
    "an act of batches goes": lambda told: schema(told, "Item")["oneOf"].pop(),
}
KEEPS: dict[str, Change] = {
    "nothing changes": lambda told: None,
    "an operation comes": lambda told: told["paths"].update({"/api/v1/new/": {}}),
    "a field comes that may be left out": lambda told: schema(told, "WeighAct")[
        "properties"
    ].update(new={"type": "string"}),
    "an answer tells more": lambda told: schema(told, "Receipt")["properties"].update(
        new={"type": "string"}
    ),
    "an answer says it in other words": lambda told: weigh(told).update(description="Other"),
    "a text may be longer": lambda told: schema(told, "WeighAct")["properties"]["scale"].update(
        maxLength=400
    ),
    "a parameter is not needed": lambda told: weigh(told)["parameters"][0].update(required=False),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_a_client_is_named(name: str) -> None:
    assert changed(BREAKS[name])


@pytest.mark.parametrize("name", KEEPS)
def test_what_breaks_nobody_is_not(name: str) -> None:
    assert changed(KEEPS[name]) == []


@pytest.mark.parametrize(("tag", "held"), [("v1.0", True), ("v0.9", False)])
def test_the_last_release_from_1_0_on_is_kept(
    tmp_path: Path, settings: Any, tag: str, held: bool
) -> None:
    settings.BASE_DIR = tmp_path
    released = json.loads(document())
    released["paths"]["/api/v1/old/"] = {"get": {"responses": {}}}
    (tmp_path / "docs").mkdir()
    (tmp_path / FILE).write_text(json.dumps(released), encoding="utf-8")
    for command in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "A release"],
        ["-c", "user.name=x", "-c", "user.email=x@x", "tag", tag],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / FILE).write_text(document().decode(), encoding="utf-8")
    said = StringIO()
    if held:
        with pytest.raises(CommandError, match="would break its clients"):
            call_command("print_openapi", "--check", stdout=said)
        assert said.getvalue() == "GET /api/v1/old/: it is gone\n"
    else:
        call_command("print_openapi", "--check", stdout=said)
