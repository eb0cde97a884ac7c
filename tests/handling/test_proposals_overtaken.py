"""A proposal whose unit has a later event can be confirmed by nobody: who tries is told so, and what to do."""

from __future__ import annotations

import pytest

from custody.handling.hand_over import HandOver
from custody.handling.proposals import Overtaken, confirm, refuse
from custody.handling.report import Report
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do, propose

pytestmark = pytest.mark.django_db


def test_what_was_recorded_meanwhile_is_named_to_who_confirms(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    waits = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    do(cast.officer, Report(exhibit=barrel.label, what="other", details="A dent near the lid."))
    before = Entry.objects.count()
    with pytest.raises(Overtaken) as refused:
        confirm(cast.keeper, waits)
    assert str(refused.value).startswith(f"Something was recorded of {barrel.label} after this")
    assert Entry.objects.count() == before
    assert Exhibit.objects.get(pk=barrel.pk).custodian_id == "officer"
    refuse(cast.keeper, waits, "It was overtaken.")
    anew = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    confirm(cast.keeper, anew)
    assert Exhibit.objects.get(pk=barrel.pk).custodian_id == "keeper"


def test_of_two_proposals_the_one_that_is_withdrawn_ends_both(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    once, twice = (
        propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper")) for _ in range(2)
    )
    refuse(cast.officer, once, "Proposed twice.")
    with pytest.raises(Overtaken):
        confirm(cast.keeper, twice)
