"""An exhibit's whole trail: its own events, those of the containers it was in, and of what it was made from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from custody.deadlines.models import Flag
from custody.deadlines.telling import Telling, in_told_order
from custody.handling.models import Proposal, ProposalUnit
from custody.handling.register import ACTS
from custody.kit.clock import start_of_day
from custody.law.models import DestructionOrder, Hold
from custody.ledger.commitments import commitments_of
from custody.ledger.erasing import erased
from custody.ledger.events import Event
from custody.ledger.models import Disclosure, Entry, Erasure
from custody.ledger.queries import sound_event, sound_events
from custody.people.models import Officer
from custody.people.rights import Shown
from custody.seizures.concerning import named_in
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import (
    CAME_TO_NOTHING,
    TRANSPORT,
    WAY_ACTS,
    Reach,
    put_down_by_a_way,
    reach,
    seen_whole,
)

#: What of a photograph that was taken on the road only says where; see :data:`TRANSPORT`.
_ON_THE_ROAD = frozenset({"attachments", "caption"})
#: The same of what was reported on the way, where it came to another place than it was sent to.
_ELSEWHERE = frozenset({"expected", "found"})
#: The same of a flag.
_TIMES = frozenset({"clock", "fell_due_at", "late_seconds"})
#: What may tell of a transport before it is recorded.
_TELLING = TRANSPORT.keys() | {"exhibit.photographed"}


@dataclass(frozen=True)
class Step:
    """One event of the record, as a reader gets it.

    Attributes:
        seq: its place in the ledger.
        recorded_at: when it was recorded.
        event: what it says.
        label: the exhibit that it was written on, if it is about one.
        inherited: it was written on a container, or on what the exhibit was made from.
        corrected_by: ids of the corrections of it.
        texts: the texts that it commits to, by commitment, as far as they are kept.
        erased: what was erased of it, by commitment or hash.
        by_a_way: what it reports was found as something left, arrived or changed hands.
        masked: it was a transport: of its times only the day is told, of its route nothing, and not its bytes.
    """

    seq: int
    recorded_at: datetime
    event: Event
    label: str | None
    inherited: bool
    corrected_by: tuple[UUID, ...]
    texts: dict[str, str]
    erased: dict[str, Erasure]
    by_a_way: bool = False
    masked: bool = False

    def as_shown(self, shown: Shown) -> Step:
        """The step as a reader gets it who is shown so much."""
        route = self._way
        if route is None or shown is Shown.WHOLE:
            return self
        return self._by_day(route)

    @property
    def _way(self) -> frozenset[str] | None:
        """What of it says where something went; None if it does not tell of a transport."""
        kind, payload = self.event.kind, self.event.payload
        if kind == "exhibit.photographed" and payload["stage"] == Stage.IN_TRANSIT:
            return _ON_THE_ROAD
        if kind in CAME_TO_NOTHING and payload["act"] in WAY_ACTS:
            return frozenset({"occurred_at"})
        if self.by_a_way:
            return _ELSEWHERE if payload.get("what") == "destination" else frozenset()
        return TRANSPORT.get(kind)

    def flag_as_shown(self, hidden: Telling | None, flag: Flag) -> Step:
        """The same of an event on this flag.

        Args:
            hidden: what the reader is told by its day alone, if they are.
        """
        if hidden is None or not hidden.hides_flag(flag):
            return self
        return self._by_day(_TIMES)

    @property
    def staged(self) -> frozenset[UUID]:
        """The units that a session says came to its kiln: it says so when their own trails do."""
        payload: Any = self.event.payload
        if self.event.kind != "session.scanned" or payload["scan"] != "staged":
            return frozenset()
        return frozenset(UUID(one) for one in payload["units"])

    def scan_as_shown(self, masked: AbstractSet[UUID]) -> Step:
        """The same of a scan in a session, to who is told of the ways of these units by their day."""
        return self if self.staged.isdisjoint(masked) else self._by_day(frozenset())

    def _by_day(self, left_out: frozenset[str]) -> Step:
        kept = {name: value for name, value in self.event.payload.items() if name not in left_out}
        event = replace(
            self.event,
            occurred_at=start_of_day(self.event.occurred_at),
            captured=None,
            confirmers=(),
            nonce="",
            payload=kept,
            body=b"",
        )
        return replace(self, event=event, recorded_at=start_of_day(self.recorded_at), masked=True)


def hides_a_way(actor: Officer, proposal: Proposal, reached: Iterable[Reach]) -> bool:
    """Whether a proposal tells of a transport to somebody who has no part in it.

    Args:
        actor: who reads.
        proposal: an act that waits, or waited.
        reached: the reader's reach to the exhibits that it is about.
    """
    if ACTS[proposal.act].kind not in _TELLING or proposal.proposer_id == actor.badge:
        return False
    if actor.badge in proposal.awaits_badges or actor.unit_id in proposal.awaits_units:
        return False
    return any(one.masked for one in reached)


def ways_hidden(actor: Officer, proposals: Sequence[Proposal]) -> set[UUID]:
    """Those of these proposals, with their units at hand, whose ways and times are hidden from a reader."""
    telling = [one for one in proposals if ACTS[one.act].kind in _TELLING]
    units = {unit.exhibit_id: unit.exhibit for one in telling for unit in one.units.all()}
    reached = reach(actor, list(units.values())) if units else {}
    return {
        one.pk
        for one in telling
        if hides_a_way(actor, one, [reached[unit.exhibit_id] for unit in one.units.all()])
    }


def with_told_times(actor: Officer, proposals: QuerySet[Proposal]) -> Any:
    """These proposals with ``told_at``: when they were made, or the end of that day for whom their ways are hidden.

    The condition is that of :func:`hides_a_way`. Of what is inside a container by now it asks no further.
    """
    acts = [name for name, act in ACTS.items() if act.kind in _TELLING]
    part = (
        Q(proposer=actor)
        | Q(awaits_badges__contains=[actor.badge])
        | Q(awaits_units__contains=[actor.unit_id])
    )
    units = ProposalUnit.objects.filter(proposal=OuterRef("pk"))
    whole = Exhibit.objects.filter(seen_whole(actor), within__isnull=True)
    others = units.exclude(exhibit__in=whole.values("pk"))
    masked = Q(act__in=acts) & ~part & Q(Exists(others))
    return proposals.annotate(told_at=in_told_order("proposed_at", masked))


@dataclass(frozen=True)
class _Span:
    """Events of one exhibit that belong to a trail: those after ``start`` and up to ``end``."""

    exhibit: str
    start: int
    end: int


_FIRST, _LAST = -1, 2**62


def trail_of(exhibit: Exhibit, shown: Shown = Shown.WHOLE) -> list[Step]:
    """Every event that the exhibit went through, in the order of the ledger.

    Args:
        exhibit: a row that the reader may see; whoever sees it sees its whole trail.
        shown: how much of it they are shown.

    Raises:
        LedgerFault: the bytes of an event are not those that were recorded.
    """
    entries: dict[int, tuple[Entry, Event]] = {}
    wanted = [_Span(str(exhibit.id), _FIRST, _LAST)]
    while wanted:
        found = list(_read(wanted))
        wanted = []
        by_exhibit: dict[str, list[tuple[Entry, Event]]] = {}
        for entry, event in found:
            if entry.seq not in entries:
                entries[entry.seq] = (entry, event)
                by_exhibit.setdefault(entry.subject_id, []).append((entry, event))
        for own in by_exhibit.values():
            wanted += _joins(own)
    steps = steps_of([entries[seq] for seq in sorted(entries)])
    itself = str(exhibit.id)
    return [replace(one, inherited=one.event.subject.id != itself).as_shown(shown) for one in steps]


def _read(spans: Sequence[_Span]) -> Iterator[tuple[Entry, Event]]:
    for span in spans:
        for entry in Entry.objects.filter(
            subject_type="exhibit",
            subject_id=span.exhibit,
            seq__gt=span.start,
            seq__lte=span.end,
        ).order_by("seq"):
            yield entry, sound_event(entry)


def _joins(own: Sequence[tuple[Entry, Event]]) -> list[_Span]:
    """The spans of other exhibits that these events of one exhibit lead to."""
    spans = []
    inside: tuple[str, int] | None = None
    for entry, event in own:
        payload: Any = event.payload
        origin = payload.get("exhibit", {}).get("made_from") if "exhibit" in payload else None
        if origin:
            spans.append(_Span(origin, _FIRST, entry.seq))
        if event.kind == "exhibit.packed" and "container" in payload:
            inside = (payload["container"], entry.seq)
        elif event.kind == "exhibit.unpacked" and "container" in payload and inside:
            spans.append(_Span(inside[0], inside[1], entry.seq))
            inside = None
    if inside:
        spans.append(_Span(inside[0], inside[1], _LAST))
    return spans


def subjects_about(seizure: Seizure, exhibits: Collection[UUID]) -> dict[str, list[UUID]]:
    """A seizure, these of its units, and the orders, holds and flags on them, by what they are."""
    return {
        "seizure": [seizure.id],
        "exhibit": list(exhibits),
        "order": list(
            DestructionOrder.objects.filter(seizure=seizure).values_list("pk", flat=True)
        ),
        "hold": list(Hold.objects.filter(seizure=seizure).values_list("pk", flat=True)),
        "flag": list(Flag.objects.filter(exhibit__in=exhibits).values_list("pk", flat=True)),
    }


def entries_of_all(subjects: Mapping[str, Iterable[UUID | str]]) -> QuerySet[Entry]:
    """The entries about these, by what they are, in order."""
    wanted = Q(pk__isnull=True)
    for kind, ids in subjects.items():
        wanted |= Q(subject_type=kind, subject_id__in=[str(one) for one in ids])
    return Entry.objects.filter(wanted).order_by("seq")


def steps_of(entries: Sequence[tuple[Entry, Event]]) -> list[Step]:
    """Entries as steps, with their labels, corrections and texts, in a fixed number of queries."""
    exhibits = {entry.subject_id for entry, _ in entries if entry.subject_type == "exhibit"}
    labels = {
        str(pk): label
        for pk, label in Exhibit.objects.filter(pk__in=exhibits).values_list("pk", "label")
    }
    corrections: dict[str, list[UUID]] = {}
    corrected = Entry.objects.filter(
        subject_type="exhibit", subject_id__in=exhibits, kind="event.corrected"
    )
    for correction in sound_events(corrected.order_by("seq")):
        corrections.setdefault(str(correction.payload["event"]), []).append(correction.id)
    commitments = {
        event.id: list(commitments_of(event))
        for entry, event in entries
        if entry.subject_type not in REFERENCE
    }
    texts = _texts({one for several in commitments.values() for one in several})
    contents = {
        event.id: [*commitments.get(event.id, ()), *named_in(event.payload)] for _, event in entries
    }
    named = {one for several in contents.values() for one in several} - texts.keys()
    erasures = erased(named) if named else {}
    reports = [event.id for _, event in entries if event.kind == "exhibit.discrepancy_reported"]
    by_a_way = put_down_by_a_way(reports)
    return [
        Step(
            seq=entry.seq,
            recorded_at=entry.recorded_at,
            event=event,
            label=labels.get(entry.subject_id),
            inherited=False,
            corrected_by=tuple(corrections.get(str(event.id), ())),
            texts={one: texts[one] for one in commitments.get(event.id, ()) if one in texts},
            erased={one: erasures[one] for one in contents[event.id] if one in erasures},
            by_a_way=event.id in by_a_way,
        )
        for entry, event in entries
    ]


#: Who works here, where, by which rules: for those who oversee, and without the names.
REFERENCE = frozenset(
    {
        "agency",
        "unit",
        "officer",
        "assignment",
        "place",
        "scale",
        "permit",
        "crew",
        "vehicle",
        "policy",
        "profile",
        "protocol",
        "mass_rules",
        "mailbox",
        "route",
        "webhook",
        "ledger",
        "reads",
    }
)


def _texts(commitments: Iterable[str]) -> dict[str, str]:
    kept = Disclosure.objects.filter(pk__in=set(commitments), text__isnull=False)
    return {row.commitment: row.text for row in kept if row.text is not None}
