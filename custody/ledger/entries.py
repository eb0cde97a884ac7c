"""One recorded row held against itself: its bytes, its leaf, and the columns that were read from the bytes. Pure.

A million of these pass in one verification, so no object is made of what is only compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from custody.kit import clock
from custody.ledger import events, merkle
from custody.ledger.commitments import commitments_in
from custody.ledger.events import MalformedEvent
from custody.ledger.faults import LedgerFault

_ROWS = """
SELECT seq, event_id::text, act_id::text, kind, subject_type, subject_id, actor, occurred_at, recorded_at,
       previous, leaf, body
FROM custody_entry WHERE """
#: The rows that :class:`Rows` takes, from one number up to another.
SELECT = _ROWS + "seq >= %s AND seq < %s ORDER BY seq"
#: The same of some numbers.
SELECT_SOME = _ROWS + "seq = ANY(%s) ORDER BY seq"
TYPES = (
    *("int8", "text", "text", "text", "text", "text", "text", "timestamptz", "timestamptz"),
    *("bytea", "bytea", "bytea"),
)


@dataclass
class Rows:
    """The entries that follow each other, each held against itself and the one before it.

    Attributes:
        next: the number that the next one must have.
        before: when the last one was recorded.
    """

    next: int = 0
    before: datetime | None = None

    def check(self, row: tuple[Any, ...]) -> tuple[bytes, dict[str, Any] | None]:
        """The leaf of the next row, and what its event says if it commits to texts.

        Args:
            row: as :data:`SELECT` gives them.

        Raises:
            LedgerFault: its number, bytes, leaf, columns or time do not fit.
        """
        seq, *columns, recorded_at, previous, leaf, body = row
        if seq != self.next:
            raise missing(self.next)
        check_leaf(seq, body, leaf)
        told = _told(seq, body)
        _compare(seq, (*columns, previous), told)
        if self.before is not None and recorded_at < self.before:
            raise LedgerFault(seq=seq, name="recorded_at", why="it is before the event before it")
        self.next, self.before = seq + 1, recorded_at
        # Canonical bytes write the key so and in no other way.
        return leaf, told if b'"commitment"' in body else None


def check_leaf(seq: int, body: bytes, leaf: bytes) -> None:
    """Pass if an event's bytes hash to the leaf that was recorded beside them.

    Raises:
        LedgerFault: they do not.
    """
    if merkle.leaf_hash(body) != leaf:
        raise LedgerFault(seq=seq, name="body", why="the bytes do not hash to the leaf beside them")


def missing(seq: int) -> LedgerFault:
    """That there is no such number."""
    return LedgerFault(seq=seq, name="seq", why="there is no event with this number")


def _told(seq: int, body: bytes) -> dict[str, Any]:
    try:
        return events.parts(body)
    except MalformedEvent as error:
        raise LedgerFault(seq=seq, name=error.field or "body", why=str(error)) from error


_NAMES = (
    *("event_id", "act_id", "kind", "subject_type", "subject_id", "actor", "occurred_at"),
    "previous",
)


def _compare(seq: int, columns: tuple[Any, ...], told: dict[str, Any]) -> None:
    """Pass if the columns say what the bytes say."""
    subject, previous = told["subject"], told["previous"]
    expected = (
        told["id"],
        told["act_id"],
        told["kind"],
        subject["type"],
        subject["id"],
        told["actor"]["badge"],
        clock.from_text(told["occurred_at"]),
        None if previous is None else bytes.fromhex(previous),
    )
    if columns != expected:
        for name, column, one in zip(_NAMES, columns, expected, strict=True):
            if column != one:
                raise LedgerFault(
                    seq=seq,
                    name=name,
                    why=f"the column says {in_words(column)}, the bytes {in_words(one)}",
                )
    if (told["kind"] == "ledger.opened") != (seq == 0):
        raise LedgerFault(seq=seq, name="kind", why="ledger.opened is event 0 and nothing else is")


def in_words(value: Any) -> str:
    """A column as faults tell it."""
    if value is None:
        return "nothing"
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


def commitments_told(told: dict[str, Any]) -> Iterator[str]:
    """Every commitment in what an event says."""
    yield from commitments_in(told["payload"])
    yield from commitments_in(told["late"] or {})
