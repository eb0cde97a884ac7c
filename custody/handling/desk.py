"""The desk: one act's view of the world inside one transaction.

It locks and reads what the act names, judges each event as it is put down, folds it, and at the end writes
everything at once: rows, clocks, flags and, last of all, the ledger. Until then nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from custody.deadlines.services import Change, follow
from custody.handling import confirmers as rules
from custody.handling.checking import Taking
from custody.handling.confirmers import Requirement
from custody.handling.errors import (
    LabelInUse,
    NotYourCustody,
    NumberInUse,
    OutOfOrder,
    SealInUse,
)
from custody.handling.sight import Sight
from custody.kit import clock
from custody.ledger import append
from custody.ledger.append import Recorded
from custody.ledger.commitments import Opening, commit
from custody.ledger.events import Event, Json, Subject, seal
from custody.people.models import Officer
from custody.people.rights import NEEDS_CUSTODY, Right
from custody.seizures import admitting, rows
from custody.seizures.lifecycle import TABLE, Confirmers
from custody.seizures.models import Exhibit
from custody.seizures.projection import fold_exhibit, fold_seizure
from custody.seizures.reach import reach
from custody.seizures.states import ExhibitState, SeizureState

#: Writes a row beside the exhibits' just before the ledger: an order, a hold, a flag.
Writer = Callable[[], None]


class Desk(Sight):
    """One act under way.

    Attributes:
        actor: who acts.
        at: when it happened; ``now`` when it is recorded. If nobody said when, it happened after whatever was
            recorded of what it is about while it waited for that.
        taking: what the taker found, where they said so while confirming.
        events: what will be appended, in order.
        requirement: what confirmations the events so far need.
    """

    def __init__(
        self,
        *,
        actor: Officer,
        act_id: UUID,
        at: datetime | None,
        now: datetime,
        confirmed_by: Sequence[Officer] = (),
        captured: Mapping[str, Json] | None = None,
        late_reason: str | None = None,
        seen: Collection[str] | None = None,
        known: Mapping[str, ExhibitState] | None = None,
        taking: Taking | None = None,
    ) -> None:
        super().__init__(actor, seen, known)
        self.act_id = act_id
        self.at = at or now
        self.now = now
        self._at_told = at is not None
        self.confirmed_by = tuple(confirmed_by)
        self.captured = captured
        self.taking = taking
        self.openings: list[Opening] = []
        self.late = {"reason": self.text("reason", late_reason)} if late_reason else None
        self.requirement: Requirement | None = None
        self.events: list[Event] = []
        self.changes: list[Change] = []
        self._changed_seizures: dict[UUID, SeizureState] = {}
        self._writers: list[Writer] = []
        self._consequences: list[Callable[[], list[Event]]] = []

    def text(self, name: str, value: str) -> dict[str, str]:
        """Free text as events tell it: a salted commitment; the text itself is kept beside the ledger."""
        opening = commit(name, value)
        self.openings.append(opening)
        return {"commitment": opening.commitment}

    def _remember(self, states: Sequence[ExhibitState]) -> None:
        super()._remember(states)
        self.happens_after(*(state.last_at for state in states))

    def happens_after(self, *moments: datetime) -> None:
        """If nobody said when the act happened, it happened after what was recorded while it waited."""
        if not self._at_told:
            self.at = max([self.at, *moments])

    @contextmanager
    def happening(self, at: datetime) -> Iterator[None]:
        """Put down what happened at another time than the act as a whole."""
        whole, self.at = self.at, at
        try:
            yield
        finally:
            self.at = whole

    # --- putting down

    def born(
        self, exhibit_id: UUID, kind: str, exhibit: Mapping[str, Any], **payload: Any
    ) -> ExhibitState:
        """Put down the first event of a new exhibit, whose payload holds the whole of it.

        Raises:
            RightMissing: the actor may not.
        """
        self.actor.require(Right(TABLE[kind].right))
        event = self._seal(
            Subject("exhibit", str(exhibit_id)), kind, {"exhibit": exhibit, **payload}, None
        )
        state = fold_exhibit(None, event)
        self._put(None, event, state)
        return state

    def record(
        self,
        state: ExhibitState,
        kind: str,
        payload: Mapping[str, Any],
        *,
        taker: Officer | None = None,
        barred: frozenset[str] = frozenset(),
        named: frozenset[str] = frozenset(),
        consequence: bool = False,
    ) -> ExhibitState:
        """Judge one event on one exhibit and put it down.

        Args:
            state: the exhibit; its latest state on this desk is what counts.
            kind: the event.
            payload: what it says.
            taker: who takes, where custody passes.
            barred: badges that may not witness it.
            named: badges of those who shall witness it, if the actor says so.
            consequence: it follows from another event of this act, and asks for no right of its own.

        Raises:
            NotLegalNow, Disputed: the lifecycle forbids it.
            RightMissing, NotYourCustody: the actor may not.
            OutOfOrder: the exhibit's last event is later than this.
        """
        before = self.touched[state.id]
        if not consequence:
            self.judge(before, kind)
            self._demand(before, kind, taker, barred, named)
        if self.at < before.last_at:
            raise OutOfOrder(
                field="occurred_at", label=before.label, previous=self._last_told(before)
            )
        event = self._seal(Subject("exhibit", str(before.id)), kind, payload, before.head)
        after = fold_exhibit(before, event)
        self._put(before, event, after)
        return after

    def _last_told(self, state: ExhibitState) -> str:
        """When something last happened to an exhibit, as far as the actor is told: it may have been a transport."""
        known = list(Exhibit.objects.filter(pk=state.id))
        masked = any(one.masked for one in reach(self.actor, known).values())
        return str(state.last_at.date()) if masked else clock.to_text(state.last_at)

    def judge(self, state: ExhibitState, kind: str) -> None:
        """Pass if lifecycle, rights and custody allow this event now; see :meth:`record`."""
        admitting.require(kind, label=state.label, stage=state.stage, disputed=state.disputed)
        right = Right(TABLE[kind].right)
        self.actor.require(right)
        if right in NEEDS_CUSTODY and state.custodian_unit != self.actor.unit_id:
            raise NotYourCustody(
                label=state.label, unit=state.custodian_unit, own=self.actor.unit_id
            )

    def record_on(
        self,
        subject: Subject,
        kind: str,
        payload: Mapping[str, Any],
        previous: str | None,
        *,
        name: str = "",
        last_at: datetime | None = None,
    ) -> Event:
        """Put down an event about something that is no exhibit, under its right.

        Args:
            subject: what it is about.
            kind: the event.
            payload: what it says.
            previous: leaf of the subject's last event, if it has one.
            name: the subject as people know it, and ``last_at``, when its last event was.

        Raises:
            RightMissing: the actor may not.
            OutOfOrder: the subject's last event is later than this.
        """
        self.actor.require(Right(TABLE[kind].right))
        if last_at and not self._at_told:
            self.at = max(self.at, last_at)
        if last_at and self.at < last_at:
            raise OutOfOrder(field="occurred_at", label=name, previous=clock.to_text(last_at))
        event = self._seal(subject, kind, payload, previous)
        self.events.append(event)
        return event

    def record_seizure(
        self, state: SeizureState | None, seizure_id: UUID, kind: str, payload: Mapping[str, Any]
    ) -> SeizureState:
        """Put down an event about a seizure."""
        event = self.record_on(
            Subject("seizure", str(seizure_id)),
            kind,
            payload,
            state.head if state else None,
            name=state.reference if state else "",
            last_at=state.last_at if state else None,
        )
        after = self._changed_seizures[seizure_id] = fold_seizure(state, event)
        return after

    def replaced(self, after: ExhibitState) -> None:
        """Let the exhibit, just corrected on this desk, stand as the replay of its whole trail says."""
        self.touched[after.id] = after
        self.changes = [change for change in self.changes if change.after.id != after.id]

    def alongside(self, writer: Writer) -> None:
        """Write a row of another kind when the act is closed."""
        self._writers.append(writer)

    def follows(self, consequence: Callable[[], list[Event]]) -> None:
        """Run when the act is closed, before the ledger: writes rows and gives events to append."""
        self._consequences.append(consequence)

    def sealed(
        self, subject: Subject, kind: str, payload: Mapping[str, Any], previous: str | None
    ) -> Event:
        """An event of this act, not yet put down."""
        return self._seal(subject, kind, payload, previous)

    def demand(self, requirement: Requirement) -> None:
        """Ask for confirmations beside those that the events ask for."""
        self.requirement = self.requirement.merged(requirement) if self.requirement else requirement

    def _demand(
        self,
        state: ExhibitState,
        kind: str,
        taker: Officer | None,
        barred: frozenset[str],
        named: frozenset[str],
    ) -> None:
        rule = TABLE[kind].confirmers
        if rule is Confirmers.COUNTERPARTY:
            assert taker is not None
            taker.require(Right.TRANSFER)
            self.demand(
                rules.counterparty(self.actor, giver_unit=state.custodian_unit, taker=taker)
            )
        elif rule is Confirmers.COLLEAGUE:
            self.demand(rules.colleague(self.actor, Right(TABLE[kind].right)))
        elif rule is Confirmers.SECOND_CORRECTOR:
            self.demand(rules.second_corrector(self.actor))
        elif rule is Confirmers.WITNESSES:
            self.demand(rules.witnesses(self.actor, barred | {*state.samplers}, named))

    def _seal(
        self, subject: Subject, kind: str, payload: Mapping[str, Any], previous: str | None
    ) -> Event:
        return seal(
            kind=kind,
            subject=subject,
            actor=self.actor.person,
            confirmers=tuple(officer.person for officer in self.confirmed_by),
            occurred_at=self.at,
            captured=self.captured,
            late=self.late,
            payload=payload,
            previous=previous,
            act_id=self.act_id,
        )

    def _put(self, before: ExhibitState | None, event: Event, after: ExhibitState) -> None:
        self.events.append(event)
        self.touched[after.id] = after
        self.changes.append(Change(before=before, event=event, after=after))

    # --- closing

    @property
    def changed(self) -> list[ExhibitState]:
        """The exhibits that stand otherwise than before, as they now do."""
        return [state for state in self.touched.values() if state is not self._before.get(state.id)]

    @property
    def before(self) -> list[ExhibitState]:
        """The exhibits that were there, as they stood before."""
        return list(self._before.values())

    @property
    def plain(self) -> bool:
        """Whether it holds nothing but events on exhibits that were there: no row of another kind, no new name."""
        return (
            not (self._writers or self._consequences or self._changed_seizures or self._new_seals)
            and len(self.changes) == len(self.events)
            and self.touched.keys() == self._before.keys()
        )

    def close(self) -> list[tuple[Event, Recorded]]:
        """Write it all, the ledger last; the events as recorded. Raises as :meth:`settle` does."""
        events = self.settle()
        return list(zip(events, append.append(events, self.openings), strict=True))

    def settle(self) -> list[Event]:
        """Write everything but the ledger; the events that it has still to get, in order.

        Raises:
            LabelInUse, SealInUse, NumberInUse: another act took the label, seal or report number in the meantime.
        """
        try:
            rows.write_seizures(list(self._changed_seizures.values()))
            rows.write_exhibits(self.changed)
            rows.write_seals(self._before, self.changed)
        except IntegrityError as error:
            if "custody_exhibit_label" in str(error):
                raise LabelInUse(field="label", label="the label") from error
            if "custody_seizure_customs_report" in str(error):
                raise NumberInUse(
                    field="customs_report", name="Customs report", number="the number"
                ) from error
            if "custody_seal_pkey" in str(error):
                raise SealInUse(field="number", number="the number") from error
            raise
        for write in self._writers:
            write()
        events = list(self.events)
        if self.changes:
            events += follow(self.changes, actor=self.actor.person, now=self.now)
        for consequence in self._consequences:
            events += consequence()
        return events
