"""A file of entries: read strictly, tried out or adopted, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from custody.adopting.kinds import KINDS, ON_PAGES, Row
from custody.audit.histories import Difference, differences, texts_of
from custody.deadlines.models import Policy
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.law.models import Profile
from custody.ledger.events import SYSTEM, Subject
from custody.ledger.queries import entries_of, sound_event
from custody.neutralising.models import Protocol
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import MassRules

Entries = Mapping[str, Sequence[Any]]
#: The largest profile that is shipped has a hundredth of it.
MOST_BYTES = 500_000
#: Said of every adoption anew, and by nobody.
_COUNTED = frozenset({"number", "adopted_at"})


class UnreadableFile(CustodyError):
    """The file cannot be read: {why}."""

    code = "unreadable_file"


class EntryRefused(CustodyError):
    """{where}: {why}"""

    code = "entry_refused"

    def __init__(self, where: str, error: Exception) -> None:
        """Name the entry, and what is wrong with it."""
        legal = error.legal if isinstance(error, CustodyError) else ()
        field = error.field if isinstance(error, CustodyError) else None
        self.error = error
        path = f"{where}.{field}" if field else where
        super().__init__(field="file", legal=legal, where=path, why=_why(error))


class NotOnPages(CustodyError):
    """{kind} are not adopted from a file here; known are {known}."""

    code = "not_on_pages"


class ShownOtherwise(CustodyError):
    """Something was adopted since you looked, so that the file would change something else than you were shown."""

    code = "shown_otherwise"
    category = "stale"


@dataclass(frozen=True)
class Adoption:
    """One entry as it was adopted, or would be.

    Attributes:
        kind: as the file calls it.
        key: by which it is known.
        replaces: by which what it is held against is known; None where there is nothing of it yet.
        what: what differs from that.
    """

    kind: str
    key: str
    replaces: str | None
    what: tuple[Difference, ...]


def read(content: bytes, *, accepted: Collection[str] = KINDS.keys()) -> Entries:
    """What a file holds, by kind.

    Args:
        accepted: the kinds that its reader adopts: they are told where something else is in it.

    Raises:
        UnreadableFile: it is no JSON, says something twice, or is about something else.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            field="file", why=Sentence("it has more than {most} bytes", most=MOST_BYTES)
        )
    try:
        told = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_number
        )
        # half of a character can be escaped in JSON, and be written nowhere else
        json.dumps(told, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            field="file",
            why=Sentence(
                "it is no JSON in line {line}, column {column}: {fault}",
                line=error.lineno,
                column=error.colno,
                fault=error.msg,
            ),
        ) from error
    except UnicodeError as error:
        raise UnreadableFile(field="file", why="it is not in UTF-8") from error
    except RecursionError as error:
        raise UnreadableFile(field="file", why="it is nested too deeply") from error
    except ValueError as error:
        raise UnreadableFile(field="file", why="a number in it is too long") from error
    if not isinstance(told, dict):
        raise UnreadableFile(
            field="file",
            why=Sentence("it holds no object with {known}", known=", ".join(accepted)),
        )
    unknown = told.keys() - KINDS.keys()
    if unknown:
        raise UnreadableFile(
            field="file",
            why=Sentence(
                "{name} is not known; known are {known}",
                name=min(unknown),
                known=", ".join(accepted),
            ),
        )
    for kind, entries in told.items():
        if not isinstance(entries, list):
            raise UnreadableFile(field="file", why=Sentence("{kind} is no list", kind=kind))
        for number, one in enumerate(entries):
            if not isinstance(one, dict | str):
                where = f"{kind}[{number}]"
                raise UnreadableFile(
                    field="file", why=Sentence("{where} is no object", where=where)
                )
    return told


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableFile(field="file", why=Sentence("{twice} stands twice", twice=twice))
    return told


def _no_number(word: str) -> Any:
    raise UnreadableFile(field="file", why=Sentence("{word} is no number", word=word))


@transaction.atomic
def adopt_as_system(entries: Entries) -> dict[str, int]:
    """Adopt all of it for who runs the installation; how many of each kind.

    Raises:
        EntryRefused: one of them may not be; nothing is adopted.
    """
    for _ in _adopt(entries, None):
        pass
    return {kind: len(entries.get(kind, ())) for kind in KINDS}


@transaction.atomic
def try_out(officer: Officer, entries: Entries) -> tuple[list[Adoption], str]:
    """What a file would change, and the seal of it; nothing is adopted.

    Raises:
        RightMissing, NotOnPages, EntryRefused: it may not be.
    """
    found = _compared(officer, entries)
    transaction.set_rollback(True)
    return found, _seal(entries, found)


@transaction.atomic
def adopt_file(officer: Officer, entries: Entries, shown: str) -> list[Adoption]:
    """Adopt all of a file as it was shown.

    Args:
        officer: an administrator.
        entries: see :func:`read`.
        shown: the seal of what they were shown.

    Raises:
        RightMissing, NotOnPages, EntryRefused: it may not be.
        ShownOtherwise: it would change something else by now.
    """
    found = _compared(officer, entries)
    if _seal(entries, found) != shown:
        raise ShownOtherwise(field="file")
    return found


def _compared(officer: Officer, entries: Entries) -> list[Adoption]:
    officer.require(Right.ADOPT)
    for kind in entries:
        if kind not in ON_PAGES:
            raise NotOnPages(field="file", kind=kind, known=", ".join(ON_PAGES))
    return [_adoption(kind, row) for kind, row in _adopt(entries, officer)]


def _adopt(entries: Entries, officer: Officer | None) -> Iterator[tuple[str, Row]]:
    """Each entry, once it is adopted."""
    actor = officer.person if officer else SYSTEM
    for name, kind in KINDS.items():
        for number, one in enumerate(entries.get(name, ())):
            try:
                with transaction.atomic():
                    if officer is not None and kind.theirs:
                        kind.theirs(officer, one)
                    row = kind.adopt(one, actor)
                    connection.check_constraints()
            except (
                CustodyError,
                IntegrityError,
                DataError,
                KeyError,
                ValueError,
                ArithmeticError,
                TypeError,
                AttributeError,
            ) as error:
                raise EntryRefused(f"{name}[{number}]", error) from error
            yield name, row


def _why(error: Exception) -> str | CustodyError:
    """What is wrong with an entry, as people are told."""
    if isinstance(error, CustodyError):
        return error
    if isinstance(error, KeyError):
        return Sentence("{name} is missing, or not known", name=error.args[0])
    if isinstance(error, IntegrityError):
        return Sentence("it names something that is not on record")
    return Sentence("a value in it is of the wrong kind: {fault}", fault=str(error))


def _adoption(kind: str, row: Row) -> Adoption:
    subject = Subject(getattr(row, "subject_type", "reagent_lot"), str(row.pk))
    *earlier, content = _contents(subject, last=2)
    replaces = _replaced(row)
    before: Mapping[str, Any] = {}
    if replaces is not None:
        (before,) = _contents(Subject(subject.type, replaces), last=1)
    elif earlier:
        replaces, before = subject.id, earlier[0]
    told = differences(before, content, texts_of(before, content))
    what = tuple(one for one in told if one.path[0] not in _COUNTED)
    return Adoption(kind, subject.id, replaces, what)


def _replaced(row: Row) -> str | None:
    """Of what is adopted anew under a key of its own: what would hold in its place, or held before it."""
    if isinstance(row, Policy | Profile | MassRules):
        dated = type(row).objects.filter(effective_at__lt=row.effective_at)
        held = dated.order_by("-effective_at").first()
        return held.key if held else None
    if isinstance(row, Protocol):
        versions = Protocol.objects.filter(code=row.code, number__lt=row.number)
        last = versions.order_by("-number").first()
        return last.key if last else None
    return None


def _contents(subject: Subject, *, last: int) -> list[Mapping[str, Any]]:
    """The contents that were adopted last of a subject, the oldest first."""
    entries = entries_of(subject).order_by("-seq")[:last]
    return [sound_event(entry).payload for entry in entries][::-1]


def _seal(entries: Entries, found: Sequence[Adoption]) -> str:
    """What stands for a file and what it changes."""
    told = [[one.kind, one.key, one.replaces, [list(part) for part in one.what]] for one in found]
    text = json.dumps([entries, told], sort_keys=True, ensure_ascii=True)
    return sha256(text.encode()).hexdigest()
