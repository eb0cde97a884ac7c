"""Two runs reach for the last kilogram of a lot at the same moment: one has it, the other is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from custody.audit import replay
from custody.handling.errors import Busy
from custody.handling.proposals import confirm
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.neutralising.models import ReagentLot, Run
from custody.neutralising.rules import LotUsedUp
from custody.neutralising.services import receive_lot
from tests.cast import Cast, propose
from tests.neutralising.runs import ready, run, treated
from tests.races.threads import receipts, refusals, together

ROUNDS = 3


def test_of_two_runs_at_one_moment_one_has_the_last_kilogram(committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(ROUNDS):
        lot = f"LAST-{number}"
        receive_lot(
            code=lot,
            reagent="RG-17",
            number="1",
            unit="CUSTOMS/QUAY",
            grams=Decimal(3_000),
            expires_on=date(2099, 1, 1),
            actor=SYSTEM,
        )
        barrels = [one for _ in range(2) for one in ready(cast)]
        proposals = [
            propose(cast.officer, run(one, units=(treated(one, lot=lot),))) for one in barrels
        ]
        for one in proposals:
            confirm(cast.keeper, one)
        results = together(*(lambda one=one: confirm(cast.operator, one) for one in proposals))
        assert len(receipts(results)) == 1, results
        assert refusals(results) <= {LotUsedUp, Busy}
        assert ReagentLot.objects.get(pk=lot).left_grams == 600
        assert Run.objects.count() == number + 1
        consumed = Entry.objects.filter(kind="reagent_lot.consumed", subject_id=lot)
        assert consumed.count() == 1
    replay.compare()
