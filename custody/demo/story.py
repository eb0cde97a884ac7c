"""What happens in the month, act by act, as the cast would do it."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count

from custody.attachments.services import bring
from custody.burning.models import Session
from custody.deadlines.sweeping import sweep
from custody.demo import kiln, treating
from custody.demo.cast import (
    CREW,
    FINE_SCALE,
    FLOOR_SCALE,
    LABORATORY,
    PLANT,
    QUAY,
    VAN,
    VAULT,
)
from custody.demo.month import BURN_TAKES, Catch, next_burn
from custody.demo.pictures import picture
from custody.handling.batch import Item, perform_batch
from custody.handling.book import BookSession, CancelSession, ConfirmSession
from custody.handling.checking import Check
from custody.handling.commands import Command
from custody.handling.intercept import Found, Intercept, RecordInvestigation
from custody.handling.order import GiveOrder
from custody.handling.photograph import Photograph
from custody.handling.plan_session import PlanSession
from custody.handling.proposals import confirm, lapse_due
from custody.handling.record import Pending, perform
from custody.handling.register import ACTS
from custody.handling.sample import Sample, Taken
from custody.handling.seals import ApplySeal
from custody.handling.store import Store, Withdraw
from custody.handling.transport import Dispatch, Receive
from custody.kit.clock import SimulatedClock
from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure

assert ACTS

#: What one burn takes before the filters suffer, in grams.
SESSION_GRAMS = 1_500_000
#: Units that a van carries.
LOAD = 12
#: The catch of which an investigating judge leads the investigation.
JUDGED = 5
_TARES = {"pallet": Decimal(15_000), "barrel": Decimal(2_000), "block": None}
_BRINGS = ("cocaine", "cocaine", "cocaine", "cocaine", "heroin")


@dataclass
class Seized:
    """A catch on record: its seizure, and its units as far as nothing special happens to them."""

    catch: Catch
    reference: str
    grams: dict[str, Decimal]
    labels: list[str] = field(default_factory=list)


@dataclass(order=True)
class _Due:
    at: datetime
    number: int
    work: Callable[[], None] = field(compare=False)


class Story:
    """The month as it unfolds on a simulated clock.

    Attributes:
        queue: units in the vault that an order lets burn.
        special: units that something else happens to; no burn takes them.
    """

    def __init__(
        self, officers: dict[str, Officer], clock: SimulatedClock, chance: random.Random
    ) -> None:
        self.officers = officers
        self.clock = clock
        self.chance = chance
        self.seized: list[Seized] = []
        self.queue: list[str] = []
        self.special: set[str] = set()
        self.grams: dict[str, Decimal] = {}
        self._due: list[_Due] = []
        self._number = count()

    # --- time

    def at(self, moment: datetime, work: Callable[[], None]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._due, _Due(moment, next(self._number), work))

    def after(self, minutes: int, work: Callable[[], None]) -> None:
        """Let something happen some minutes from now."""
        self.at(self.clock.at + timedelta(minutes=minutes), work)

    def run(self, until: datetime) -> None:
        """Let everything happen that is due before a moment; the rest never does."""
        while self._due and self._due[0].at <= until:
            due = heapq.heappop(self._due)
            self.clock.move_to(due.at)
            due.work()
        self.clock.move_to(until)

    def watch(self) -> None:
        """Flag what is late and lapse what nobody confirmed, every hour."""
        sweep()
        lapse_due()
        self.after(60, self.watch)

    def do(self, badge: str, command: Command, *confirmers: str, late: str = "") -> None:
        """One act with its confirmations."""
        at = self.clock.at - timedelta(minutes=40) if late else None
        answer = perform(
            self.officers[badge],
            command,
            key=f"demonstration-{next(self._number)}",
            occurred_at=at,
            late_reason=late or None,
        )
        for confirmer in confirmers:
            assert isinstance(answer, Pending)
            answer = confirm(self.officers[confirmer], answer.act_id)

    # --- one catch

    def intercept(self, catch: Catch) -> None:
        """A catch comes in: sealed but for the unit that is sampled."""
        report = f"PV-{catch.at:%Y%m%d}-{catch.number:02d}"
        seals = [f"HS{catch.number:02d}{number:05d}" for number in range(len(catch.unit_grams))]
        self.do(
            "quay-1",
            Intercept(
                customs_report=report,
                prosecutor_notice=f"AN.60.{catch.number:04d}/23",
                prosecutor_unit="PROSECUTION/PORT",
                location="BEANR",
                place=QUAY,
                substance=_BRINGS[catch.number % len(_BRINGS)],
                lane="fast" if catch.fast else "standard",
                scale=FLOOR_SCALE,
                exhibits=tuple(
                    Found(
                        form=catch.form,
                        gross_grams=Decimal(grams),
                        tare_grams=_TARES[catch.form] if grams > 20_000 else None,
                        seal_number=seal if number else None,
                        seal_class="H" if number else None,
                    )
                    for number, (grams, seal) in enumerate(
                        zip(catch.unit_grams, seals, strict=True)
                    )
                ),
            ),
        )
        seizure = Seizure.objects.get(customs_report=report)
        rows = list(seizure.exhibits.prefetch_related("seals").order_by("label"))
        grams = {row.label: row.gross_grams or Decimal(0) for row in rows}
        first = next(row.label for row in rows if not row.seals.all())
        seized = Seized(catch, seizure.reference, grams, [first, *(set(grams) - {first})])
        seized.labels = [first, *sorted(set(grams) - {first})]
        self.seized.append(seized)
        self.grams |= grams
        self.after(5, lambda: self.photograph(seized))
        self.after(10, lambda: self.sample(seized, seals[0]))
        if catch.number == JUDGED:
            self.after(60, lambda: self.investigate(seized))

    def investigate(self, seized: Seized) -> None:
        """An investigating judge takes the case: nothing of it burns without their word."""
        self.do(
            "prosecutor",
            RecordInvestigation(seizure=seized.reference, opened_on=self.clock.at.date()),
        )

    def photograph(self, seized: Seized) -> None:
        """The catch laid out on the quay, in one picture that shows every unit."""
        officer = self.officers["quay-1"]
        shown = bring(officer, picture(f"{seized.reference}  {self.clock.at:%Y-%m-%d %H:%M}"))
        perform_batch(
            officer,
            [Item(Photograph(exhibit=one, photographs=(shown.sha256,))) for one in seized.labels],
            key=f"demonstration-{next(self._number)}",
        )

    def sample(self, seized: Seized, seal: str) -> None:
        """A sample and a counter-sample, then the seal, then both on their way to the laboratory."""
        unit = seized.labels[0]
        self.do(
            "quay-1",
            Sample(
                exhibit=unit,
                scale=FINE_SCALE,
                samples=tuple(
                    Taken(form=form, gross_grams=Decimal("12.50"), tare_grams=Decimal("2.50"))
                    for form in ("sample", "counter_sample")
                ),
            ),
            "quay-2",
        )
        self.do("quay-1", ApplySeal(exhibit=unit, number=seal, seal_class="H"))
        self.grams[unit] -= Decimal(20)
        samples = tuple(
            Exhibit.objects.filter(made_from__label=unit).values_list("label", flat=True)
        )
        self.after(5, lambda: self.send("quay-1", samples, LABORATORY, self._to_laboratory))
        if seized.catch.fast:
            self.after(12, lambda: self.order(seized))
            if seized.catch.fetched:
                self.after(20, lambda: self.go_fast(seized))
        elif seized.catch.form != "block":
            self.after(45 + self.chance.randrange(60), lambda: self.to_vault(seized.labels))
            days = self.chance.randrange(3, 13)
            self.after(days * 24 * 60 + 300, lambda: self.order(seized))

    def _to_laboratory(self, labels: Sequence[str]) -> None:
        self.do("analyst", Receive(exhibits=tuple(labels), place=LABORATORY), "driver-1")
        self.after(5, lambda: self.do("analyst", Store(exhibits=tuple(labels), place=LABORATORY)))

    def send(
        self,
        giver: str,
        labels: Sequence[str],
        destination: str,
        arrive: Callable[[Sequence[str]], None],
        minutes: int = 40,
    ) -> None:
        """Hand units over to a driver; they arrive later."""
        self.do(
            giver,
            Dispatch(
                exhibits=tuple(labels), driver="driver-1", vehicle=VAN, destination=destination
            ),
            "driver-1",
        )
        self.after(minutes, lambda: arrive(labels))

    def order(self, seized: Seized) -> None:
        """The prosecutor orders the whole seizure to be destroyed."""
        self.do(
            "prosecutor",
            GiveOrder(
                seizure=seized.reference,
                number=f"D/{seized.catch.number:03d}",
                reasons="The samples suffice for the proceedings; storing the rest is a danger.",
                judge_authorisation="OR 117/2023" if seized.catch.number == JUDGED else None,
            ),
        )
        if seized.catch.fetched:
            self.queue += [label for label in seized.labels if label not in self.special]

    # --- the vault and the plant

    def to_vault(self, labels: Sequence[str], giver: str = "quay-1") -> None:
        """Convoys to the vault, a van's load after the other."""
        for number in range(0, len(labels), LOAD):
            chunk = labels[number : number + LOAD]
            self.after(number, partial(self.send, giver, chunk, VAULT, self._into_vault))

    def _into_vault(self, labels: Sequence[str], loss: Decimal = Decimal(0)) -> None:
        weighed = labels[-1]
        self.do(
            "driver-1",
            Receive(
                exhibits=tuple(labels),
                place=VAULT,
                taker="store-1",
                scale=FLOOR_SCALE,
                checks=(
                    Check(
                        exhibit=weighed,
                        gross_grams=self.grams[weighed] // 50 * 50 - loss,
                    ),
                ),
            ),
            "store-1",
        )
        self.after(10, lambda: self.do("store-1", Store(exhibits=tuple(labels), place=VAULT)))

    def go_fast(self, seized: Seized) -> None:
        """From the quay to the plant; what one burn cannot take goes to the vault."""
        now, later = self._fill(seized.labels)
        if seized.catch.number % 3 == 0:
            treating.arrange(self, now)
        else:
            self.send("quay-1", now, PLANT, self.burn, minutes=30)
        if later:
            self.after(30, lambda: self.to_vault(later))
        self.queue = [label for label in self.queue if label not in now]
        self.special |= set(now)

    def session(self) -> None:
        """One burn from the vault, as much as the filters bear; then the next one."""
        stored = set(
            Exhibit.objects.filter(label__in=self.queue, stage="stored").values_list(
                "label", flat=True
            )
        )
        ready = [label for label in self.queue if label in stored]
        now, _ = self._fill(ready)
        row = Session.objects.get(starts_at=self.clock.at)
        if now:
            self.queue = [label for label in self.queue if label not in now]
            self.do(
                "quay-chief",
                PlanSession(session=row.id, exhibits=tuple(now), crew=CREW, vehicle=VAN),
            )
            self.do("store-1", Withdraw(exhibits=tuple(now), purpose="destruction"))
            burn = partial(kiln.burn, self, session=row.id)
            self.after(10, lambda: self.send("store-1", now, PLANT, burn, minutes=45))
        else:
            self.do("quay-chief", CancelSession(session=row.id, reason="Nothing may burn yet."))
        self.next_session()

    def next_session(self) -> None:
        """Book the next burn of the calendar."""
        begin = next_burn(self.clock.at)
        slot = {"starts_at": begin, "ends_at": begin + BURN_TAKES}
        self.do("quay-chief", BookSession(plant=PLANT, **slot))
        self.do("furnace-1", ConfirmSession(session=Session.objects.get(starts_at=begin).id))
        self.at(begin, self.session)

    def burn(self, labels: Sequence[str]) -> None:
        """What comes by the fast lane waits for no session."""
        kiln.burn(self, labels)

    def _fill(self, labels: Sequence[str]) -> tuple[list[str], list[str]]:
        """What one burn takes of these, and what is left."""
        taken: list[str] = []
        total = Decimal(0)
        for label in labels:
            if total + self.grams[label] <= SESSION_GRAMS:
                total += self.grams[label]
                taken.append(label)
        return taken, [label for label in labels if label not in taken]
