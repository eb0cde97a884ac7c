"""An incineration session on the desk: locked, read, written; and what is scanned in it.

Whoever acts in a session locks it before the units that it is about, so its acts come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from custody.burning.caps import Load, excess
from custody.burning.errors import (
    InAnotherSession,
    NotInSession,
    NotWeighed,
    OutOfSlot,
    OverCap,
    ScannedTwice,
    SessionEnded,
    UnknownSession,
)
from custody.burning.models import Permit, Session
from custody.burning.projection import CONFIRMED, SCANS, Columns, fold_session
from custody.burning.queries import claims, permit_in_force
from custody.handling.desk import Desk
from custody.handling.errors import NotAtPlant
from custody.kit import clock, grams
from custody.ledger.events import Event, Subject
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit
from custody.seizures.queries import contents_of
from custody.seizures.states import ExhibitState

#: So long before its slot units arrive for a session, and so long after it they do when a lorry broke down; a house value.
MARGIN = timedelta(hours=6)
#: Stages of a unit that has been scanned in a session, and is there or burnt.
AT_KILN = frozenset({Stage.STAGED, Stage.LOADED, Stage.INCINERATED})
_REACHED = {
    "staged": AT_KILN,
    "loaded": frozenset({Stage.LOADED, Stage.INCINERATED}),
    "burnt": frozenset({Stage.INCINERATED}),
}


class Slot:
    """One session during one act; ``row`` is as it was when it was locked."""

    def __init__(self, desk: Desk, row: Session) -> None:
        self.desk = desk
        self.row = row
        self.columns: Columns = {
            field.attname: getattr(row, field.attname) for field in Session._meta.concrete_fields
        }
        self._written = False

    @classmethod
    def locked(
        cls, desk: Desk, session: UUID, *, compare: bool = True, offered: bool = False
    ) -> Slot:
        """Lock and read a session that concerns the actor.

        Args:
            compare: whether the state that the actor has seen is asked for: not where it is about units.
            offered: whether a slot that a plant offers to who plans will do as well.

        Raises:
            UnknownSession: there is none.
        """
        rows = Session.objects
        row = (
            (rows.visible_to(desk.actor) if offered else rows.concerning(desk.actor))
            .select_related("plant__unit")
            .select_for_update(of=("self",))
            .filter(pk=session)
            .first()
        )
        if row is None:
            raise UnknownSession(field="session", session=session)
        if compare:
            desk.compare_seen(str(session), row.head)
            desk.happens_after(row.last_at)
        return cls(desk, row)

    def require(self, *states: str, what: str) -> None:
        """Pass if the session is in one of these states.

        Raises:
            SessionEnded: it is in another.
        """
        if self.row.state not in states:
            raise SessionEnded(
                field="session", session=self.row.id, state=self.row.state, what=what
            )

    def record(self, kind: str, payload: Mapping[str, Any], *, ordered: bool = True) -> Event:
        """Put down an event about the session; its row follows when the act is closed.

        Args:
            ordered: whether it has to be later than the last one. Scans need not be: two witnesses may confirm
                the burning of one unit after the next was staged.
        """
        event = self.desk.record_on(
            Subject("session", str(self.row.id)),
            kind,
            payload,
            self.columns["head"],
            name=f"session {self.row.id}",
            last_at=self.row.last_at if ordered else None,
        )
        self.columns = fold_session(self.columns, event)
        if not self._written:
            self._written = True
            self.desk.alongside(lambda: Session(**self.columns).save(force_update=True))
        return event

    # --- scanning

    @cached_property
    def permit(self) -> Permit:
        """The permit by which the plant burns now.

        Raises:
            NoPermit: none is in force.
        """
        return permit_in_force(self.row.plant_id, self.desk.at, self.desk.at)

    @property
    def minimum_celsius(self) -> int:
        """How hot the kiln has to be."""
        return self.permit.minimum_temperature_celsius

    def admit(self, unit: ExhibitState, scan: str) -> None:
        """Pass if a unit may be scanned in this session for the first time, and was scanned before where it has to be.

        Raises:
            ScannedTwice, NotInSession: it was already, or was not before.
        """
        told: dict[str, Any] = {"session": self.row.id, "label": unit.label}
        if unit.id in self.columns[scan] and unit.stage in _REACHED[scan]:
            raise ScannedTwice(field="units", scanned=scan, **told)
        number = SCANS.index(scan)
        if number and unit.id not in self.columns[SCANS[number - 1]]:
            raise NotInSession(field="units", scanned=SCANS[number - 1], **told)
        if unit.place_id != self.row.plant_id:
            raise NotAtPlant(field="units", label=unit.label)

    def require_room(self, units: Sequence[ExhibitState], gross: Sequence[Decimal]) -> None:
        """Pass if these units fit into the session beside what was staged in it already.

        Args:
            units: about to be staged, in order.
            gross: what each weighs now, in grams.

        Raises:
            OverCap: one of them does not; it is named.
        """
        there = Exhibit.objects.filter(
            pk__in=self.columns["staged"], stage__in=[stage.value for stage in AT_KILN]
        ).exclude(pk__in=[unit.id for unit in units])
        present = [load_of(one) for one in there.order_by("label")]
        coming = [
            Load(unit.label, unit.substance, unit.form, weight)
            for unit, weight in zip(units, gross, strict=True)
        ]
        require_fit(self.permit, [*present, *coming])

    def scanned(self, scan: str, units: Sequence[ExhibitState], **more: Any) -> None:
        """Put down that these units were scanned."""
        payload = {"scan": scan, "units": sorted(str(unit.id) for unit in units), **more}
        self.record("session.scanned", payload, ordered=False)


def opened(desk: Desk, session: UUID | None, *, what: str) -> Slot | None:
    """The confirmed session in which an act takes place, locked; None if it takes place in none.

    Raises:
        UnknownSession: the actor can act on none such.
        SessionEnded: it is not confirmed, or over.
        NoPermit: the plant has no permit in force.
    """
    if session is None:
        return None
    slot = Slot.locked(desk, session, compare=False)
    slot.require(CONFIRMED, what=what)
    _ = slot.permit
    return slot


def require_in_time(desk: Desk, slot: Slot) -> None:
    """Pass if the session's slot is now, or nearly: caps and weeks count slots, and fires have to keep to them.

    Raises:
        OutOfSlot: it is not.
    """
    row = slot.row
    if not row.starts_at - MARGIN <= desk.at <= row.ends_at + MARGIN:
        raise OutOfSlot(
            field="session",
            session=row.id,
            start=clock.to_text(row.starts_at),
            end=clock.to_text(row.ends_at),
            now=clock.to_text(desk.at),
            hours=int(MARGIN.total_seconds() // 3_600),
        )


def require_unclaimed(units: Sequence[ExhibitState], slot: Slot | None, *, field: str) -> None:
    """Pass if none of these units, nor anything inside them, belongs to another live session than this one.

    Raises:
        InAnotherSession: one does.
    """
    inside = contents_of([unit.id for unit in units])
    inner = {one for several in inside.values() for one in several}
    claimed = claims({*inside, *inner})
    for unit in units:
        for one in (unit.id, *inside[unit.id]):
            other = claimed.get(one)
            if other is not None and (slot is None or other.id != slot.row.id):
                label = unit.label if one == unit.id else Exhibit.objects.get(pk=one).label
                raise InAnotherSession(field=field, label=label, session=other.id)


def load_of(unit: Exhibit | ExhibitState) -> Load:
    """What a unit adds to a session, by its last reading.

    Raises:
        NotWeighed: it has none.
    """
    if unit.gross_grams is None:
        raise NotWeighed(field="exhibits", label=unit.label)
    return Load(unit.label, unit.substance, unit.form, unit.gross_grams)


def require_fit(permit: Permit, loads: Sequence[Load], *, field: str = "units") -> None:
    """Pass if these units keep within the caps of one session.

    Raises:
        OverCap: they do not; names the unit that is one too many.
    """
    found = excess(permit.limits, loads)
    if found is not None:
        raise OverCap(
            field=field,
            label=found.label,
            grams=grams.to_text(found.grams),
            what=found.cap.what,
            permit=permit.code,
            most=grams.to_text(found.cap.grams),
        )


def in_session(slot: Slot | None) -> dict[str, str]:
    """What an exhibit's event says of the session; nothing where there is none."""
    return {"session": str(slot.row.id)} if slot else {}
