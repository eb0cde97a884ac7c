"""What each unit was after each of its events, and until when: where the pictures of a period begin.

One statement reads it from the ledger's bytes, as they stand there: nobody holds them against their leaves, so that what
it tells is figures, and never an event. Units one of whose events was corrected are folded here, by the fold itself, and
handed to that statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from psycopg import sql
from psycopg.errors import QueryCanceled

from custody.audit.periods import Period
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.ledger.queries import entry_count
from custody.people.models import Officer
from custody.seizures.lifecycle import ENDED, SAMPLE_FORMS, TABLE, Stage
from custody.seizures.models import Exhibit
from custody.seizures.projection import steps
from custody.seizures.reach import WAYS
from custody.seizures.states import ExhibitState

_SQL = Path(__file__).parent / "sql"
_STAGES = (_SQL / "stages.sql").read_text(encoding="utf-8")

#: What makes new exhibits.
BIRTHS = frozenset(
    {
        "exhibit.intercepted",
        "exhibit.packed",
        "exhibit.split",
        "exhibit.sampled",
        "exhibit.neutralised",
    }
)
#: What may tell a mass.
READINGS = frozenset(
    {
        "exhibit.weighed",
        "exhibit.unpacked",
        "exhibit.consumed",
        "exhibit.handed_over",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.staged",
        "exhibit.incinerated",
        "exhibit.taken_back",
    }
)
_TURNING = {row.kind: row.target.value for row in TABLE.values() if row.target}
_TELLING = sorted(BIRTHS | READINGS)
_KINDS = sorted(BIRTHS | READINGS | _TURNING.keys())
_WAYS = sorted(WAYS)


class TooMuchToCount(CustodyError):
    """Counting this takes too long just now. Choose a period that begins later, or ask again when fewer people do."""

    code = "too_much_to_count"
    category = "unavailable"


@dataclass(frozen=True)
class Freeze:
    """As of when figures are: of the clock, and of the ledger by how many events it held."""

    at: datetime
    events: int


def freeze() -> Freeze:
    """As of now."""
    return Freeze(clock.now(), entry_count())


class Reading:
    """One reader's period, as of one freeze.

    Args:
        sums: what is to be counted of the units that the reader may see, each the name of a file of the folder ``sql``
            and of the table in which that file ends. They go on where ``stages.sql`` ends, all in one statement: the
            bytes are opened once.
    """

    def __init__(self, actor: Officer, period: Period, sums: Iterable[str]) -> None:
        self.actor, self.period, self.sums = actor, period, sorted(sums)
        self.frozen = freeze()

    @cached_property
    def counted(self) -> Mapping[str, Sequence[dict[str, Any]]]:
        """The rows of each sum; what has decimals in them is exact.

        Raises:
            TooMuchToCount: the database gave up.
        """
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in self.sums}
        if found:
            for name, row in self._asked():
                found[name].append(json.loads(row, parse_float=Decimal))
        return found

    @cached_property
    def _units(self) -> QuerySet[Exhibit]:
        return _units_seen(self.actor, self.period)

    @cached_property
    def _mended(self) -> str:
        return json.dumps(list(_states_of_corrected(self._units, self.frozen)))

    def _asked(self) -> Iterable[tuple[str, str]]:
        period, frozen = self.period, self.frozen
        visible, told = self._units.values("id", "seizure_id").query.sql_with_params()
        asked = (
            *(period.begins_at, period.ends_at, frozen.at, int(period.step.total_seconds())),
            *(sorted(one.value for one in ENDED), self._mended),
            # where they are used, and not in `asked`: the planner has to know how many rows they are
            *(_TELLING, json.dumps(_TURNING), _KINDS, frozen.events, _WAYS),
        )
        text = _STAGES.replace("{visible}", visible)
        text += "".join((_SQL / f"{name}.sql").read_text(encoding="utf-8") for name in self.sums)
        text += sql.SQL(" UNION ALL ").join(map(_told, self.sums)).as_string()
        with connection.cursor() as cursor:
            try:
                cursor.execute(text, [*told, *asked])
            except OperationalError as error:
                if isinstance(error.__cause__, QueryCanceled):
                    raise TooMuchToCount(field="from") from error
                raise
            rows: list[tuple[str, str]] = cursor.fetchall()
            return rows


def _told(sums: str) -> sql.Composed:
    return sql.SQL("SELECT {}, to_jsonb({table})::text FROM {table}").format(
        sums, table=sql.Identifier(sums)
    )


def _units_seen(actor: Officer, period: Period) -> QuerySet[Exhibit]:
    """Units that the actor may see and that had not ended before the period; samples are none, nor what never was."""
    return (
        Exhibit.objects.visible_to(actor)
        .exclude(stage=Stage.VOID)
        .exclude(form__in=[form.value for form in SAMPLE_FORMS])
        .exclude(stage__in=[one.value for one in ENDED], last_at__lt=period.begins_at)
        .order_by()
    )


def _states_of_corrected(units: QuerySet[Exhibit], frozen: Freeze) -> Iterator[Mapping[str, Any]]:
    """The units with corrections, after each of their events that count."""
    corrected = Entry.objects.filter(kind="event.corrected", seq__lt=frozen.events)
    entries = (
        Entry.objects.filter(subject_type="exhibit", seq__lt=frozen.events)
        .filter(subject_id__in=corrected.values("subject_id"))
        .filter(subject_id__in=units.annotate(key=Cast("pk", CharField())).values("key"))
        .order_by("subject_id", "seq")
        .values_list("subject_id", "body")
    )
    for unit, rows in groupby(entries, key=lambda row: row[0]):
        events = [ledger_events.read(bytes(body)) for _, body in rows]
        for number, (before, event, after) in enumerate(steps(events)):
            if event.kind not in _KINDS and before and _told_of(before) == _told_of(after):
                continue
            yield {
                "id": unit,
                "seq": number,
                "at": clock.to_text(event.occurred_at),
                "caught": event.kind == "exhibit.intercepted",
                "way": event.kind in WAYS,
                **_told_of(after),
            }


def _told_of(state: ExhibitState) -> dict[str, str | None]:
    return {
        "stage": state.stage.value,
        "within": str(state.within_id or ""),
        "grams": None if state.gross_grams is None else str(state.gross_grams),
    }
