"""Histories drawn at random, and what they come to when every event is folded again for every question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from custody.audit.stages import BIRTHS, READINGS
from custody.handling.correct import Correct
from custody.handling.pack import Pack
from custody.handling.presence import Find, Miss
from custody.handling.split import Part, Split
from custody.handling.store import Withdraw
from custody.handling.transport import Dispatch
from custody.handling.weigh import Weigh
from custody.kit.clock import SimulatedClock
from custody.kit.errors import CustodyError
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.lifecycle import ENDED, SAMPLE_FORMS, TABLE, Stage
from custody.seizures.models import Exhibit
from custody.seizures.projection import Step, steps
from custody.seizures.reach import WAYS
from custody.seizures.states import ExhibitState
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.deadlines.scenes import MINUTE, receive, send, store, unpack
from tests.handling.burning import take_samples


class History:
    """Acts that happen to people who try things; what is refused did not happen."""

    def __init__(self, cast: Cast, time: SimulatedClock, seed: int) -> None:
        self.cast, self.time, self.random = cast, time, Random(seed)
        self.done: list[str] = []
        self.acts: tuple[Callable[[], object], ...] = (
            *(self.catch, self.pack, self.pack, self.unpack, self.send, self.send, self.receive),
            *(self.receive, self.store, self.store, self.withdraw, self.weigh, self.split),
            *(self.miss, self.find, self.sample, self.correct, self.correct, self.send_back),
        )

    def live(self, count: int) -> None:
        """So many acts that were recorded."""
        self.catch()
        self.catch()
        while len(self.done) < count:
            self.time.advance(self.random.randrange(0, 30 * 60) * MINUTE)
            act = self.random.choice(self.acts)
            try:
                act()
            except CustodyError:
                continue
            self.done.append(act.__name__)

    def some(self, *stages: Stage, most: int = 3) -> list[Exhibit]:
        rows = Exhibit.objects.filter(within__isnull=True).order_by("label")
        found = [one for one in rows if Stage(one.stage) in stages]
        if not found:
            raise CustodyError
        first = self.random.choice(found)
        beside = [one for one in found if one.seizure_id == first.seizure_id and one != first]
        return [first, *beside[: self.random.randrange(most)]]

    def catch(self) -> None:
        gross = self.random.choice(["25000", "1200", "40050"])
        lane = self.random.choice(["fast", "standard"])
        form = self.random.choice(["block", "barrel"])
        catch(self.cast, self.random.randrange(1, 4), gross=gross, lane=lane, form=form, tare=None)

    def pack(self) -> None:
        units = self.some(Stage.INTERCEPTED, Stage.RECEIVED)
        sum_of = sum((one.gross_grams or Decimal(0) for one in units), Decimal(15_000))
        weighed = self.random.random() < 0.5
        containers = [one for one in units if one.form == "pallet"]
        into = containers[0] if containers and len(units) > 1 else None
        do(
            self._holder(units[0]),
            Pack(
                exhibits=tuple(one.label for one in units if one != into),
                container=into.label if into else None,
                form=None if into else "pallet",
                scale=FLOOR_SCALE if weighed else None,
                gross_grams=sum_of if weighed else None,
            ),
        )

    def unpack(self) -> None:
        containers = Exhibit.objects.filter(contents__isnull=False).distinct().order_by("label")
        if not containers:
            raise CustodyError
        container = self.random.choice(list(containers))
        inside = list(container.contents.order_by("label"))
        unpack(self.cast, container, *inside[: self.random.randrange(len(inside) + 1)])

    def send(self) -> None:
        send(self.cast, *self.some(Stage.INTERCEPTED))

    def send_back(self) -> None:
        labels = tuple(one.label for one in self.some(Stage.WITHDRAWN, Stage.RECEIVED))
        told = Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination="VAULT-A")
        do(self.cast.keeper, told, self.cast.driver)

    def receive(self) -> None:
        receive(self.cast, *self.some(Stage.IN_TRANSIT))

    def store(self) -> None:
        store(self.cast, *self.some(Stage.RECEIVED, Stage.WITHDRAWN))

    def withdraw(self) -> None:
        labels = tuple(one.label for one in self.some(Stage.STORED))
        do(self.cast.keeper, Withdraw(exhibits=labels, purpose="transport"))

    def weigh(self) -> None:
        unit = self.some(Stage.INTERCEPTED, Stage.RECEIVED, Stage.STORED)[0]
        gross = Decimal(self.random.randrange(20, 900) * 50)
        do(
            self._holder(unit),
            Weigh(exhibit=unit.label, scale=FLOOR_SCALE, gross_grams=gross, tare_grams=None),
        )

    def split(self) -> None:
        unit = self.some(Stage.INTERCEPTED, Stage.RECEIVED)[0]
        half = (unit.gross_grams or Decimal(1000)) // 100 * 50
        part = Part(form="bag", gross_grams=half, tare_grams=Decimal(0))
        do(
            self._holder(unit),
            Split(exhibit=unit.label, scale=FLOOR_SCALE, parts=(part, part)),
        )

    def miss(self) -> None:
        unit = self.some(Stage.STORED, Stage.RECEIVED)[0]
        do(self.cast.keeper, Miss(exhibits=(unit.label,), searched="Everywhere."))

    def find(self) -> None:
        unit = self.some(Stage.MISSING)[0]
        told = Find(exhibit=unit.label, place="VAULT-A", circumstances="Behind a rack.")
        do(self.cast.keeper, told, self.cast.second_keeper)

    def sample(self) -> None:
        take_samples(self.cast, self.some(Stage.INTERCEPTED)[0].label)

    def correct(self) -> None:
        told = Entry.objects.filter(subject_type="exhibit").order_by("seq")
        entry = self.random.choice(list(told))
        right = Decimal(self.random.randrange(20, 900) * 50)
        wrong = self.random.random() < 0.6
        do(
            self.cast.supervisor,
            Correct(
                event=entry.event_id,
                declaration="did_not_occur" if wrong else "incorrect_data",
                reason="A slip.",
                gross_grams=None if wrong else right,
                scale=None if wrong else FLOOR_SCALE,
            ),
            self.cast.second_supervisor,
        )

    def _holder(self, unit: Exhibit) -> Officer:
        return self.cast.officers[unit.custodian_id]


@dataclass(frozen=True)
class Told:
    """One exhibit, and what it was after each of its events that count.

    Attributes:
        kinds: of these events.
    """

    row: Exhibit
    trail: Sequence[tuple[datetime, ExhibitState]]
    kinds: Sequence[str]

    def at(self, moment: datetime) -> ExhibitState | None:
        """What it was then, as its events tell now."""
        found = None
        for at, after in self.trail:
            if at <= moment:
                found = after
        return found


def everything(reader: Officer) -> list[Told]:
    """What a reader may see, samples left out, each folded by itself."""
    rows = Exhibit.objects.visible_to(reader).exclude(form__in=list(SAMPLE_FORMS))
    found = [(row, list(_steps(row))) for row in rows]
    return [
        Told(
            row,
            [(event.occurred_at, after) for _, event, after in trail],
            [event.kind for _, event, _ in trail],
        )
        for row, trail in found
    ]


def by_noon(told: Sequence[Told], now: datetime) -> list[Told]:
    """The same, each transport as of noon, or of the event nearest to it that is none, but moves something, and lies between."""
    fixed = BIRTHS | READINGS | {row.kind for row in TABLE.values() if row.target}
    found = []
    for one in told:
        times = [at for at, _ in one.trail]
        for number, (at, kind) in enumerate(zip(times, one.kinds, strict=True)):
            if kind in WAYS:
                pairs = list(zip([at for at, _ in one.trail], one.kinds, strict=True))
                before = [at for at, kind in pairs[:number] if kind in fixed - WAYS]
                after = [at for at, kind in pairs[number:] if kind in fixed - WAYS]
                day = at - timedelta(microseconds=1)
                noon = day.replace(hour=12, minute=0, second=0, microsecond=0)
                times[number] = max([*before, min([noon, now, *after])])
        states = [after for _, after in one.trail]
        found.append(replace(one, trail=list(zip(times, states, strict=True))))
    return found


def _steps(row: Exhibit) -> Iterator[Step]:
    entries = Entry.objects.filter(subject_id=str(row.pk)).order_by("seq")
    return steps([ledger_events.read(bytes(one.body)) for one in entries])


def standing(told: Sequence[Told], moment: datetime) -> dict[str, tuple[int, Decimal]]:
    """Units and grams in each stage at a moment."""
    states = {one.row.pk: state for one in told if (state := one.at(moment))}

    def weight(state: ExhibitState) -> Decimal:
        if state.gross_grams is not None:
            return state.gross_grams
        inside = [one for one in states.values() if one.within_id == state.id]
        return sum(map(weight, inside), Decimal(0))

    found = {stage.value: (0, Decimal(0)) for stage in Stage if stage not in ENDED}
    for state in states.values():
        if state.within_id is None and state.stage not in ENDED:
            units, grams = found[state.stage]
            found[state.stage] = (units + 1, grams + weight(state))
    return found


def lain(told: Sequence[Told], begins_at: datetime, ends_at: datetime) -> dict[str, Decimal]:
    """Grams times seconds in each stage between two moments: nothing changes but where something happens."""
    happened = {at for one in told for at, _ in one.trail}
    moments = sorted({begins_at, ends_at, *(at for at in happened if begins_at < at < ends_at)})
    found = {stage.value: Decimal(0) for stage in Stage if stage not in ENDED}
    for at, until in pairwise(moments):
        seconds = Decimal((until - at) // timedelta(microseconds=1)) / 1_000_000
        for stage, (_, grams) in standing(told, at).items():
            found[stage] += grams * seconds
    return found
