"""Rows held against a replay of their events, and rows made anew from events alone.

Both walk the ledger subject by subject, in batches, so memory does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from custody.audit.subjects import SUBJECTS, Columns, Made, Replay, SubjectRows
from custody.deadlines.services import rearm
from custody.kit.errors import CustodyError
from custody.ledger import events as ledger_events
from custody.ledger.events import Event
from custody.ledger.models import Entry

BATCH = 500


class RowFault(CustodyError):
    """seq {seq}: {table} {key}, field {name}: the row says {found}, its events say {expected}."""

    code = "row_fault"


class RowMissing(CustodyError):
    """seq {seq}: {table} {key} has events and no row."""

    code = "row_missing"


class RowWithoutEvents(CustodyError):
    """{table} {key} is a row that no event made."""

    code = "row_without_events"


@dataclass(frozen=True)
class _Subject:
    key: Any
    seq: int
    made: Made


def compare() -> int:
    """Hold every row that events make against a replay of them; the number of subjects compared.

    Each batch is read in one snapshot, so acts may go on meanwhile.

    Raises:
        RowFault, RowMissing, RowWithoutEvents: the first difference, by seq and field.
    """
    count = 0
    for table in SUBJECTS.values():
        after, replay = "", table.replayer()
        while True:
            with _snapshot():
                batch, after = _batch(table, replay, after)
                _compare_batch(table, batch)
            count += len(batch)
            if len(batch) < BATCH:
                break
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


def _batch(table: SubjectRows, replay: Replay, after: str) -> tuple[list[_Subject], str]:
    """The next subjects of a type with all their events, and the last one's id."""
    names = list(
        Entry.objects.filter(
            subject_type=table.subject_type, subject_id__gt=after, previous__isnull=True
        )
        .order_by("subject_id")
        .values_list("subject_id", flat=True)[:BATCH]
    )
    events: dict[str, list[Event]] = {name: [] for name in names}
    last: dict[str, int] = {}
    for seq, name, body in (
        Entry.objects.filter(subject_type=table.subject_type, subject_id__in=names)
        .order_by("subject_id", "seq")
        .values_list("seq", "subject_id", "body")
    ):
        events[name].append(ledger_events.read(bytes(body)))
        last[name] = seq
    return (
        [_Subject(table.key(name), last[name], replay(events[name])) for name in names],
        names[-1] if names else after,
    )


def _compare_batch(table: SubjectRows, batch: Sequence[_Subject]) -> None:
    keys = [subject.key for subject in batch]
    found = table.model._base_manager.in_bulk(keys)
    attached = {model: _attached(model, owner, keys) for model, owner in table.attached.items()}
    for subject in batch:
        row = found.get(subject.key)
        if row is None:
            raise RowMissing(seq=subject.seq, table=table.subject_type, key=subject.key)
        _compare_row(subject, table.subject_type, row, subject.made.row)
        for model, rows in attached.items():
            _compare_attached(model, subject, rows.get(subject.key, {}))


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


@transaction.atomic
def rebuild() -> int:
    """Make every row anew from the events alone, all or nothing; the number of subjects rebuilt.

    Nothing is recorded meanwhile: the tables are locked. Passwords and tokens are no part of the ledger; they
    stay where their officer's row does.
    """
    tables = [table.model for table in SUBJECTS.values()]
    tables += [model for table in SUBJECTS.values() for model in table.attached]
    with connection.cursor() as cursor:
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")  # names from our own models
    count = 0
    for table in SUBJECTS.values():
        after, replay = "", table.replayer()
        while True:
            batch, after = _batch(table, replay, after)
            _write(table.model, [subject.made.row for subject in batch])
            for model, owner in table.attached.items():
                _rewrite(model, owner, batch)
            count += len(batch)
            if len(batch) < BATCH:
                break
    for table in reversed(list(SUBJECTS.values())):
        _remove(_strangers(table))
    rearm()
    return count


def _write(model: type[models.Model], columns: Sequence[Columns]) -> None:
    if columns:
        key = model._meta.pk.attname
        names = [model._meta.get_field(name).name for name in columns[0] if name != key]
        model._base_manager.bulk_create(
            [model(**one) for one in columns],
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
