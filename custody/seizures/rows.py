"""States to rows and back: the one mapping between the fold and the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from custody.ledger.events import Event
from custody.seizures.lifecycle import AssayState, Form, Lane, Stage
from custody.seizures.models import Exhibit, Seal, Seizure
from custody.seizures.states import ExhibitState, SealState, SeizureState

_EXHIBIT_COLUMNS = [field.name for field in fields(ExhibitState) if field.name != "seals"]
_SEIZURE_COLUMNS = [field.name for field in fields(SeizureState)]
_SEAL_COLUMNS = [field.name for field in fields(SealState)]
_ENUMS: dict[str, type[AssayState | Form | Lane | Stage]] = {
    "assay": AssayState,
    "form": Form,
    "lane": Lane,
    "stage": Stage,
}


# One parameter for all rows: of one a value, PostgreSQL reads a batch's text for longer than it writes its rows.
_WRITE_EXHIBITS = f"""
INSERT INTO custody_exhibit ({", ".join(_EXHIBIT_COLUMNS)}, seen_by)
SELECT {", ".join(_EXHIBIT_COLUMNS)}, '{{}}' FROM jsonb_populate_recordset(NULL::custody_exhibit, %s::jsonb)
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _EXHIBIT_COLUMNS if name != "id")}
"""  # noqa: S608  names from our own states


def _plain(value: object) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _frozen(name: str, value: Any) -> Any:
    if name in _ENUMS:
        return _ENUMS[name](value)
    return tuple(value) if isinstance(value, list) else value


def exhibit_columns(state: ExhibitState) -> dict[str, Any]:
    """The columns of an exhibit's row, by attribute name."""
    return {name: _plain(getattr(state, name)) for name in _EXHIBIT_COLUMNS}


def seizure_columns(state: SeizureState) -> dict[str, Any]:
    """The columns of a seizure's row, by attribute name."""
    return {name: _plain(getattr(state, name)) for name in _SEIZURE_COLUMNS}


def seal_columns(state: SealState) -> dict[str, Any]:
    """The columns of a seal's row but for its exhibit, by attribute name."""
    return {name: getattr(state, name) for name in _SEAL_COLUMNS}


def origin_columns(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The columns of the row that says which system an exhibit comes from: one row, or none.

    Args:
        events: the exhibit's own, oldest first; the first says it, whatever is corrected later.
    """
    exhibit: Any = events[0].payload["exhibit"]
    origin = exhibit.get("origin")
    if origin is None:
        return []
    names = ("source", "reference", "fingerprint")
    told = {name: origin[name] for name in names}
    return [{"exhibit_id": UUID(events[0].subject.id), **told}]


def exhibit_state(row: Exhibit, seals: Iterable[Seal] = ()) -> ExhibitState:
    """The state that a row stands for.

    Args:
        row: the exhibit.
        seals: all seals that it ever had, in the order of their application.
    """
    values = {name: _frozen(name, getattr(row, name)) for name in _EXHIBIT_COLUMNS}
    return ExhibitState(
        **values,
        seals=tuple(
            SealState(**{name: getattr(seal, name) for name in _SEAL_COLUMNS}) for seal in seals
        ),
    )


def seizure_state(row: Seizure) -> SeizureState:
    """The state that a row stands for."""
    return SeizureState(**{n: _frozen(n, getattr(row, n)) for n in _SEIZURE_COLUMNS})


def write_seizures(states: Sequence[SeizureState]) -> None:
    """Insert or update these seizures' rows, in one statement."""
    if states:
        Seizure.objects.bulk_create(
            [Seizure(**seizure_columns(state)) for state in states],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[name for name in _SEIZURE_COLUMNS if name != "id"],
        )


def write_exhibits(states: Sequence[ExhibitState]) -> None:
    """Insert or update these exhibits' rows, in one statement."""
    if states:
        told = orjson.dumps([exhibit_columns(state) for state in states], default=str)
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_EXHIBITS, [told.decode()])


def write_seals(before: Mapping[UUID, ExhibitState], after: Sequence[ExhibitState]) -> None:
    """Insert the seals that are new, end those that ended, drop those that a correction took out.

    Args:
        before: states as they were read, by id; an exhibit that is not in it is new.
        after: states as they are to be.

    Raises:
        IntegrityError: a number is in use.
    """
    new, ended, gone = [], [], set()
    for state in after:
        known = {seal.number: seal for seal in before[state.id].seals} if state.id in before else {}
        gone |= known.keys() - {seal.number for seal in state.seals}
        for seal in state.seals:
            row = Seal(exhibit_id=state.id, **seal_columns(seal))
            if seal.number not in known:
                new.append(row)
            elif seal != known[seal.number]:
                ended.append(row)
    if gone:
        Seal.objects.filter(pk__in=gone).delete()
    if new:
        Seal.objects.bulk_create(new)
    if ended:
        Seal.objects.bulk_update(ended, ["ended_at", "replaced_by"])
