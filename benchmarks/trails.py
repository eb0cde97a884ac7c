"""Many exhibits with long trails, written fast: the product's own events, appended by its own function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

import psycopg

#: A kind of event, and what it says.
Step = tuple[str, Mapping[str, Any]]


def to_and_fro(events: int) -> list[Step]:
    """So many events from vault to vault."""
    return [("exhibit.moved", {"place": f"VAULT-{'BA'[step % 2]}"}) for step in range(events)]


def write_trails(
    admin: str, *, subjects: int, road: Sequence[Step], batch: int, born: str = "stored"
) -> None:
    """Intercept this many barrels, each with the same road behind it.

    Args:
        admin: a superuser's address, for the bulk of the rows.
        subjects: how many barrels.
        road: what happens to each after its interception.
        batch: events a transaction.
        born: the stage of each at its interception.
    """
    from django.db import connection, transaction

    from custody.deadlines.rows import write_clocks
    from custody.deadlines.rules import ClockState, fold_clocks
    from custody.deadlines.services import adopted_policies
    from custody.kit import clock, ids
    from custody.ledger.events import Subject, seal
    from custody.people.models import Officer
    from custody.seizures.projection import fold_exhibit
    from custody.seizures.rows import write_exhibits
    from custody.seizures.states import ExhibitState
    from tests.cast import catch, enlist

    cast = enlist()
    seizure, _ = catch(cast, lane="standard")
    officer = Officer.objects.get(pk="officer")
    policies = adopted_policies()
    start = clock.now() - timedelta(days=30)
    made = iter(range(subjects))
    while chunk := list(islice(made, max(1, batch // (len(road) + 1)))):
        bodies: list[bytes] = []
        states: list[ExhibitState] = []
        clocks: list[ClockState] = []
        for number in chunk:
            state: Any = None
            exhibit_id = str(ids.new_id())
            birth = ("exhibit.intercepted", _born(number, seizure, start, born))
            for step, (kind, payload) in enumerate((birth, *road)):
                event = seal(
                    kind=kind,
                    subject=Subject("exhibit", exhibit_id),
                    actor=officer.person,
                    occurred_at=start + timedelta(hours=step),
                    payload=dict(payload),
                    previous=state.head if state else None,
                    act_id=ids.new_id(),
                )
                after = fold_exhibit(state, event)
                if state is None:
                    clocks += fold_clocks({}, None, event, after, policies).values()
                state = after
                bodies.append(event.body)
            states.append(state)
        with transaction.atomic():
            write_exhibits(states)
            write_clocks(clocks, {})
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM ledger_append(%s)", [bodies])
    with psycopg.connect(admin, autocommit=True) as connection_:
        connection_.execute("VACUUM ANALYZE")


def _born(number: int, seizure: Any, at: Any, stage: str) -> dict[str, Any]:
    from custody.kit import clock
    from custody.seizures.labels import new_label

    return {
        "exhibit": {
            "label": new_label(),
            "seizure": str(seizure.id),
            "form": "barrel",
            "substance": "cocaine",
            "lane": "standard",
            "stage": stage,
            "intercepted_at": clock.to_text(at),
            "place": "VAULT-A",
            "made_from": None,
            "custodian": {"badge": "officer", "unit": "CUSTOMS/QUAY", "agency": "CUSTOMS"},
            "reading": None,
            "seal": None,
            "holds": [],
            "orders": [],
            "samplers": [],
            "clocks": [],
        },
        "concerns": [f"BENCH/{number % 100}"],
    }
