"""Rows held against a replay of their events, and rows made anew from events alone.

Both walk the ledger subject by subject, in batches, so memory does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from custody.audit.subjects import SUBJECTS, Columns, Made, Replay, SubjectRows
from custody.deadlines.services import rearm
from custody.kit.errors import CustodyError
from custody.ledger import events as ledger_events
from custody.ledger.copying import copied
from custody.ledger.events import Event
from custody.ledger.models import Entry


class RowFault(CustodyError):
    """seq {seq}: {table} {key}, field {name}: the row says {found}, its events say {expected}."""

    code = "row_fault"


class RowMissing(CustodyError):
    """seq {seq}: {table} {key} has events and no row."""

    code = "row_missing"


class RowWithoutEvents(CustodyError):
    """{table} {key} is a row that no event made."""

    code = "row_without_events"


class RowInUse(CustodyError):
    """Rows that no event made cannot be removed ({rows}), because something refers to one of them: {why}."""

    code = "row_in_use"
    category = "conflict"


#: Events that are read at once; a trail that is longer is read whole.
BATCH = 10_000
#: Rows that one statement writes.
_WRITTEN = 500

_EVENTS = """
SELECT subject_id, seq, body FROM custody_entry
WHERE subject_type = %s AND subject_id > %s
ORDER BY subject_id, seq LIMIT %s
"""
_REST = """
SELECT subject_id, seq, body FROM custody_entry
WHERE subject_type = %s AND subject_id = %s AND seq > %s ORDER BY seq
"""
_TYPES = ("text", "int8", "bytea")


@dataclass(frozen=True)
class _Trail:
    """All events of one subject, oldest first, as bytes; and the last one's seq."""

    subject_id: str
    bodies: list[bytes]
    seq: int


@dataclass(frozen=True)
class _Rows:
    """The rows that there are for some subjects: by key, and the attached ones by table, subject and key."""

    own: Mapping[Any, models.Model]
    attached: Mapping[type[models.Model], Mapping[Any, Mapping[Any, models.Model]]]


@dataclass(frozen=True)
class _Subject:
    key: Any
    seq: int
    made: Made


def compare() -> int:
    """Hold every row that events make against a replay of them; the number of subjects compared.

    The bytes of the events are taken for what they should be: verify them first. Each batch is read in one snapshot, so acts may go on meanwhile; it is replayed when that has ended.

    Raises:
        RowFault, RowMissing, RowWithoutEvents: the first difference, by seq and field.
    """
    count = 0
    for table in SUBJECTS.values():
        after, replay = "", table.replayer()
        while True:
            with _snapshot():
                trails = _trails(table, after)
                rows = _rows(table, [table.key(one.subject_id) for one in trails])
            if not trails:
                break
            for trail in trails:
                subject = _replayed(table, replay, trail, ledger_events.read_verified)
                _compare_subject(table, subject, rows)
            count, after = count + len(trails), trails[-1].subject_id
        with _snapshot():
            _refuse_strangers(table)
    return count


@contextmanager
def _snapshot() -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _trails(table: SubjectRows, after: str) -> list[_Trail]:
    """The next subjects of a type with all their events."""
    kind = table.subject_type
    found = copied(_EVENTS, [kind, after, BATCH], _TYPES)
    if len(found) == BATCH:
        subject_id, seq, _ = found[-1]
        found += copied(_REST, [kind, subject_id, seq], _TYPES)
    trails = []
    for subject_id, group in groupby(found, itemgetter(0)):
        rows = list(group)
        trails.append(_Trail(subject_id, [body for _, _, body in rows], rows[-1][1]))
    return trails


def _rows(table: SubjectRows, keys: Sequence[Any]) -> _Rows:
    return _Rows(
        table.model._base_manager.in_bulk(keys),
        {model: _attached(model, owner, keys) for model, owner in table.attached.items()},
    )


def _replayed(
    table: SubjectRows, replay: Replay, trail: _Trail, read: Callable[[bytes], Event]
) -> _Subject:
    made = replay([read(body) for body in trail.bodies])
    return _Subject(table.key(trail.subject_id), trail.seq, made)


def _compare_subject(table: SubjectRows, subject: _Subject, rows: _Rows) -> None:
    row = rows.own.get(subject.key)
    if row is None:
        raise RowMissing(seq=subject.seq, table=table.subject_type, key=subject.key)
    _compare_row(subject, table.subject_type, row, subject.made.row)
    for model, attached in rows.attached.items():
        _compare_attached(model, subject, attached.get(subject.key, {}))


def _compare_row(
    subject: _Subject, name: str, row: models.Model, expected: Mapping[str, Any]
) -> None:
    for field, value in expected.items():
        present = getattr(row, field)
        if present != value:
            raise RowFault(
                field=field,
                seq=subject.seq,
                table=name,
                key=row.pk,
                name=field,
                found=present,
                expected=value,
            )


def _attached(
    model: type[models.Model], owner: str, keys: Sequence[Any]
) -> dict[Any, dict[Any, models.Model]]:
    """The rows of a table by their subject's key and their own."""
    result: dict[Any, dict[Any, models.Model]] = {}
    for row in model._base_manager.filter(**{f"{owner}__in": keys}):
        result.setdefault(getattr(row, owner), {})[row.pk] = row
    return result


def _compare_attached(
    model: type[models.Model], subject: _Subject, rows: Mapping[Any, models.Model]
) -> None:
    name, key = model._meta.model_name or "", model._meta.pk.attname
    expected = {columns[key]: columns for columns in subject.made.attached[model]}
    for one, columns in expected.items():
        if one not in rows:
            raise RowMissing(seq=subject.seq, table=name, key=one)
        _compare_row(subject, name, rows[one], columns)
    for one in rows.keys() - expected.keys():
        raise RowWithoutEvents(table=name, key=one)


def _strangers(table: SubjectRows) -> models.QuerySet[models.Model]:
    """Rows that no event made."""
    born = Entry.objects.filter(
        subject_type=table.subject_type,
        subject_id=Cast(OuterRef("pk"), CharField()),
        previous__isnull=True,
    )
    return table.model._base_manager.filter(~Exists(born))


def _refuse_strangers(table: SubjectRows) -> None:
    stranger = _strangers(table).first()
    if stranger is not None:
        raise RowWithoutEvents(table=table.subject_type, key=stranger.pk)


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        subjects: how many have the rows that their events make.
        removed: the rows that no event made, by table and key: verification would have named the first of them.
    """

    subjects: int
    removed: Sequence[str]


def rebuild() -> Rebuilt:
    """Make every row anew from the events alone, all or nothing; rows that no event made are removed, and named.

    Nothing is recorded meanwhile: the tables are locked. Passwords and tokens are no part of the ledger; they
    stay where their officer's row does.

    Raises:
        RowInUse: a row that no event made is referred to by what is no part of the ledger.
    """
    tables = [table.model for table in SUBJECTS.values()]
    tables += [model for table in SUBJECTS.values() for model in table.attached]
    removed: list[str] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
            cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")  # names from our own models
            # First: they may hold labels and numbers that are those of others.
            for table in reversed(list(SUBJECTS.values())):
                removed += _remove_strangers(table)
            count = sum(_rebuild(table) for table in SUBJECTS.values())
            rearm()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        if not removed:
            raise
        raise RowInUse(rows=", ".join(removed), why=str(error).splitlines()[0]) from error
    return Rebuilt(count, removed)


def _remove_strangers(table: SubjectRows) -> list[str]:
    keys = list(_strangers(table).order_by("pk").values_list("pk", flat=True))
    if keys:
        for model, owner in table.attached.items():
            _remove(model._base_manager.filter(**{f"{owner}__in": keys}))
        _remove(table.model._base_manager.filter(pk__in=keys))
    return [f"{table.subject_type} {key}" for key in keys]


def _rebuild(table: SubjectRows) -> int:
    count, after, replay = 0, "", table.replayer()
    while trails := _trails(table, after):
        batch = [_replayed(table, replay, trail, ledger_events.read) for trail in trails]
        _write(table.model, [subject.made.row for subject in batch])
        for model, owner in table.attached.items():
            _rewrite(model, owner, batch)
        count, after = count + len(batch), trails[-1].subject_id
    return count


def _write(model: type[models.Model], columns: Sequence[Columns]) -> None:
    if columns:
        key = model._meta.pk.attname
        names = [model._meta.get_field(name).name for name in columns[0] if name != key]
        model._base_manager.bulk_create(
            [model(**one) for one in columns],
            batch_size=_WRITTEN,
            update_conflicts=True,
            unique_fields=[key],
            update_fields=names,
        )


def _rewrite(model: type[models.Model], owner: str, batch: Sequence[_Subject]) -> None:
    keys = [subject.key for subject in batch]
    columns = [row for subject in batch for row in subject.made.attached[model]]
    kept = {row[model._meta.pk.attname] for row in columns}
    _write(model, columns)
    _remove(model._base_manager.filter(**{f"{owner}__in": keys}).exclude(pk__in=kept))


def _remove(rows: models.QuerySet[models.Model]) -> None:
    """Delete without Django's own collecting: the constraints judge at the end of the transaction."""
    rows._raw_delete(rows.db)
