"""Who changed what about reference data, and when: its adoptions one after the other, each beside the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custody.audit.names import field_named
from custody.audit.words import moment, plain
from custody.kit import clock
from custody.kit.errors import InvalidTime
from custody.ledger.commitments import commitments_in
from custody.ledger.events import Person, Subject
from custody.ledger.models import Disclosure
from custody.ledger.queries import entries_of, sound_event

#: What tells the parts of a list from each other.
_NAMES = ("name", "substance", "form")
_KEPT = gettext_noop("(kept beside the record)")
_ANOTHER = gettext_noop("(another one, kept beside the record)")


class Difference(NamedTuple):
    """One value that differs between two contents.

    Attributes:
        path: the names that lead to it.
        old, new: as the contents have it; None where there is nothing.
    """

    path: tuple[str, ...]
    old: Any
    new: Any

    @property
    def words(self) -> tuple[str, str, str]:
        """Its name, and what was said before and since, as people read them."""
        name = " · ".join(field_named(part) for part in self.path)
        return name[:1].upper() + name[1:], _told(self.old), _told(self.new)


@dataclass(frozen=True)
class Change:
    """One adoption.

    Attributes:
        seq: its number in the ledger.
        what: each field that it set or changed, with what was said before and since.
        first: there was nothing before it.
    """

    seq: int
    at: datetime
    actor: Person
    what: tuple[tuple[str, str, str], ...]
    first: bool


def history(subject: Subject) -> list[Change]:
    """Every adoption of a subject, the newest first; texts that are only committed to are not told."""
    entries = entries_of(subject).filter(kind=f"{subject.type}.adopted").order_by("seq")
    events = [(entry.seq, sound_event(entry)) for entry in entries]
    kept = texts_of(*(event.payload for _seq, event in events))
    found: list[Change] = []
    before: Mapping[str, Any] = {}
    for seq, event in events:
        payload: Any = event.payload
        found.append(
            Change(
                seq=seq,
                at=event.occurred_at,
                actor=event.actor,
                what=tuple(one.words for one in differences(before, payload, kept)),
                first=not before,
            )
        )
        before = payload
    return found[::-1]


def texts_of(*contents: Any) -> dict[str, str | None]:
    """The texts that contents commit to, by their commitments: to be compared, never told; None for one that was erased."""
    named = [one for content in contents for one in commitments_in(content)]
    if not named:
        return {}
    rows = Disclosure.objects.filter(pk__in=named)
    return dict(rows.values_list("commitment", "text"))


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    kept: Mapping[str, str | None],
    path: tuple[str, ...] = (),
) -> Iterator[Difference]:
    """Each value that differs between two contents, however deep it lies.

    Args:
        kept: see :func:`texts_of`; every commitment to one text is another.
    """
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) == after.get(name):
            continue
        old, new = (_shown(content.get(name)) for content in (before, after))
        if old == new == _KEPT:
            # the salt is another each time: whether the text is, only the texts tell
            texts = [kept.get(_commitment(content[name])) for content in (before, after)]
            if None in texts or texts[0] != texts[1]:
                yield Difference((*path, name), old, new if None in texts else _ANOTHER)
            continue
        parts = [_parts(value) for value in (old, new)]
        here = (*path, name)
        if any(part is not None for part in parts) and all(
            part is not None or not value for part, value in zip(parts, (old, new), strict=True)
        ):
            inside = list(differences(parts[0] or {}, parts[1] or {}, kept, here))
            order = _order(parts[0] or {}, parts[1] or {})
            if isinstance(new, list) and order[0] != order[1]:
                inside.append(Difference((*here, "order"), *order))
            yield from inside or [Difference(here, old, new)]
        else:
            yield Difference(here, old, new)


def _order(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The parts that both have, as they stand in each: of the clocks of one name the first that fits counts."""
    return [one for one in old if one in new], [one for one in new if one in old]


def _shown(value: Any) -> Any:
    """A value without what it only commits to."""
    return _KEPT if _commitment(value) else value


def _commitment(value: Any) -> str:
    """The commitment that a value is; empty for any other value."""
    is_one = isinstance(value, Mapping) and value.keys() == {"commitment"}
    return str(value["commitment"]) if is_one else ""


def _parts(value: Any) -> Mapping[str, Any] | None:
    """A value by its parts; None where it is told as one."""
    if isinstance(value, Mapping):
        return None if not value or value.keys() == {"from", "to"} else value
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return _named(value)
    return None


def _named(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The rows of a list by what they are about, so that one more among them changes no other."""
    found: dict[str, Any] = {}
    for row in rows:
        words = [str(row[name]) for name in _NAMES if row.get(name)]
        words += [str(lane) for lane in row.get("lanes", ())]
        name = known = ", ".join(words) or "any"
        number = 1
        while name in found:
            number += 1
            name = f"{known} ({number})"
        found[name] = row
    return found


def _told(value: Any) -> str:
    if value in (None, "", [], {}):
        return "\N{EN DASH}"
    if value in (_KEPT, _ANOTHER):
        return _(value)
    if isinstance(value, bool):
        return plain("yes" if value else "no")
    if isinstance(value, Mapping):
        if value.keys() == {"from", "to"}:
            return f"{value['from']}\N{EN DASH}{value['to']}"
        return "\N{HORIZONTAL ELLIPSIS}"
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    try:
        return moment(clock.from_text(str(value)))
    except InvalidTime:
        return str(value)
