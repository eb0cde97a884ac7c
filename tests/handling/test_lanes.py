"""A unit leaves the fast lane, and with it a limit, only with a reason and a colleague."""

from __future__ import annotations

import pytest

from custody.deadlines.models import Clock
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import FieldMissing
from custody.handling.lane import AssignLane
from custody.handling.proposals import confirm
from custody.ledger.models import Disclosure
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do, propose

pytestmark = pytest.mark.django_db


def due(barrel: Exhibit) -> object:
    return Clock.objects.get(exhibit=barrel, name="harmless").due_at


def test_leaving_the_fast_lane_takes_a_reason_and_a_colleague(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    limit = due(barrel)
    with pytest.raises(FieldMissing) as caught:
        do(cast.officer, AssignLane(exhibits=(barrel.label,), lane="standard"))
    assert caught.value.field == "reason"
    command = AssignLane(exhibits=(barrel.label,), lane="standard", reason="The plant is closed.")
    proposal = propose(cast.officer, command)
    assert due(barrel) == limit
    with pytest.raises(NotYoursToConfirm):
        confirm(cast.officer, proposal)
    confirm(cast.colleague, proposal)
    barrel.refresh_from_db()
    assert barrel.lane == "standard"
    assert due(barrel) is None
    assert Disclosure.objects.filter(text="The plant is closed.").exists()


def test_entering_the_fast_lane_takes_one_officer(cast: Cast) -> None:
    _, (barrel,) = catch(cast, lane="standard")
    assert due(barrel) is None
    do(cast.officer, AssignLane(exhibits=(barrel.label,), lane="fast"))
    assert due(barrel) is not None
