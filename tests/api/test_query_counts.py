"""How many queries an answer takes, whatever the number of things in it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.callers import Callers
from tests.api.test_conventions import flagged
from tests.cast import Cast, catch

pytestmark = pytest.mark.django_db


def fill(cast: Cast, callers: Callers, number: int) -> str:
    """Catches with flags, packed bricks, proposals; the label of one exhibit."""
    label = ""
    for one in range(number):
        _, barrels = catch(cast, 2, seals=[f"HS-{number}-{one}"])
        flagged(cast, barrels[0])
        _, bricks = catch(cast, 2, form="block", gross="1000", tare=None)
        callers.officer.act("pack", {"exhibits": [b.label for b in bricks], "form": "pallet"})
        label = barrels[0].label
        told = {"driver": "driver", "vehicle": "VAN-A", "destination": "VAULT-A"}
        callers.officer.act("dispatch", {"exhibits": [label], **told}, 202)
        callers.officer.act("report", {"exhibit": label, "what": "seal", "details": "Scratched"})
    return label


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("me", 3),
        ("acts/", 3),
        ("places/", 4),
        ("scales/", 3),
        ("units/", 3),
        ("officers/", 4),
        ("seizures/", 5),
        ("exhibits/", 19),
        ("exhibits/{label}", 14),
        ("exhibits/{label}/trail", 9),
        ("events/", 15),
        ("flags/", 5),
        ("proposals/", 9),
    ],
)
def test_an_answer_takes_as_many_queries_for_much_as_for_little(
    callers: Callers, path: str, most: int
) -> None:
    label = fill(callers.cast, callers, 1)
    few = counted(callers, path.format(label=label))
    label = fill(callers.cast, callers, 4)
    many = counted(callers, path.format(label=label))
    assert few == many == most


def counted(callers: Callers, path: str) -> int:
    """How many queries this answer took, that of the token included."""
    callers.officer.get("me")
    with CaptureQueriesContext(connection) as queries:
        callers.officer.get(path)
    return len(queries)
