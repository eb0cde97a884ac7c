"""The report on small losses: for those who oversee, of the scales, places and people of their own agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from custody.audit.account import Heading, Line
from custody.audit.books import account
from custody.audit.drift import ONE_IN, By, Comparison, Drift, drifts
from custody.audit.masses import expected_drying, passages_of
from custody.kit import clock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.places.models import Place, Scale
from custody.seizures.models import Exhibit

#: Units on which anything happened in this time are looked at, with their whole lives.
PERIOD = timedelta(days=365)
_AT_ONCE = 100


@dataclass(frozen=True)
class DriftReport:
    """Whom or what chance does not explain.

    Attributes:
        since: units on which anything happened from then on were looked at.
        comparisons: how many differences there were that scales explain one by one.
        one_in: of the comparisons with one that is honest, at most one in so many calls it, on the average.
    """

    agency: str
    since: datetime
    frozen_at: datetime
    comparisons: int
    one_in: int
    drifts: list[Drift]


def mass_drift(actor: Officer) -> DriftReport:
    """The report of the actor's agency; it names no exhibit.

    Raises:
        RightMissing: the actor does not oversee.
    """
    actor.require(Right.OVERSEE)
    now = clock.now()
    since = now - PERIOD
    own = _own(actor)
    told = [one for line in _lines(actor, since) if (one := _comparison(line, own)).names]
    return DriftReport(actor.unit.agency_id, since, now, len(told), ONE_IN, drifts(told))


def _own(actor: Officer) -> frozenset[tuple[By, str]]:
    """Everything of the actor's agency that can be called."""
    agency = actor.unit.agency_id
    badges = Officer.objects.filter(unit__agency=agency).values_list("pk", flat=True)
    scales = Scale.objects.filter(unit__agency=agency).values_list("pk", flat=True)
    places = Place.objects.filter(unit__agency=agency).values_list("pk", flat=True)
    return frozenset(
        {
            *((by, one) for by in (By.READER, By.CUSTODIAN) for one in badges),
            *((By.SCALE, one) for one in scales),
            *((By.PLACE, one) for one in places),
        }
    )


def _lines(actor: Officer, since: datetime) -> Iterator[Line]:
    """The differences of units that the actor may see, which scales explain and drying does not."""
    visible = Exhibit.objects.visible_to(actor).filter(last_at__gte=since)
    drying = expected_drying()
    seen = set(visible.values_list("pk", flat=True))
    cases: list[UUID] = sorted(visible.values_list("seizure_id", flat=True).distinct())
    for start in range(0, len(cases), _AT_ONCE):
        several = cases[start : start + _AT_ONCE]
        # what was taken of a unit explains its mass, whoever may see it now
        exhibits = Exhibit.objects.filter(seizure__in=several).values_list("pk", flat=True)
        for line in account(passages_of(list(exhibits)), drying).lines:
            compared = line.heading is Heading.DIFFERENCE and line.scale and line.grams
            # less than the coarsest scale can show is rounding: a sample that it never noticed, say
            if (
                compared
                and abs(line.grams) >= line.step
                and not line.beyond
                and not line.drying
                and line.exhibit in seen
            ):
                yield line


def _comparison(line: Line, own: frozenset[tuple[By, str]]) -> Comparison:
    names = {
        (By.SCALE, line.scale or ""),
        (By.READER, line.read_by or ""),
        *((By.CUSTODIAN, one) for one in line.custodians),
        *((By.PLACE, one) for one in line.places),
    }
    return Comparison(line.seq, line.at, line.grams, own & names)
