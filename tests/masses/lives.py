"""Lives of seizures in memory: what really lies in each unit is known, so the account can be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

from custody.audit.account import Passage
from custody.ledger.events import Person, Subject, seal
from custody.seizures.lifecycle import ENDED
from custody.seizures.projection import fold_exhibit
from custody.seizures.states import ExhibitState

_START = datetime(2026, 3, 2, 8, tzinfo=UTC)
_NAMES = UUID(int=6)
_SEIZURE = str(uuid5(_NAMES, "seizure"))
SOMEBODY = Person("officer", "CUSTOMS/QUAY", "CUSTOMS")
STEP = Decimal(50)


@dataclass
class Life:
    """One seizure whose units are divided, sampled, treated, robbed and burnt."""

    random: Random
    passages: list[Passage] = field(default_factory=list)
    states: dict[UUID, ExhibitState] = field(default_factory=dict)
    #: What really lies in each unit, without packaging.
    truth: dict[UUID, Decimal] = field(default_factory=dict)
    tare: dict[UUID, Decimal] = field(default_factory=dict)
    #: By event: what a reading has to show as gone.
    robbed: dict[int, Decimal] = field(default_factory=dict)
    pending: dict[UUID, Decimal] = field(default_factory=dict)
    burnt: Decimal = Decimal(0)
    acts: int = 0

    def live(self) -> list[UUID]:
        return [key for key, one in self.states.items() if one.stage not in ENDED]

    def act(self) -> UUID:
        self.acts += 1
        return uuid5(_NAMES, f"act {self.acts}")

    def put(self, exhibit: UUID, kind: str, payload: Mapping[str, Any], act: UUID) -> int:
        before = self.states.get(exhibit)
        seq = len(self.passages)
        event = seal(
            kind=kind,
            subject=Subject("exhibit", str(exhibit)),
            actor=SOMEBODY,
            occurred_at=_START + timedelta(minutes=seq),
            payload=payload,
            previous=before.head if before else None,
            act_id=act,
        )
        after = fold_exhibit(before, event)
        self.states[exhibit] = after
        self.passages.append(Passage(seq, before, event, after))
        return seq

    def reading(self, exhibit: UUID) -> dict[str, Any]:
        """As a true scale shows it; what was stolen since the last reading shows now."""
        net = self.truth[exhibit]
        return told(net + self.tare[exhibit], self.tare[exhibit])

    def shows(self, exhibit: UUID, seq: int) -> None:
        gone = self.pending.pop(exhibit, Decimal(0))
        if gone:
            self.robbed[seq] = gone

    def begin(self, kind: str, act: UUID, net: Decimal, made_from: UUID | None = None) -> UUID:
        exhibit = uuid5(_NAMES, f"exhibit {len(self.states)} {self.random.random()}")
        self.truth[exhibit], self.tare[exhibit] = net, Decimal(1_000)
        born = {
            "label": f"NX-{len(self.states)}",
            "seizure": _SEIZURE,
            "form": "barrel",
            "substance": "cocaine",
            "lane": "fast",
            "stage": "intercepted",
            "intercepted_at": "2026-03-02T08:00:00.000000Z",
            "place": "QUAY-A",
            "made_from": str(made_from) if made_from else None,
            "custodian": {"badge": "officer", "unit": "CUSTOMS/QUAY", "agency": "CUSTOMS"},
            "reading": self.reading(exhibit),
            "seal": None,
            "holds": [],
            "orders": [],
            "samplers": [],
            "clocks": [],
        }
        self.put(exhibit, kind, {"exhibit": born}, act)
        return exhibit

    # --- what happens

    def intercept(self) -> None:
        self.begin("exhibit.intercepted", self.act(), Decimal(self.random.randrange(2, 60) * 500))

    def weigh(self, exhibit: UUID) -> None:
        seq = self.put(exhibit, "exhibit.weighed", {"reading": self.reading(exhibit)}, self.act())
        self.shows(exhibit, seq)

    def split(self, exhibit: UUID) -> None:
        whole, act = self.truth[exhibit], self.act()
        seq = self.put(exhibit, "exhibit.split", {"parts": []}, act)
        self.shows(exhibit, seq)
        first = (whole / 2).quantize(Decimal(1))
        for net in (first, whole - first):
            self.begin("exhibit.split", act, net, exhibit)
        self.truth[exhibit] = Decimal(0)

    def treat(self, exhibit: UUID) -> None:
        reagent = Decimal(self.random.randrange(1, 20) * 50)
        self.truth[exhibit] += reagent
        payload = {"reagent_grams": str(reagent), "reading": self.reading(exhibit)}
        self.shows(exhibit, self.put(exhibit, "exhibit.neutralised", payload, self.act()))

    def rob(self, exhibit: UUID) -> None:
        """More than scales explain, whatever was compared: five readings of 50 g at most."""
        gone = min(Decimal(self.random.randrange(3, 40) * 100), self.truth[exhibit])
        if gone > 5 * STEP:
            self.truth[exhibit] -= gone
            self.pending[exhibit] = self.pending.get(exhibit, Decimal(0)) + gone

    def burn(self, exhibit: UUID) -> None:
        act = self.act()
        for kind in ("exhibit.withdrawn", "exhibit.staged", "exhibit.loaded"):
            self.put(exhibit, kind, {}, act)
        reading = {"reading": self.reading(exhibit), "temperature_celsius": 1_100}
        self.shows(exhibit, self.put(exhibit, "exhibit.incinerated", reading, act))
        self.burnt += self.truth[exhibit]
        self.truth[exhibit] = Decimal(0)


def told(gross: Decimal, tare: Decimal) -> dict[str, Any]:
    """A reading as events tell it."""
    return {
        "gross_grams": str(gross),
        "tare_grams": str(tare),
        "net_grams": str(gross - tare),
        "scale": "FLOOR",
        "readability_grams": str(STEP),
        "calibrated_on": "2026-01-05",
        "read_by": "officer",
    }


def live(seed: int, length: int, *, thieves: bool) -> Life:
    """A life of so many happenings, at the end of which everything is weighed."""
    random = Random(seed)
    life = Life(random)
    life.intercept()
    for _ in range(length):
        units = life.live()
        happening = random.choice(("intercept", "weigh", "split", "treat", "burn", "rob"))
        if happening == "intercept" or not units:
            life.intercept()
        elif happening != "rob" or thieves:
            getattr(life, happening)(random.choice(units))
    for exhibit in life.live():
        life.weigh(exhibit)
    return life
