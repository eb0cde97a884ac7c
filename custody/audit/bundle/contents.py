"""What belongs into a bundle: the events of an exhibit's or a seizure's life, for who may see all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from mimetypes import guess_extension
from typing import Any
from uuid import UUID

from django.db.models import Q

from custody.attachments.models import Attachment
from custody.audit.certificates import Certificate, certificates_in
from custody.audit.trails import Step, entries_of_all, steps_of, subjects_about, trail_of
from custody.deadlines.models import Flag
from custody.kit.errors import CustodyError
from custody.law.models import DestructionOrder, Hold
from custody.ledger import canonical
from custody.ledger.commitments import commitments_of
from custody.ledger.erasing import SUBJECT
from custody.ledger.events import Subject
from custody.ledger.models import Disclosure, Entry
from custody.ledger.queries import sound_event
from custody.people.assigning import Purpose
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.concerning import named_in
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import Reach, reach, reach_to_seizures


class WholeNeedsPurpose(CustodyError):
    """A bundle holds exact bytes, so it goes to whoever may see the whole of {what}: state a purpose for {seizure} first."""

    code = "whole_needs_purpose"
    category = "forbidden"


class NotAllYours(CustodyError):
    """{seizure} has units that you do not see: have the case assigned to you first."""

    code = "not_all_yours"
    category = "forbidden"


@dataclass(frozen=True)
class Contents:
    """The events of a bundle, and what opens their commitments.

    Attributes:
        subject: the exhibit or seizure that it is about.
        name: its label or reference.
        seizure: the case.
        steps: the events, whole, in the order of the ledger.
        disclosures: the disclosure of each text that is kept, by commitment, as canonical bytes.
        attachments: SHA-256 of each photograph and document that is kept, by its name in the bundle.
        reached: what it shows, and how near the reader is to each.
        certificates: by the session in which something of it was burnt: the certificate, of those units alone.
    """

    subject: Subject
    name: str
    seizure: Seizure
    steps: Sequence[Step]
    disclosures: Mapping[str, bytes]
    attachments: Mapping[str, str]
    reached: Mapping[UUID, Reach]
    certificates: Mapping[str, Certificate]

    @property
    def purpose(self) -> str | None:
        """Why the reader sees the whole of it, if they had to say."""
        return min((one.purpose for one in self.reached.values() if one.purpose), default=None)


def of_exhibit(actor: Officer | None, row: Exhibit) -> Contents:
    """An exhibit's whole trail, the case's own events, and the orders, holds and flags on it.

    Args:
        actor: who asks; None for who holds the server's console.
        row: one that they may see.

    Raises:
        RightMissing: the actor may not disclose.
        WholeNeedsPurpose: they see some of it masked.
    """
    reached = _reached(actor, [row], row.seizure, row.label)
    named = Q(exhibits__contains=[row.id])
    other = _steps(
        entries_of_all(
            {
                "seizure": [row.seizure_id],
                "order": _ids(DestructionOrder.objects.filter(named)),
                "hold": _ids(Hold.objects.filter(named)),
                "flag": _ids(Flag.objects.filter(exhibit=row)),
            }
        )
    )
    steps = sorted([*trail_of(row), *other], key=lambda one: one.seq)
    return _contents(Subject("exhibit", str(row.id)), row.label, row.seizure, steps, reached)


def of_seizure(actor: Officer | None, row: Seizure) -> Contents:
    """Everything recorded about a seizure and about whatever was part of it.

    Args:
        actor: who asks; None for who holds the server's console.
        row: one that they may see.

    Raises:
        RightMissing: the actor may not disclose.
        NotAllYours: they do not see every unit of it.
        WholeNeedsPurpose: they see some of it masked.
    """
    exhibits = list(row.exhibits.all())
    reached = _reached(actor, exhibits, row, row.reference)
    steps = _steps(entries_of_all(subjects_about(row, [one.id for one in exhibits])))
    return _contents(Subject("seizure", str(row.id)), row.reference, row, steps, reached)


def _reached(
    actor: Officer | None, exhibits: Sequence[Exhibit], case: Seizure, what: str
) -> dict[UUID, Reach]:
    if actor is None:
        return {}
    actor.require(Right.DISCLOSE)
    seen = Exhibit.objects.visible_to(actor).filter(pk__in=[one.id for one in exhibits])
    if seen.count() < len(exhibits):
        raise NotAllYours(seizure=case.reference)
    found = reach(actor, exhibits)
    if any(one.masked for one in found.values()):
        purposes = [purpose.value for purpose in Purpose]
        raise WholeNeedsPurpose(what=what, seizure=case.reference, legal=purposes)
    return {**found, **reach_to_seizures(actor, [case])}


def _ids(rows: Any) -> set[UUID]:
    return set(rows.values_list("pk", flat=True))


def _steps(entries: Iterable[Entry]) -> list[Step]:
    return steps_of([(entry, sound_event(entry)) for entry in entries])


def _contents(
    subject: Subject, name: str, case: Seizure, told: Sequence[Step], reached: Mapping[UUID, Reach]
) -> Contents:
    files = {one for step in told for one in named_in(step.event.payload)}
    texts = {one for step in told for one in commitments_of(step.event)}
    erasures = _steps(entries_of_all({SUBJECT: files | texts}))
    steps = sorted([*told, *erasures], key=lambda one: one.seq)
    papers = Attachment.objects.filter(pk__in=files, erased_at__isnull=True)
    attachments = {
        one.sha256 + (guess_extension(one.media_type) or ""): one.sha256 for one in papers
    }
    if attachments and reached and not any(one.purpose for one in reached.values()):
        # An original tells more than what is shown of it (decision 0015).
        purposes = [purpose.value for purpose in Purpose]
        raise WholeNeedsPurpose(what=name, seizure=case.reference, legal=purposes)
    kept = Disclosure.objects.filter(
        pk__in={one for step in steps for one in step.texts}, text__isnull=False
    )
    disclosures = {row.commitment: canonical.encode([row.salt, row.name, row.text]) for row in kept}
    certificates = certificates_in(step.event for step in steps)
    return Contents(subject, name, case, steps, disclosures, attachments, reached, certificates)
