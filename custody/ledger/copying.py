"""Rows by the thousand, as PostgreSQL keeps them: no model, no text between, one object a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection


def copied(select: str, params: Sequence[Any], types: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a query, in its order, by COPY in binary form.

    Args:
        select: the query.
        params: bound on our side: COPY takes none.
        types: the PostgreSQL type of each column.
    """
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT binary)", params) as copy,
    ):
        copy.set_types(types)
        return list(copy.rows())
