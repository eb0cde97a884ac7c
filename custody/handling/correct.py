"""Corrections: what did not occur is taken out of the fold, wrong data are put right. Both stay readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from custody.deadlines.services import refollow
from custody.handling import lookups
from custody.handling.acts import act
from custody.handling.commands import (
    Command,
    Kind,
    choice,
    code,
    described,
    mass,
    place,
    scale,
    text,
)
from custody.handling.confirmers import second_corrector
from custody.handling.desk import Desk
from custody.handling.errors import (
    FieldMissing,
    InvalidReplacement,
    NotCorrectable,
    NotYourDecision,
    UnknownEvent,
)
from custody.handling.weighing import compare, reading, report
from custody.kit.sentences import Sentence
from custody.law.models import Hold
from custody.ledger.events import Event, Subject
from custody.ledger.models import Entry
from custody.ledger.queries import entries_of, sound_event
from custody.people.models import agency_of
from custody.seizures import masses
from custody.seizures.corrections import Declaration
from custody.seizures.lifecycle import ENDED, IRREVERSIBLE, Stage
from custody.seizures.models import Exhibit
from custody.seizures.projection import replay_exhibit
from custody.seizures.queries import family, holds_around
from custody.seizures.states import ExhibitState

#: One physical act told by events on several exhibits: they are taken out together.
JOINT = frozenset({"exhibit.packed", "exhibit.unpacked", "exhibit.split", "exhibit.sampled"})
_UNDONE_OTHERWISE = {
    "hold.placed": "lift the hold",
    "hold.lifted": "place a new hold",
    "order.given": "revoke the order",
    "order.revoked": "give a new order",
    "proposal.lapsed": "it only says what became of a proposal",
    "proposal.refused": "it only says what became of a proposal",
}


@dataclass(frozen=True, kw_only=True)
class Correct(Command):
    """Correct: declare that an event did not occur, or put its data right."""

    event: UUID = described(Kind.IDENTIFIER, "Event")
    declaration: str = choice("Declaration", Declaration)
    reason: str = text("Why")
    gross_grams: Decimal | None = mass("Right gross, in grams", required=False)
    tare_grams: Decimal | None = mass("Right packaging, in grams", required=False)
    scale: str | None = scale(required=False)
    place: str | None = place("Right place", required=False)
    substance: str | None = code("Right substance", required=False)


@act("correct", "event.corrected", Correct)
def correct(desk: Desk, command: Correct) -> None:
    """One event on each exhibit concerned, which is folded anew; a second corrector confirms, of the agency
    that has it now or that took it first.

    It is recorded even where what remains could not have been so: then the exhibit is disputed, and a
    discrepancy names the events that no longer fit.
    """
    wrong = _find(desk, command.event)
    _check_correctable(wrong, command)
    agency = wrong.actor.agency
    if desk.actor.unit.agency_id != agency:
        raise NotYourDecision(field="event", what="The event", agency=agency)
    replacement = None
    if command.declaration == Declaration.INCORRECT_DATA:
        replacement = _replacement(desk, wrong, command)
    targets = {UUID(wrong.subject.id): wrong}
    if replacement is None and wrong.kind in JOINT:
        for entry in Entry.objects.filter(
            act_id=wrong.act_id, kind=wrong.kind, subject_type="exhibit"
        ):
            targets[UUID(entry.subject_id)] = sound_event(entry)
    reason = desk.text("reason", command.reason)
    corrected = []
    for before in desk.locked(list(targets), with_seals=True):
        if str(before.id) == wrong.subject.id:
            desk.compare_seen(before.label, before.head)
        payload = {
            "event": str(targets[before.id].id),
            "declaration": command.declaration,
            "replacement": replacement,
            "reason": reason,
        }
        corrected.append(_correct_one(desk, before, payload, targets[before.id]))
    _check_nothing_destroyed(corrected)
    _check_nothing_swallowed(corrected)
    _carry_holds(desk, corrected)
    for one in corrected:
        _tell(desk, one)


def _find(desk: Desk, event_id: UUID) -> Event:
    entry = Entry.objects.filter(event_id=event_id, subject_type="exhibit").first()
    visible = Exhibit.objects.visible_to(desk.actor)
    if entry is None or not visible.filter(pk=entry.subject_id).exists():
        raise UnknownEvent(field="event", event=event_id)
    return sound_event(entry)


def _check_correctable(wrong: Event, command: Correct) -> None:
    why = _UNDONE_OTHERWISE.get(wrong.kind)
    if wrong.kind in IRREVERSIBLE and command.declaration == Declaration.DID_NOT_OCCUR:
        why = "what is irreversible stays done; report a discrepancy"
    elif wrong.kind == "event.corrected" and command.declaration == Declaration.INCORRECT_DATA:
        why = "declare that it did not occur, and correct anew"
    if why:
        raise NotCorrectable(field="event", kind=wrong.kind, why=why)


def _replacement(desk: Desk, wrong: Event, command: Correct) -> dict[str, Any]:
    """What stands in the event's payload instead; only what it says already can be put right.

    Raises:
        FieldMissing: nothing is told that would be right.
        InvalidReplacement: the event says nothing of it.
    """
    told: Mapping[str, Any] = wrong.payload
    born = "exhibit" in told
    content: Mapping[str, Any] = told["exhibit"] if born else told
    right: dict[str, Any] = {}
    if command.gross_grams is not None:
        old = content.get("reading")
        if not old:
            raise InvalidReplacement(
                field="gross_grams", name="gross_grams", why="the event holds no reading"
            )
        right["reading"] = reading(
            desk,
            command.scale or old["scale"] or "",
            gross=command.gross_grams,
            tare=command.tare_grams,
            known_tare=None if old["tare_grams"] is None else Decimal(old["tare_grams"]),
        )
    if command.place:
        right["place"] = lookups.place(command.place).code
    if command.substance:
        right["substance"] = command.substance
    for name in right:
        if content.get(name) is None:
            raise InvalidReplacement(field=name, name=name, why="the event does not say it")
    if not right:
        raise FieldMissing(
            field="gross_grams", name="what is right", why="incorrect data need the right ones"
        )
    return {"exhibit": {**content, **right}} if born else right


@dataclass(frozen=True)
class Corrected:
    """One exhibit's correction: the exhibit before and after it, its whole trail, and what was wrong in it."""

    before: ExhibitState
    after: ExhibitState
    trail: list[Event]
    wrong: Event


def _check_nothing_destroyed(corrected: Sequence[Corrected]) -> None:
    """Pass if nothing that would now stand otherwise has led to destruction.

    Raises:
        NotCorrectable: what is burnt stays burnt, and with it how it came about.
    """
    void = {one.before.id for one in corrected if one.after.stage is Stage.VOID}
    moved = {
        one.before.id
        for one in corrected
        if (one.before.stage, one.before.within_id, one.before.disputed)
        != (one.after.stage, one.after.within_id, one.after.disputed)
    }
    for row in Exhibit.objects.filter(pk__in=family(moved)):
        if row.stage == Stage.INCINERATED or (row.id in void and row.neutralised_at):
            raise NotCorrectable(
                field="event",
                kind="what led to destruction",
                why=Sentence(
                    "{label} is destroyed, and stays so; report a discrepancy", label=row.label
                ),
            )


def _check_nothing_swallowed(corrected: Sequence[Corrected]) -> None:
    """Pass if nothing that is still there came out of, or is inside, what never was.

    Raises:
        NotCorrectable: what came later is corrected first.
    """
    every = [one.before.id for one in corrected]
    void = [one.before.id for one in corrected if one.after.stage is Stage.VOID]
    left = (
        Exhibit.objects.filter(Q(within__in=void) | Q(made_from__in=void))
        .exclude(pk__in=every)
        .exclude(stage=Stage.VOID)
        .order_by("label")
        .first()
    )
    if left:
        raise NotCorrectable(
            field="event",
            kind="the beginning",
            why=Sentence("correct first how {label} came out of it", label=left.label),
        )


def _carry_holds(desk: Desk, corrected: Sequence[Corrected]) -> None:
    """Place every hold that the correction would lose on what it brings back, and lift what was lifted meanwhile.

    Raises:
        NotCorrectable: it brings nothing back that could bear the hold.
    """
    every = {hold for one in corrected for hold in (*one.before.holds, *one.after.holds)}
    lifted = set(
        Hold.objects.filter(pk__in=every, lifted_at__isnull=False).values_list("pk", flat=True)
    )
    live = [one for one in corrected if one.after.stage not in ENDED]
    for one in live:
        for hold in sorted(lifted.intersection(one.after.holds)):
            state = desk.touched[one.before.id]
            desk.record(state, "hold.lifted", {"hold": str(hold)}, consequence=True)
            one.trail.append(desk.events[-1])
    gone = {
        hold: one.before.label
        for one in corrected
        if one.after.stage in ENDED
        for hold in one.before.holds
        if hold not in lifted
    }
    if gone and not live:
        label = min(gone.values())
        raise NotCorrectable(
            field="event",
            kind="what is on hold",
            why=Sentence("lift the hold on {label} first", label=label),
        )
    around = holds_around([one.before.id for one in corrected])
    for one in live:
        state = desk.touched[one.before.id]
        due = {*gone, *one.before.holds}
        if one.after.within_id != one.before.within_id:
            due |= around[one.before.id]
        for hold in sorted(due - lifted - {*state.holds}):
            state = desk.record(state, "hold.placed", {"hold": str(hold)}, consequence=True)
            one.trail.append(desk.events[-1])


def _tell(desk: Desk, one: Corrected) -> None:
    """Report what the correction changes in custody or mass, so that a third person looks at it."""
    before, after = one.before, one.after
    stood = (before.stage, before.place_id, before.custodian_unit, before.disputed)
    stands = (after.stage, after.place_id, after.custodian_unit, after.disputed)
    if stands != stood:
        later = [str(event.id) for event in _after(one.trail, one.wrong)]
        report(desk, desk.touched[before.id], what="correction", events=later)
    elif before.gross_grams is not None and after.gross_grams is not None:
        compare(
            desk,
            desk.touched[before.id],
            what="correction",
            expected=before.gross_grams,
            measured=after.gross_grams,
            within=masses.uncertainty(before.readability_grams, after.readability_grams),
        )


def _correct_one(
    desk: Desk, before: ExhibitState, payload: dict[str, Any], wrong: Event
) -> Corrected:
    desk.record(before, "event.corrected", payload)
    correction = desk.events[-1]
    subject = Subject("exhibit", str(before.id))
    trail = [sound_event(entry) for entry in entries_of(subject)]
    trail.append(correction)
    answering = {agency_of(before.custodian_unit), trail[0].actor.agency}
    desk.demand(second_corrector(desk.actor, frozenset(answering)))
    after = replay_exhibit(trail)
    desk.replaced(after)
    desk.follows(
        lambda: refollow(
            exhibit_id=before.id,
            trail=trail,
            act_id=desk.act_id,
            actor=desk.actor.person,
            now=desk.now,
        )
    )
    return Corrected(before, after, trail, wrong)


def _after(trail: Sequence[Event], wrong: Event) -> Sequence[Event]:
    position = next(n for n, event in enumerate(trail) if event.id == wrong.id)
    return [event for event in trail[position + 1 :] if event.kind != "event.corrected"]
