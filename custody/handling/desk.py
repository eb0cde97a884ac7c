"""The desk: one act's view of the world inside one transaction.

It locks and reads what the act names, judges each event as it is put down, folds it, and at the end writes
everything at once: rows, clocks, flags and, last of all, the ledger. Until then nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from custody.deadlines.services import Change, follow
from custody.handling import confirmers as rules
from custody.handling.confirmers import Requirement
from custody.handling.errors import (
    InsideContainer,
    LabelInUse,
    LabelTwice,
    NotYourCustody,
    OutOfOrder,
    SealInUse,
    UnknownSeizure,
)
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.append import Recorded
from custody.ledger.commitments import Opening, commit
from custody.ledger.events import Event, Json, Subject, seal
from custody.people.models import Officer
from custody.people.rights import NEEDS_CUSTODY, Right
from custody.seizures import labels as exhibit_labels
from custody.seizures import lifecycle, rows
from custody.seizures.labels import UnknownLabel
from custody.seizures.lifecycle import ENDED, TABLE, Confirmers
from custody.seizures.models import Exhibit, Seal, Seizure
from custody.seizures.projection import fold_exhibit, fold_seizure
from custody.seizures.queries import outermost, seals_of
from custody.seizures.states import ExhibitState, SeizureState

#: Writes a row beside the exhibits' just before the ledger: an order, a hold, a flag.
Writer = Callable[[], None]


class Desk:
    """One act under way.

    Attributes:
        actor: who acts.
        at: when it happened; ``now`` when it is recorded.
        events: what will be appended, in order.
        requirement: what confirmations the events so far need.
    """

    def __init__(
        self,
        *,
        actor: Officer,
        act_id: UUID,
        at: datetime,
        now: datetime,
        confirmed_by: Sequence[Officer] = (),
        captured: Mapping[str, Json] | None = None,
        late_reason: str | None = None,
    ) -> None:
        self.actor = actor
        self.act_id = act_id
        self.at = at
        self.now = now
        self.confirmed_by = tuple(confirmed_by)
        self.captured = captured
        self.openings: list[Opening] = []
        self.late = {"reason": self.text("reason", late_reason)} if late_reason else None
        self.requirement: Requirement | None = rules.colleague(actor) if late_reason else None
        self.events: list[Event] = []
        self.changes: list[Change] = []
        self.touched: dict[UUID, ExhibitState] = {}
        self.seizures: dict[UUID, SeizureState] = {}
        self._before: dict[UUID, ExhibitState] = {}
        self._writers: list[Writer] = []
        self._consequences: list[Callable[[], list[Event]]] = []

    # --- reading, under lock

    def units(
        self, names: Sequence[str], *, field: str = "exhibits", with_seals: bool = False
    ) -> list[ExhibitState]:
        """Lock and read the handling units with these labels, in the order given.

        Raises:
            MisreadLabel, LabelTwice, UnknownLabel: a label is wrong, doubled, or not the actor's to see.
            InsideContainer: one is in a container, and has to be taken out first.
        """
        states = self.exhibits(names, field=field, with_seals=with_seals)
        for state in states:
            if state.within_id:
                container = Exhibit.objects.get(pk=state.within_id)
                raise InsideContainer(field=field, label=state.label, container=container.label)
        return states

    def unit(self, name: str, *, field: str = "exhibit", with_seals: bool = False) -> ExhibitState:
        """Lock and read one handling unit; see :meth:`units`."""
        return self.units([name], field=field, with_seals=with_seals)[0]

    def exhibits(
        self, names: Sequence[str], *, field: str = "exhibits", with_seals: bool = False
    ) -> list[ExhibitState]:
        """Lock and read exhibits, wherever they are; see :meth:`units`."""
        parsed = [self.label(name, field=field) for name in names]
        doubled = {label for label in parsed if parsed.count(label) > 1} if len(parsed) > 1 else set()
        if doubled:
            raise LabelTwice(field=field, label=sorted(doubled)[0])
        found = {
            row.label: row
            for row in Exhibit.objects.visible_to(self.actor)
            .filter(label__in=parsed)
            .order_by("id")
            .select_for_update(of=("self",))
        }
        for label in parsed:
            if label not in found:
                raise UnknownLabel(field=field, label=label)
        self._adopt(list(found.values()), with_seals=with_seals)
        return [self.touched[found[label].id] for label in parsed]

    def enclosing(self, names: Sequence[str], *, field: str = "exhibits") -> list[ExhibitState]:
        """Lock the handling units around these exhibits first, then the exhibits; return the exhibits.

        So no container can be opened or closed over them meanwhile.

        Raises:
            NotLegalNow: the container that one is in has come to its end, and it with it.
        """
        parsed = [self.label(name, field=field) for name in names]
        seen = Exhibit.objects.visible_to(self.actor).filter(label__in=parsed)
        tops = outermost(list(seen.values_list("pk", flat=True)))
        locked = {
            row.id: row
            for row in Exhibit.objects.filter(pk__in=tops.values())
            .order_by("id")
            .select_for_update()
        }
        states = self.exhibits(names, field=field)
        for state in states:
            top = locked[tops[state.id]]
            if top.stage in ENDED:
                raise lifecycle.NotLegalNow(
                    field=field, label=state.label, stage=top.stage, kind="this", options="nothing"
                )
        return states

    def locked(self, ids_: Sequence[UUID], *, with_seals: bool = False) -> list[ExhibitState]:
        """Lock and read exhibits by id, in id order: those that a thing already visible names."""
        found = list(Exhibit.objects.filter(pk__in=ids_).order_by("id").select_for_update())
        self._adopt(found, with_seals=with_seals)
        return [self.touched[row.id] for row in found]

    def _adopt(self, found: Sequence[Exhibit], *, with_seals: bool) -> None:
        seals = seals_of(found) if with_seals else {}
        for row in found:
            if row.id not in self.touched:
                state = rows.exhibit_state(row, seals.get(row.id, ()))
                self.touched[row.id] = self._before[row.id] = state

    def seizure(self, reference: str) -> SeizureState:
        """Lock and read a seizure by its reference.

        Raises:
            UnknownSeizure: there is none that the actor may see.
        """
        row = (
            Seizure.objects.visible_to(self.actor)
            .filter(reference=reference)
            .select_for_update(of=("self",))
            .first()
        )
        if row is None:
            raise UnknownSeizure(field="seizure", reference=reference)
        state = self.seizures[row.id] = rows.seizure_state(row)
        return state

    def label(self, name: str, *, field: str) -> str:
        """The label in its printed form; MisreadLabel names the field."""
        try:
            return exhibit_labels.parse(name)
        except exhibit_labels.MisreadLabel as error:
            error.field = field
            raise

    def new_labels(self, names: Sequence[str | None], *, field: str) -> list[str]:
        """Labels for new exhibits: those given, and new ones where none is.

        Raises:
            MisreadLabel, LabelTwice: one is wrong or doubled.
            LabelInUse: an exhibit bears it already.
        """
        chosen = [
            self.label(name, field=field) if name else exhibit_labels.new_label() for name in names
        ]
        for label in chosen:
            if chosen.count(label) > 1:
                raise LabelTwice(field=field, label=label)
        used = Exhibit.objects.filter(label__in=chosen).values_list("label", flat=True)
        for label in sorted(used):
            raise LabelInUse(field=field, label=label)
        return chosen

    def new_seal(self, number: str, seal_class: str, *, field: str) -> dict[str, str]:
        """A seal that was never used, as events tell it.

        Raises:
            SealInUse: it was.
        """
        own = {s.number for state in self.touched.values() for s in state.seals}
        if number in own or Seal.objects.filter(pk=number).exists():
            raise SealInUse(field=field, number=number)
        return {"number": number, "class": seal_class}

    def text(self, name: str, value: str) -> dict[str, str]:
        """Free text as events tell it: a salted commitment; the text itself is kept beside the ledger."""
        opening = commit(name, value)
        self.openings.append(opening)
        return {"commitment": opening.commitment}

    def already_there(self) -> list[UUID]:
        """The ids of the exhibits that this act found, as opposed to those that it makes."""
        return sorted(self._before)

    # --- putting down

    def born(self, kind: str, exhibit: Mapping[str, Any], **payload: Any) -> ExhibitState:
        """Put down the first event of a new exhibit, whose payload holds the whole of it."""
        exhibit_id = ids.new_id()
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
        consequence: bool = False,
    ) -> ExhibitState:
        """Judge one event on one exhibit and put it down.

        Args:
            state: the exhibit; its latest state on this desk is what counts.
            kind: the event.
            payload: what it says.
            taker: who takes, where custody passes.
            barred: badges that may not witness it.
            consequence: it follows from another event of this act, and asks for no right of its own.

        Raises:
            NotLegalNow, Disputed: the lifecycle forbids it.
            RightMissing, NotYourCustody: the actor may not.
            OutOfOrder: the exhibit's last event is later than this.
        """
        before = self.touched[state.id]
        if not consequence:
            self.judge(before, kind)
            self._demand(before, TABLE[kind].confirmers, taker, barred)
        if self.at < before.last_at:
            raise OutOfOrder(
                field="occurred_at", label=before.label, previous=clock.to_text(before.last_at)
            )
        event = self._seal(Subject("exhibit", str(before.id)), kind, payload, before.head)
        after = fold_exhibit(before, event)
        self._put(before, event, after)
        return after

    def judge(self, state: ExhibitState, kind: str) -> None:
        """Pass if lifecycle, rights and custody allow this event now; see :meth:`record`."""
        lifecycle.require(kind, label=state.label, stage=state.stage, disputed=state.disputed)
        right = Right(TABLE[kind].right)
        self.actor.require(right)
        if right in NEEDS_CUSTODY and state.custodian_unit != self.actor.unit_id:
            raise NotYourCustody(
                label=state.label, unit=state.custodian_unit, own=self.actor.unit_id
            )

    def record_on(
        self, subject: Subject, kind: str, payload: Mapping[str, Any], previous: str | None
    ) -> Event:
        """Put down an event about something that is no exhibit, under its right."""
        self.actor.require(Right(TABLE[kind].right))
        event = self._seal(subject, kind, payload, previous)
        self.events.append(event)
        return event

    def record_seizure(
        self, state: SeizureState | None, seizure_id: UUID, kind: str, payload: Mapping[str, Any]
    ) -> SeizureState:
        """Put down an event about a seizure."""
        if state and self.at < state.last_at:
            raise OutOfOrder(
                field="occurred_at", label=state.reference, previous=clock.to_text(state.last_at)
            )
        event = self.record_on(
            Subject("seizure", str(seizure_id)), kind, payload, state.head if state else None
        )
        after = self.seizures[seizure_id] = fold_seizure(state, event)
        return after

    def replaced(self, event: Event, after: ExhibitState) -> None:
        """Put down a correction, after which the exhibit stands as the replay says."""
        self.events.append(event)
        self.touched[after.id] = after

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
        self.requirement = (
            self.requirement.merged(requirement) if self.requirement else requirement
        )

    def _demand(
        self,
        state: ExhibitState,
        rule: Confirmers,
        taker: Officer | None,
        barred: frozenset[str],
    ) -> None:
        if rule is Confirmers.COUNTERPARTY:
            assert taker is not None
            taker.require(Right.TRANSFER)
            self.demand(
                rules.counterparty(self.actor, giver_unit=state.custodian_unit, taker=taker)
            )
        elif rule is Confirmers.COLLEAGUE:
            self.demand(rules.colleague(self.actor))
        elif rule is Confirmers.SECOND_CORRECTOR:
            self.demand(rules.second_corrector(self.actor))
        elif rule is Confirmers.WITNESSES:
            self.demand(rules.witnesses(self.actor, barred | {*state.samplers}))

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

    def close(self) -> list[tuple[Event, Recorded]]:
        """Write it all, the ledger last; the events as recorded.

        Raises:
            LabelInUse, SealInUse: another act took the label or the seal in the meantime.
        """
        changed = [
            state for state in self.touched.values() if state is not self._before.get(state.id)
        ]
        rows.write_seizures(list(self.seizures.values()))
        try:
            rows.write_exhibits(changed)
            rows.write_seals(self._before, changed)
        except IntegrityError as error:
            if "custody_exhibit_label" in str(error):
                raise LabelInUse(field="label", label="the label") from error
            if "custody_seal_pkey" in str(error):
                raise SealInUse(field="number", number="the number") from error
            raise
        for write in self._writers:
            write()
        events = list(self.events)
        if self.changes:
            events += follow(
                self.changes, act_id=self.act_id, actor=self.actor.person, now=self.now
            )
        for consequence in self._consequences:
            events += consequence()
        recorded = append.append(events, self.openings)
        return list(zip(events, recorded, strict=True))
