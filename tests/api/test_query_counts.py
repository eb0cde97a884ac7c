"""How many queries an answer takes, whatever the number of things in it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.handling.store import Store
from custody.handling.transport import Dispatch, Receive
from tests.api.callers import Callers
from tests.api.test_conventions import flagged
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.neutralising.runs import as_rows

pytestmark = pytest.mark.django_db

COUNTS: dict[str, dict[str, int]] = tomllib.loads(
    (Path(__file__).parent / "query_counts.toml").read_text()
)


def fill(cast: Cast, callers: Callers, number: int) -> str:
    """Catches with flags, packed bricks, proposals; the label of one exhibit."""
    label = ""
    for one in range(number):
        seizure, barrels = catch(cast, 2, seals=[f"HS-{number}-{one}"])
        plan = {"seizure": seizure.reference, "method": "square_root"}
        plan |= {"share": "0.9", "confidence": "0.95"}
        key = {"idempotency-key": f"plan-{number}-{one}"}
        callers.officer.post("sampling-plans/", plan, 201, **key)
        flagged(cast, barrels[0])
        as_rows(cast, *barrels)
        _, bricks = catch(cast, 2, form="block", gross="1000", tare=None)
        callers.officer.act("pack", {"exhibits": [b.label for b in bricks], "form": "pallet"})
        label = barrels[0].label
        told = {"driver": "driver", "vehicle": "VAN-A", "destination": "VAULT-A"}
        callers.officer.act("dispatch", {"exhibits": [label], **told}, 202)
        callers.officer.act("report", {"exhibit": label, "what": "seal", "details": "Scratched"})
    return label


@pytest.mark.parametrize(("path", "pinned"), COUNTS["GET"].items())
def test_an_answer_takes_as_many_queries_for_much_as_for_little(
    callers: Callers, path: str, pinned: int
) -> None:
    label = fill(callers.cast, callers, 1)
    few = counted(callers, path.format(label=label))
    label = fill(callers.cast, callers, 4)
    many = counted(callers, path.format(label=label))
    assert few == many == pinned


def stored(callers: Callers) -> str:
    _, (barrel,) = catch(callers.cast, lane="standard")
    labels = (barrel.label,)
    dispatch = Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination="VAULT-A")
    do(callers.cast.officer, dispatch, callers.cast.driver)
    do(callers.cast.keeper, Receive(exhibits=labels, place="VAULT-A"), callers.cast.driver)
    do(callers.cast.keeper, Store(exhibits=labels, place="VAULT-A"))
    return str(barrel.label)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("weigh", {"exhibit": "{label}", "scale": FLOOR_SCALE, "gross_grams": "25000"}),
        ("move", {"exhibits": ["{label}"], "place": "VAULT-B"}),
    ],
)
def test_recording_an_act_takes_the_pinned_number(
    callers: Callers, act: str, told: dict[str, Any]
) -> None:
    label = stored(callers)
    filled = {name: _with_label(value, label) for name, value in told.items()}
    callers.keeper.get("me")
    with CaptureQueriesContext(connection) as queries:
        callers.keeper.act(act, filled)
    taken = [one for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(taken) == COUNTS["POST"][f"acts/{act}"], [one["sql"][:90] for one in taken]


def _with_label(value: Any, label: str) -> Any:
    return [label] if isinstance(value, list) else value.replace("{label}", label)


def counted(callers: Callers, path: str) -> int:
    """How many queries this answer took, that of the token included."""
    callers.officer.get("me")
    with CaptureQueriesContext(connection) as queries:
        callers.officer.get(path)
    return len(queries)
