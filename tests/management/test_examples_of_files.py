"""Whoever writes a file to be adopted finds an example of each kind, in the manual and on the page, and it can be adopted."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from custody.adopting.examples import EXAMPLES
from custody.adopting.files import adopt_as_system, try_out
from custody.adopting.kinds import KINDS, ON_PAGES
from custody.audit import replay
from custody.burning.models import Crew, Permit
from custody.ledger.events import SYSTEM
from custody.people.rights import Role
from custody.people.services import enrol

pytestmark = pytest.mark.usefixtures("bare_db")

MANUAL = Path(__file__).parents[2] / "docs" / "adopting.md"


def test_the_manual_shows_each_kind_as_it_is_adopted() -> None:
    blocks = re.findall(r"```json\n(.*?)```", MANUAL.read_text(), flags=re.DOTALL)
    shown: dict[str, Any] = {}
    for block in blocks:
        shown |= json.loads(block)
    assert shown == EXAMPLES
    assert shown.keys() == KINDS.keys()


def test_all_of_it_is_adopted_by_the_command(tmp_path: Path) -> None:
    path = tmp_path / "examples.json"
    path.write_text(json.dumps(dict(EXAMPLES)))
    out = StringIO()
    call_command("adopt", str(path), stdout=out)
    assert "permits: 1" in out.getvalue()
    # until further notice, since it does not say
    assert Permit.objects.get().valid_until is None
    assert Crew.objects.get().valid_until is None
    replay.compare()


def test_what_a_page_takes_is_adopted_there_by_an_administrator() -> None:
    adopt_as_system({kind: told for kind, told in EXAMPLES.items() if kind not in ON_PAGES})
    officer = enrol(
        badge="office-1",
        name="B. Person",
        unit="CUSTOMS/QUAY",
        roles=[Role.ADMINISTRATOR],
        actor=SYSTEM,
    )
    found, _ = try_out(officer, {kind: EXAMPLES[kind] for kind in ON_PAGES})
    assert [one.kind for one in found] == list(ON_PAGES)
