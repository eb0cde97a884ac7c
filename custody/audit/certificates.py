"""Certificates of destruction: one event holds all that a certificate says; this finds it, whole or in part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from custody.kit.errors import CustodyError
from custody.ledger.events import Event
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event


class NotCertified(CustodyError):
    """Session {session} has no certificate."""

    code = "not_certified"
    category = "not_found"


@dataclass(frozen=True)
class Certificate:
    """A certificate as its reader gets it.

    Attributes:
        seq: where its event stands in the ledger.
        event: the event, whole.
        units: what it says of each unit, as far as the reader gets them.
        booked: the event by which the session was booked.
    """

    seq: int
    event: Event
    units: Sequence[Mapping[str, Any]]
    booked: Event

    @property
    def all_units(self) -> int:
        """How many units it is about."""
        units: Any = self.event.payload["units"]
        return len(units)

    def of(self, exhibits: Collection[str]) -> Certificate:
        """The same, of these exhibits alone: what burnt beside them is others' business."""
        return replace(self, units=[one for one in self.units if one["exhibit"] in exhibits])


def certificate_of(session: str) -> Certificate:
    """The certificate of a session.

    Raises:
        NotCertified: it has none.
    """
    found = certificates_of([session])
    if session not in found:
        raise NotCertified(session=session)
    return found[session]


def certificates_of(sessions: Collection[str]) -> dict[str, Certificate]:
    """The certificate of each of these sessions that has one."""
    own: dict[str, list[tuple[int, Event]]] = {}
    for entry in Entry.objects.filter(subject_type="session", subject_id__in=sessions).order_by(
        "seq"
    ):
        event = sound_event(entry)
        own.setdefault(entry.subject_id, []).append((entry.seq, event))
    found = {}
    for session, told in own.items():
        seq, last = told[-1]
        if last.kind == "session.certified":
            units: Any = last.payload["units"]
            found[session] = Certificate(seq, last, units, told[0][1])
    return found


def certificates_in(events: Iterable[Event]) -> dict[str, Certificate]:
    """The certificates of the sessions in which these events burnt something, each of what they burnt alone."""
    burnt: dict[str, set[str]] = {}
    for event in events:
        if event.kind == "exhibit.incinerated" and "session" in event.payload:
            burnt.setdefault(str(event.payload["session"]), set()).add(event.subject.id)
    if not burnt:
        return {}
    return {session: one.of(burnt[session]) for session, one in certificates_of(burnt).items()}
