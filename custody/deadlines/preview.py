"""What would have been late under another policy: the whole record replayed under it, and nothing changed.

A clock that a transport starts or ends tells its moment to whoever tries limits on it until one is just not passed. To a
reader it is told of those units alone whose transports they are told whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet

from custody.deadlines import content as rulebook
from custody.deadlines.clocks import ClockState, Level
from custody.deadlines.policies import Policy
from custody.deadlines.rules import replay_clocks
from custody.deadlines.services import adopted_policies
from custody.deadlines.telling import Telling
from custody.kit import clock
from custody.ledger.events import Event, Json
from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.seizures.reach import reach

BATCH = 500
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Tally:
    """How late the clocks of one name were, or are.

    Attributes:
        ran: clocks that ran under a limit.
        reached: for each level, how many reached it and perhaps more.
        late_seconds: how long all of them together ran past their limits.
        late: ids of exhibits of which one was due.
    """

    ran: int = 0
    reached: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    late_seconds: float = 0.0
    late: set[UUID] = field(default_factory=set)

    def add(self, one: ClockState, now: datetime) -> None:
        """Count a clock in."""
        if one.due_at is None or one.suspended:
            return
        self.ran += 1
        level = one.level_at(now)
        for reached in Level:
            self.reached[reached] += reached.rank <= level.rank
        if level.rank >= Level.DUE.rank:
            self.late.add(one.exhibit_id)
            self.late_seconds += ((one.stopped_at or now) - one.due_at).total_seconds()


@dataclass(frozen=True)
class Comparison:
    """Clocks by name, as they were and as they would have been.

    Attributes:
        partly: those of them that are told of fewer units than the others, since they would tell of transports.
    """

    as_was: Mapping[str, Tally]
    would_be: Mapping[str, Tally]
    partly: frozenset[str] = frozenset()

    @property
    def newly_late(self) -> set[UUID]:
        """Exhibits that were never due and would have been."""
        return _late(self.would_be) - _late(self.as_was)

    @property
    def no_longer_late(self) -> set[UUID]:
        """Exhibits that were due and would not have been."""
        return _late(self.as_was) - _late(self.would_be)


def preview(
    content: Mapping[str, Json],
    *,
    among: QuerySet[Exhibit] | None = None,
    reader: Officer | None = None,
) -> Comparison:
    """Judge what was recorded by a policy that is not adopted, as if it had always held.

    Args:
        content: as :func:`custody.deadlines.flanders.flanders_2024` gives it.
        among: of these exhibits alone; of every one ever recorded unless told.
        reader: who is told it, and may see all of these; unless told the house itself, which knows everything.

    Raises:
        InvalidPolicy: it makes no sense; names the field.
    """
    other = replace(rulebook.parse(content), effective_at=_EVER)
    now, adopted = clock.now(), adopted_policies()
    exhibits = Exhibit.objects.all() if among is None else among
    secret = _Secret.of(reader, exhibits, [*adopted, other])
    as_was: dict[str, Tally] = {}
    would_be: dict[str, Tally] = {}
    for trail in _trails(exhibits):
        _count(trail, adopted, as_was, now, secret)
        _count(trail, [other], would_be, now, secret)
    return Comparison(as_was, would_be, secret.clocks)


@dataclass(frozen=True)
class _Secret:
    """What would tell when something was on the road: by whatever policy, of the exhibits that are masked."""

    ways: Telling
    masked: Collection[UUID]

    @classmethod
    def of(
        cls, reader: Officer | None, exhibits: QuerySet[Exhibit], policies: Sequence[Policy]
    ) -> _Secret:
        reached = reach(reader, list(exhibits)) if reader else {}
        masked = {one for one, found in reached.items() if found.masked}
        return cls(Telling.of(policies), masked)

    @property
    def clocks(self) -> frozenset[str]:
        return self.ways.starts | self.ways.stops if self.masked else frozenset()

    def keeps(self, one: ClockState) -> bool:
        return one.exhibit_id in self.masked and self.ways.hides(one)


def labels(exhibits: set[UUID]) -> list[str]:
    """The labels of exhibits, in order."""
    return sorted(Exhibit.objects.filter(pk__in=exhibits).values_list("label", flat=True))


def _late(tallies: Mapping[str, Tally]) -> set[UUID]:
    return set().union(*(tally.late for tally in tallies.values()))


def _count(
    trail: Sequence[Event],
    policies: Sequence[Policy],
    tallies: dict[str, Tally],
    now: datetime,
    secret: _Secret,
) -> None:
    for one in replay_clocks(trail, policies).values():
        if not secret.keeps(one):
            tallies.setdefault(one.name, Tally()).add(one, now)


def _trails(exhibits: QuerySet[Exhibit]) -> Iterator[list[Event]]:
    """The events of each exhibit, in batches that fit in memory."""
    after = UUID(int=0)
    while True:
        ids = list(
            exhibits.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
        )
        if not ids:
            return
        found: dict[str, list[Event]] = {str(one): [] for one in ids}
        entries = Entry.objects.filter(subject_type="exhibit", subject_id__in=found)
        for event in sound_events(entries.order_by("seq")):
            found[event.subject.id].append(event)
        yield from found.values()
        after = ids[-1]
