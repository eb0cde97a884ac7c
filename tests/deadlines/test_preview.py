"""What would have been late under another policy is told, and nothing is changed by asking."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from custody.deadlines.clocks import Level
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Policy
from custody.deadlines.preview import preview
from custody.kit.clock import SimulatedClock
from custody.ledger.models import Entry
from tests.cast import Cast, catch
from tests.deadlines.scenes import HOUR, send

pytestmark = pytest.mark.django_db


def test_a_stricter_policy_would_have_made_late_what_was_in_time(
    cast: Cast, time: SimulatedClock
) -> None:
    _, (unit,) = catch(cast)
    time.advance(HOUR)
    before = Entry.objects.count()
    stricter = flanders_2024()
    stricter["clocks"][0]["limit_seconds"] = 1800
    found = preview(stricter)
    assert found.as_was["harmless"].reached[Level.DUE] == 0
    assert found.would_be["harmless"].reached[Level.DUE] == 1
    assert found.would_be["harmless"].late_seconds == 1800
    assert found.newly_late == {unit.id}
    assert found.no_longer_late == set()
    assert Entry.objects.count() == before
    assert Policy.objects.count() == 1


def test_the_policy_in_force_changes_nothing(cast: Cast, time: SimulatedClock) -> None:
    _, units = catch(cast, 3)
    time.advance(3 * HOUR)
    send(cast, units[0])
    found = preview(flanders_2024())
    assert found.as_was == found.would_be
    assert found.newly_late == found.no_longer_late == set()


def test_the_command_tells_it_in_a_table(cast: Cast, time: SimulatedClock, tmp_path: Path) -> None:
    _, (unit,) = catch(cast)
    time.advance(3 * HOUR)
    laxer = flanders_2024()
    laxer["clocks"][0]["limit_seconds"] = 24 * 3600
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(laxer))
    said = StringIO()
    call_command("preview_policy", str(file), stdout=said)
    assert f"Late no longer under it: 1. {unit.label}" in said.getvalue()
    assert "Late only under it: 0." in said.getvalue()


def test_a_policy_with_nonsense_in_it_is_refused_by_its_field(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(flanders_2024() | {"clocks": [{}]}))
    with pytest.raises(CommandError, match=r"clocks\.0\."):
        call_command("preview_policy", str(file))
    for told in ("[]", "3", "null", '"flanders-2024"'):
        file.write_text(told)
        with pytest.raises(CommandError, match="a policy is an object"):
            call_command("preview_policy", str(file))
    file.write_text("{")
    with pytest.raises(CommandError, match="no JSON"):
        call_command("preview_policy", str(file))
