"""What was neutralised is proved by another unit, by the protocol's criterion; a failure takes all of it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from custody.deadlines.models import Clock, Flag
from custody.handling.assay import Assay
from custody.handling.errors import NothingToDo, NotIndependent
from custody.handling.neutralise import InProcess
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.neutralising.risk import RiskClass, risk_class
from custody.neutralising.rules import AgainstCriterion, OtherMethod
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.cast import Cast, do
from tests.neutralising.runs import GROSS_AFTER, assayed, neutralised, ready, treated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

LOW_PH = (InProcess(name="pH", value=Decimal(9)),)


def harmless(exhibit: Exhibit) -> Clock:
    return Clock.objects.filter(exhibit=exhibit, name="harmless").latest("started_at", "stopped_at")


def test_what_passes_is_waste_and_stays_harmless(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    since = barrel.neutralised_at
    assayed(cast, barrel, "pass", "0.1")
    assert (barrel.assay, barrel.neutralised_at) == ("passed", since)
    assert risk_class(barrel) is RiskClass.LOW


def test_an_inconclusive_assay_asks_for_another(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    assayed(cast, barrel, "inconclusive")
    assert barrel.assay == "inconclusive"
    assert risk_class(barrel) is RiskClass.LOWERED
    assayed(cast, barrel, "pass", "0.02")
    assert barrel.assay == "passed"


def test_what_fails_is_harmful_again_and_its_clock_runs_from_the_catch(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    assayed(cast, barrel, "fail", "4.5")
    assert (barrel.assay, barrel.neutralised_at) == ("failed", None)
    assert risk_class(barrel) is RiskClass.HIGH
    running = Clock.objects.get(exhibit=barrel, name="harmless", stopped_at__isnull=True)
    assert running.started_at == barrel.intercepted_at
    assert Flag.objects.get().cause == "discrepancy"


def test_a_deviation_is_harmless_from_the_assay_on_and_its_clock_stops_then(cast: Cast) -> None:
    (barrel,) = ready(cast)
    with clock.simulated(clock.now() + timedelta(minutes=10)) as time:
        neutralised(cast, barrel, readings=LOW_PH)
        assert harmless(barrel).stopped_at is None
        time.advance(timedelta(minutes=20))
        assayed(cast, barrel, "pass", "0.05")
        assert barrel.neutralised_at == time.at
    assert harmless(barrel).stopped_at == barrel.neutralised_at
    assert risk_class(barrel) is RiskClass.LOW


def test_a_deviation_that_fails_goes_on_as_it_was(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel, readings=LOW_PH)
    before = harmless(barrel)
    assayed(cast, barrel, "fail", "9")
    after = harmless(barrel)
    assert (after.pk, after.stopped_at) == (before.pk, None)


def test_after_a_failure_it_takes_another_run(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    assayed(cast, barrel, "fail")
    with pytest.raises(NothingToDo):
        assayed(cast, barrel, "pass", "0.01")
    more = Decimal(2_700)
    again = treated(barrel, reagent_grams=more, gross_grams=GROSS_AFTER + more)
    neutralised(cast, barrel, units=(again,))
    assert (barrel.assay, barrel.neutralised_at is None) == ("awaited", False)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OtherMethod, {"method": "colour test", "result": "pass", "measured": Decimal(0)}),
        (AgainstCriterion, {"method": "GC-MS", "result": "pass", "measured": None}),
        (AgainstCriterion, {"method": "GC-MS", "result": "pass", "measured": Decimal("0.101")}),
        (AgainstCriterion, {"method": "GC-MS", "result": "fail", "measured": Decimal("0.1")}),
    ],
)
def test_a_result_is_what_was_measured_by_the_criterion(
    cast: Cast, error: type[CustodyError], told: dict[str, object]
) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    before = Entry.objects.count()
    with pytest.raises(error):
        do(cast.analyst, Assay(exhibit=barrel.label, **told))  # type: ignore[arg-type]
    assert Entry.objects.count() == before


def test_who_neutralised_it_does_not_assay_it(cast: Cast) -> None:
    (barrel,) = ready(cast)
    neutralised(cast, barrel)
    Officer.objects.filter(pk="colleague").update(roles=["laboratory"])
    told = Assay(exhibit=barrel.label, method="GC-MS", result="pass", measured=Decimal(0))
    with pytest.raises(NotIndependent, match="CUSTOMS/QUAY"):
        do(Officer.objects.get(pk="colleague"), told)
    Officer.objects.filter(pk="colleague").update(roles=["officer"])


def test_what_was_never_treated_is_not_assayed(cast: Cast) -> None:
    (barrel,) = ready(cast)
    told = Assay(exhibit=barrel.label, method="GC-MS", result="pass", measured=Decimal(0))
    with pytest.raises(CustodyError):
        do(cast.analyst, told)
