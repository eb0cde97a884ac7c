"""Whether the database still guards the ledger as the migrations of this release left it.

What there should be is a file, ``sql/guard_facts.txt``: owners, grants, functions by their hashes, triggers and when
they fire. What there is comes from the catalogue by one query, and every difference is a fault. Whoever has the
database whole can put things back before anybody looks: what they did meanwhile is for ``verify`` and checkpoints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from custody.kit.roles import unsafe_rights

_SQL = Path(__file__).parent / "sql"
FACTS = _SQL / "guard_facts.txt"
_QUERY = (_SQL / "guard_facts.sql").read_text()
#: The read log has a part for each month; all are guarded alike.
_MONTH = re.compile(r"\bcustody_read_\d{6}\b")
_ANY_MONTH = "custody_read_YYYYMM"


def guard_faults() -> list[str]:
    """What is wrong with the guard, in words for an operator; empty when it stands."""
    found = set(_facts())
    months = {month for fact in found for month in _MONTH.findall(fact)}
    expected = {one for fact in FACTS.read_text().splitlines() for one in _for_each(fact, months)}
    return [
        *sorted(f"missing: {fact}" for fact in expected - found),
        *sorted(f"not of this release: {fact}" for fact in found - expected),
        *unsafe_rights(connection.connection),
    ]


def facts() -> str:
    """How this database stands guard, as :data:`FACTS` holds it."""
    return "".join(
        f"{fact}\n" for fact in sorted({_MONTH.sub(_ANY_MONTH, one) for one in _facts()})
    )


def _facts() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        for (fact,) in cursor.fetchall():
            yield fact


def _for_each(fact: str, months: set[str]) -> set[str]:
    return {fact.replace(_ANY_MONTH, month) for month in months} if _ANY_MONTH in fact else {fact}
