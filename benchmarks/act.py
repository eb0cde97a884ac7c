"""What recording one act costs: beside the same act without its append, and beside other people's audit trails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import cycle
from typing import Any
from unittest.mock import patch

from benchmarks.figures import Figure, interleaved
from benchmarks.house import house

TIMES, ROUNDS = 150, 7


def figures() -> Iterator[Figure]:
    """Rates of one move of one barrel from vault to vault, each in a transaction of its own."""
    with house():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        recorded, bare = _mover(), _mover()
        with CaptureQueriesContext(connection) as captured:
            recorded()
        statements = [q for q in captured.captured_queries if q["sql"] not in ("BEGIN", "COMMIT")]

        def without_append() -> None:
            with patch("custody.ledger.append.append", _pretend):
                bare()

        saves = _rivals()
        with_append, without, plain, logged, historic = interleaved(
            recorded, without_append, *saves, times=TIMES, rounds=ROUNDS
        )
        yield Figure(
            "one act, against the same act without its append", with_append / without, at_least=0.8
        )
        yield Figure("statements of one act", len(statements), "", at_most=12)
        yield Figure("one act, against a plain save() of one row", with_append / plain)
        yield Figure("one act, against a save() with django-auditlog", with_append / logged)
        yield Figure("one act, against a save() with django-simple-history", with_append / historic)
        yield Figure("one act, a second", with_append, "/s")


def _pretend(events: list[Any], openings: object = ()) -> list[Any]:  # noqa: ARG001
    from custody.ledger.append import Recorded

    return [Recorded(seq, datetime.now(UTC)) for seq, _ in enumerate(events)]


def _mover() -> Callable[[], None]:
    """A barrel in a vault, and the act that moves it to the other one."""
    from custody.handling.store import Move
    from custody.people.models import Officer
    from tests.cast import Cast, catch, do, enlist
    from tests.handling.burning import put_away

    if Officer.objects.exists():
        cast = Cast({row.badge: row for row in Officer.objects.all()})
    else:
        cast = enlist()
    _, (barrel,) = catch(cast)
    put_away(cast, (barrel.label,))
    vaults = cycle(("VAULT-B", "VAULT-A"))

    def move() -> None:
        do(cast.keeper, Move(exhibits=(barrel.label,), place=next(vaults)))

    return move


def _rivals() -> list[Callable[[], None]]:
    from django.db import transaction

    from benchmarks.rivals.tables import KINDS, make_tables

    make_tables()

    def saver(kind: Any) -> Callable[[], None]:
        row = kind(
            label="NX-7K3M9Q2X-C",
            stage="stored",
            place="VAULT-A",
            custodian="keeper",
            gross_grams=Decimal(25_000),
            last_at=datetime.now(UTC),
        )
        row.save()
        vaults = cycle(("VAULT-B", "VAULT-A"))

        def save() -> None:
            with transaction.atomic():
                row.place, row.last_at = next(vaults), datetime.now(UTC)
                row.save()

        return save

    return [saver(kind) for kind in KINDS]
