"""What is expected of masses, as dated data: how often scales are calibrated, and how much a substance loses by drying. Pure.

No figure for drying is published that holds everywhere, so none is built in: who expects drying adopts how much, and says
where that comes from. A loss up to it is no discrepancy; a gain is one always.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger.events import Json

_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
_PER_GRAM = 1000


class InvalidMassRules(CustodyError):
    """The rules of masses are not valid: {why}."""

    code = "invalid_mass_rules"


@dataclass(frozen=True)
class Drying:
    """How much of a substance may dry away.

    Attributes:
        substance: as seizures name it.
        share: of the net mass, from the interception on, at the end of ``days``.
        days: after which it loses no more; before, evenly.
        source: where the figure comes from.
    """

    substance: str
    share: Fraction
    days: int
    source: str

    def loss(
        self, grams: Decimal, *, intercepted_at: datetime, since: datetime, until: datetime
    ) -> Decimal:
        """What may have dried away between two readings, in grams, rounded down to the milligram.

        Args:
            grams: the mass at the first reading, without packaging where that is known.
            intercepted_at: from when on it dries.
            since, until: when the readings were taken.
        """
        whole = timedelta(days=self.days)

        def passed(at: datetime) -> Fraction:
            run = min(max(at - intercepted_at, timedelta(0)), whole)
            return Fraction(run // timedelta(microseconds=1), whole // timedelta(microseconds=1))

        share = self.share * max(passed(until) - passed(since), Fraction(0))
        return Decimal(floor(Fraction(grams) * share * _PER_GRAM)) / _PER_GRAM


@dataclass(frozen=True)
class MassRules:
    """What holds from a moment on.

    Attributes:
        calibration_days: a scale is in calibration for so long; None if nobody says.
        drying: by substance; at most one each.
    """

    effective_at: datetime
    calibration_days: int | None
    drying: tuple[Drying, ...]

    def drying_of(self, substance: str) -> Drying | None:
        """What is expected to dry away of a substance; None for nothing."""
        return next((one for one in self.drying if one.substance == substance), None)

    def out_of_calibration(self, calibrated_on: date, on: date) -> bool:
        """Whether a scale's last calibration had run out on a day."""
        return self.calibration_days is not None and on > calibrated_on + timedelta(
            days=self.calibration_days
        )


def in_force(rules: Sequence[MassRules], at: datetime) -> MassRules | None:
    """What held at a moment; None before anything was adopted."""
    held = [one for one in rules if one.effective_at <= at]
    return max(held, key=lambda one: one.effective_at, default=None)


def parse(content: Mapping[str, Json]) -> MassRules:
    """The rules that this content describes: ``effective_at``, ``calibration_days`` and ``drying``.

    Raises:
        InvalidMassRules: something in it makes no sense; names the field.
    """
    keys = {"effective_at", "calibration_days", "drying"}
    if content.keys() != keys:
        wrong = min(keys ^ content.keys())
        raise InvalidMassRules(
            field=wrong, why=Sentence("{wrong} is missing or not known", wrong=wrong)
        )
    try:
        effective_at = clock.from_text(str(content["effective_at"]))
    except CustodyError as error:
        raise InvalidMassRules(field="effective_at", why=str(error).rstrip(".")) from None
    days = content["calibration_days"]
    if days is not None:
        _days(days, "calibration_days")
    told = content["drying"]
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise InvalidMassRules(field="drying", why="drying is a list")
    drying = tuple(_drying(one, f"drying.{number}") for number, one in enumerate(told))
    if len({one.substance for one in drying}) < len(drying):
        raise InvalidMassRules(field="drying", why="a substance stands twice")
    return MassRules(effective_at, days if isinstance(days, int) else None, drying)


def _drying(told: Any, field: str) -> Drying:
    if not isinstance(told, Mapping) or told.keys() != {"substance", "percent", "days", "source"}:
        raise InvalidMassRules(field=field, why="give substance, percent, days and source")
    for name in ("substance", "source"):
        if not isinstance(told[name], str) or not told[name]:
            raise InvalidMassRules(
                field=f"{field}.{name}", why=Sentence("{name} is a text", name=name)
            )
    percent = told["percent"]
    if not isinstance(percent, str) or not _PERCENT.fullmatch(percent):
        raise InvalidMassRules(
            field=f"{field}.percent", why="percent is a text below 100, as in 12.5"
        )
    return Drying(
        told["substance"],
        Fraction(percent) / 100,
        _days(told["days"], f"{field}.days"),
        told["source"],
    )


def _days(told: Any, field: str) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or not 1 <= told <= 3660:
        raise InvalidMassRules(field=field, why="days are a whole number from 1 to 3,660")
    return told
