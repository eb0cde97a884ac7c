"""One act costs a fixed number of statements, whatever else the database holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.handling.commands import Command
from custody.handling.lane import AssignLane
from custody.handling.store import Move, Store, Withdraw
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from tests.cast import FLOOR_SCALE, Cast, catch, do

pytestmark = pytest.mark.django_db

#: Beyond BEGIN and COMMIT, which a savepoint stands for here.
MOST = 12


def stored(cast: Cast) -> str:
    _, (barrel,) = catch(cast, lane="standard")
    do(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    do(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"), cast.driver)
    return barrel.label


def statements(cast: Cast, actor: str, command: Command) -> list[str]:
    officer = type(cast.officer).objects.get(pk=actor)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        do(officer, command)
    return [
        query["sql"] for query in captured if "SAVEPOINT" not in query["sql"].upper().split("(")[0]
    ]


def test_no_act_on_one_unit_takes_more_than_twelve_statements(cast: Cast) -> None:
    label = stored(cast)
    for command in (
        Weigh(exhibit=label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000)),
        AssignLane(exhibits=(label,), lane="fast"),
        Store(exhibits=(label,), place="VAULT-A"),
        Move(exhibits=(label,), place="VAULT-B"),
        Withdraw(exhibits=(label,), purpose="transport"),
    ):
        taken = statements(cast, "keeper", command)
        assert len(taken) <= MOST, (type(command).__name__, len(taken), taken)
        assert "ledger_append" in taken[-1]
