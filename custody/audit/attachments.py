"""Who may see a file: whoever sees a subject that names it; before anything names it, who brought it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from custody.attachments import storage
from custody.attachments.content import Kind
from custody.attachments.models import Attachment, Upload
from custody.burning.models import Session
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Shown
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import Reach, reach, reach_to_seizures


class NoSuchFile(CustodyError):
    """There is no file {sha256} that you may see."""

    code = "no_such_file"
    category = "not_found"


class FileErased(CustodyError):
    """It was erased on {day}, by order."""

    code = "file_erased"
    category = "not_found"


class OriginalOnly(CustodyError):
    """A document is shown as it came or not at all: ask for the original, with a purpose."""

    code = "original_only"
    category = "conflict"


class PurposeNeeded(CustodyError):
    """The original tells more than what is shown of it. State your purpose for the case first; who is not entitled to one breaks the glass."""

    code = "purpose_needed"
    category = "forbidden"


class FileMissing(CustodyError):
    """The bytes of this file cannot be read now."""

    code = "file_missing"
    category = "unavailable"


@dataclass(frozen=True)
class Sight:
    """A file as one reader may see it.

    Attributes:
        row: the file.
        reached: the things that name it, with the reader's reach to each; empty for who brought it, before any does.
    """

    row: Attachment
    reached: Mapping[UUID, Reach]

    def shown(self, form: str = storage.SHOWN) -> bytes:
        """What is served of a photograph, in one of its two sizes.

        Raises:
            OriginalOnly: it is a document.
            FileMissing: storage does not answer.
        """
        if self.row.kind != Kind.PHOTOGRAPH:
            raise OriginalOnly
        return read_kept(form, self.row.sha256)

    def original(self) -> bytes:
        """The bytes as they came.

        Raises:
            PurposeNeeded: the reader has not said why, for any of the cases.
            FileMissing: storage does not answer.
        """
        if self.reached and not any(one.purpose for one in self.reached.values()):
            raise PurposeNeeded
        return read_kept(storage.ORIGINAL, self.row.sha256)


def read_kept(form: str, sha256: str) -> bytes:
    """The bytes of a file that is on record.

    Raises:
        FileMissing: they do not lie there: lost, or erased this very moment.
    """
    try:
        return storage.read(form, sha256)
    except FileNotFoundError as error:
        raise FileMissing from error


def sight_of(actor: Officer, sha256: str) -> Sight:
    """A file, if the officer may see it.

    Raises:
        NoSuchFile: there is none that they may see; nobody learns which.
        FileErased: they might, but it was erased.
    """
    row = Attachment.objects.filter(pk=sha256).first()
    reached = _reached(actor, sha256) if row else {}
    own = row and not row.event_id and Upload.objects.filter(attachment=row, officer=actor).exists()
    if row is None or not (reached or own):
        raise NoSuchFile(sha256=sha256)
    if row.erased_at:
        raise FileErased(day=row.erased_at.date())
    return Sight(row, reached)


def _reached(actor: Officer, sha256: str) -> dict[UUID, Reach]:
    """What the officer sees of what names a file. Taken on the road, it is hidden from whom ways are hidden."""
    burnt = Session.objects.visible_to(actor).filter(logs__contains=[sha256]).first()
    exhibits = list(
        Exhibit.objects.visible_to(actor).filter(
            Q(photographs__contains=[sha256])
            | Q(road_photographs__contains=[sha256])
            # a kiln's log is about whatever burnt in that session
            | Q(pk__in=burnt.burnt if burnt else [])
        )
    )
    found = reach(actor, exhibits)
    for row in exhibits:
        on_the_road = sha256 in row.road_photographs and sha256 not in row.photographs
        if on_the_road and found[row.id].masked:
            del found[row.id]
    seizures = list(Seizure.objects.visible_to(actor).filter(documents__contains=[sha256]))
    found |= reach_to_seizures(actor, seizures)
    return {one: near for one, near in found.items() if near.shown is not Shown.NOTHING}


def seen_among(actor: Officer, hashes: Iterable[str]) -> frozenset[str]:
    """Those of these photographs that the officer may see and that are kept: four queries, however many."""
    wanted = sorted(set(hashes))
    if not wanted:
        return frozenset()
    exhibits = list(
        Exhibit.objects.visible_to(actor).filter(
            Q(photographs__overlap=wanted) | Q(road_photographs__overlap=wanted)
        )
    )
    found = reach(actor, exhibits)
    seen: set[str] = set()
    for row in exhibits:
        seen |= {*row.photographs, *([] if found[row.id].masked else row.road_photographs)}
    kept = Attachment.objects.filter(pk__in=seen & set(wanted), erased_at__isnull=True)
    return frozenset(kept.values_list("pk", flat=True))
