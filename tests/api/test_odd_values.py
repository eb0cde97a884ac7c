"""Every field of every act, told odd things: always a problem or a receipt, never a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from custody.api.examples import told
from custody.handling.commands import Kind, describe
from custody.handling.register import ACTS
from custody.ledger.events import SYSTEM
from custody.people.rights import Role
from custody.people.services import enrol
from custody.seizures.models import Seizure
from tests.api.callers import Caller, Callers, caller
from tests.cast import FLOOR_SCALE, Cast, catch

pytestmark = pytest.mark.django_db

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**19,
    "",
    " ",
    "0",
    "x",
    "x" * 5000,
    "🤷" * 30,
    "ǅİß",
    "\u202eabc",
    "%s{0}\\'\"",
    "0001-01-01",
    "9999-12-31",
    "00000000-0000-0000-0000-000000000000",
    [],
    [None],
    [[]],
    [{}],
    {},
    {"commitment": "0" * 64},
]


@pytest.fixture
def everybody(cast: Cast) -> Caller:
    """Somebody with every role, so that no right stands in the way."""
    officer = enrol(
        badge="everybody", name="Everybody", unit="CUSTOMS/QUAY", roles=[Role.OFFICER], actor=SYSTEM
    )
    # nobody may be all that at once, so enrolling would refuse it
    officer.roles = list(Role)
    officer.save(update_fields=["roles"])
    return caller(officer)


def fitted(example: dict[str, Any], label: str, reference: str) -> dict[str, Any]:
    """The example about a unit that is there."""
    names: dict[str, Any] = {
        "exhibit": label,
        "exhibits": [label],
        "container": label,
        "seizure": reference,
        "driver": "driver",
        "taker": "keeper",
        "scale": FLOOR_SCALE,
    }
    for name, value in example.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            example[name] = [fitted(dict(row), label, reference) for row in value]
        elif name in names:
            example[name] = names[name]
    return example


def twisted(command: type[Any], good: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The request with one field, of itself or of its first row, told one odd thing."""
    for name, one in describe(command):
        for odd in ODD:
            yield {**good, name: odd}
        if one.kind is Kind.ROWS:
            assert one.row is not None
            rows = good.get(name) or [told(one.row)]
            for row in twisted(one.row, rows[0]):
                yield {**good, name: [row, *rows[1:]]}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_odd_values_do_no_harm(callers: Callers, everybody: Caller, name: str) -> None:
    _, (barrel,) = catch(callers.cast)
    act = ACTS[name]
    good = fitted(told(act.command), barrel.label, Seizure.objects.get().reference)
    before = everybody.ask("POST", f"acts/{name}", good, headers={"idempotency-key": "as-it-is"})
    assert before.status_code < 500
    for number, request in enumerate(twisted(act.command, good)):
        response = everybody.ask(
            "POST", f"acts/{name}", request, headers={"idempotency-key": f"odd-{number:05}"}
        )
        assert response.status_code < 500, (request, response.content[:500])
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"
