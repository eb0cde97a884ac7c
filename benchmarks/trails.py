"""Many exhibits with long trails, written fast: the product's own events, appended by its own function."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import psycopg


def write_trails(admin: str, *, subjects: int, events_each: int, batch: int) -> None:
    """Intercept this many barrels and move each from vault to vault.

    Args:
        admin: a superuser's address, for the bulk of the rows.
        subjects: how many barrels.
        events_each: events on each, the interception included.
        batch: barrels a transaction.
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
    while chunk := list(islice(made, max(1, batch // events_each))):
        bodies: list[bytes] = []
        states: list[ExhibitState] = []
        clocks: list[ClockState] = []
        for number in chunk:
            state: Any = None
            exhibit_id = str(ids.new_id())
            for step in range(events_each):
                event = seal(
                    kind="exhibit.moved" if step else "exhibit.intercepted",
                    subject=Subject("exhibit", exhibit_id),
                    actor=officer.person,
                    occurred_at=start + timedelta(minutes=step),
                    payload={"place": f"VAULT-{'AB'[step % 2]}"}
                    if step
                    else _born(number, seizure, start),
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


def _born(number: int, seizure: Any, at: Any) -> dict[str, Any]:
    from custody.kit import clock
    from custody.seizures.labels import new_label

    return {
        "exhibit": {
            "label": new_label(),
            "seizure": str(seizure.id),
            "form": "barrel",
            "substance": "cocaine",
            "lane": "standard",
            "stage": "stored",
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
