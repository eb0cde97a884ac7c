"""Reference data enters by events too: each adoption holds the whole content, so a replay reads nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import connection, models, transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import append
from custody.ledger.commitments import Opening
from custody.ledger.events import Event, Json, Person, Subject, seal


class OnRecordAlready(CustodyError):
    """{code} is on record already: open its page to change it."""

    code = "on_record_already"
    category = "conflict"


class AdoptedMeanwhile(CustodyError):
    """{code} was changed since you opened this form: nothing was recorded. Look at who changed what; sent again, yours takes its place."""

    code = "adopted_meanwhile"
    category = "stale"


class Adopted(models.Model):
    """A row whose whole content came from the last ``….adopted`` event about it."""

    subject_type: ClassVar[str]

    head = models.CharField(max_length=64, editable=False)
    version = models.PositiveIntegerField(editable=False)

    class Meta:
        abstract = True

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        """The columns that this content stands for, by attribute name; pure."""
        raise NotImplementedError

    @classmethod
    def fold(cls, events: Iterable[Event]) -> dict[str, Any]:
        """The columns after these events about one subject, oldest first."""
        result: dict[str, Any] = {}
        for version, event in enumerate(events, start=1):
            result = {
                cls._meta.pk.attname: event.subject.id,
                **cls.columns(event.payload),
                "head": event.leaf,
                "version": version,
            }
        return result

    @classmethod
    def held(cls, key: str) -> Self | None:
        """What is on record under a key, held until the transaction ends; a key under which nothing is, is held too.

        For whoever judges what is there before they adopt anything in its place.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"adopted {cls.subject_type} {key}"],
            )
        # rows that refer to it come and go meanwhile
        return cls._default_manager.select_for_update(no_key=True).filter(pk=key).first()

    @classmethod
    @transaction.atomic
    def adopt(
        cls,
        key: str,
        content: Mapping[str, Json],
        *,
        actor: Person,
        openings: Iterable[Opening] = (),
    ) -> Self:
        """Adopt content for ``key``, as a new subject or as its next version.

        Args:
            key: the code by which the field knows it; never changed afterwards.
            content: the whole content, as it goes into the event.
            actor: who adopts it.
            openings: the texts that the content commits to.
        """
        current = cls._default_manager.select_for_update().filter(pk=key).first()
        event = seal(
            kind=f"{cls.subject_type}.adopted",
            subject=Subject(cls.subject_type, key),
            actor=actor,
            occurred_at=clock.now(),
            payload=content,
            previous=current.head if current else None,
            act_id=ids.new_id(),
        )
        row = current or cls(pk=key)
        for name, value in cls.columns(content).items():
            setattr(row, name, value)
        row.head, row.version = event.leaf, current.version + 1 if current else 1
        row.save(force_insert=current is None)
        append.append([event], list(openings))
        return row


def require_as_shown(known: Adopted | None, code: str, shown: str | None) -> None:
    """Pass if what is on record is what the actor was shown.

    Args:
        known: see :meth:`Adopted.held`.
        shown: its head as they were shown it, empty where they were shown nothing; None where nobody was asked.

    Raises:
        OnRecordAlready, AdoptedMeanwhile: it is not.
    """
    if shown is None or shown == (known.head if known else ""):
        return
    if not shown:
        raise OnRecordAlready(field="code", code=code)
    raise AdoptedMeanwhile(code=code)


AdoptedT = TypeVar("AdoptedT", bound=Adopted)


class ByHead(Generic[AdoptedT]):
    """A row as a key of a cache: its head stands for its content."""

    def __init__(self, row: AdoptedT) -> None:
        self.row = row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByHead) and other.row.head == self.row.head

    def __hash__(self) -> int:
        return hash(self.row.head)
