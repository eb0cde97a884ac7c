"""One barrel goes from interception to ash, act by act."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from custody.audit import replay
from custody.audit.trails import trail_of
from custody.handling.checking import Check
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.order import GiveOrder
from custody.handling.sample import Sample, Taken
from custody.handling.seals import ApplySeal
from custody.handling.store import Store, Withdraw
from custody.handling.transport import Dispatch, Receive
from custody.law.gate import GateClosed
from custody.seizures.models import Exhibit
from tests.cast import FINE_SCALE, FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import photograph

pytestmark = pytest.mark.django_db


def to_plant(cast: Cast, label: str, seizure: str) -> None:
    """Sample, order and bring a barrel from the quay through the vault to the kiln."""
    do(
        cast.officer,
        Sample(
            exhibit=label,
            scale=FINE_SCALE,
            samples=tuple(
                Taken(
                    label=None,
                    form=form,
                    gross_grams=Decimal("12.50"),
                    tare_grams=Decimal("2.50"),
                    seal_number=None,
                    seal_class=None,
                )
                for form in ("sample", "counter_sample")
            ),
            gross_after_grams=None,
        ),
        cast.colleague,
    )
    do(cast.officer, ApplySeal(exhibit=label, number="HS-1", seal_class="H"))
    samples = [row.label for row in Exhibit.objects.filter(form__in=["sample", "counter_sample"])]
    do(
        cast.officer,
        Dispatch(exhibits=tuple(samples), driver="driver", vehicle="VAN-A", destination="LAB-A"),
        cast.driver,
    )
    do(
        cast.analyst,
        Receive(exhibits=tuple(samples), place="LAB-A", taker=None, scale=None, checks=None),
        cast.driver,
    )
    do(
        cast.prosecutor,
        GiveOrder(
            seizure=seizure,
            exhibits=None,
            number="D-1",
            reasons="No need",
            judge_authorisation=None,
        ),
    )
    do(
        cast.officer,
        Dispatch(exhibits=(label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    do(
        cast.driver,
        Receive(
            exhibits=(label,),
            place="VAULT-A",
            taker="keeper",
            scale=FLOOR_SCALE,
            checks=(
                Check(
                    exhibit=label,
                    seal_number="HS-1",
                    finding="intact",
                    gross_grams=Decimal(25000),
                ),
            ),
        ),
        cast.keeper,
    )
    do(cast.keeper, Store(exhibits=(label,), place="VAULT-A"))
    do(cast.keeper, Withdraw(exhibits=(label,), purpose="destruction"))
    do(
        cast.keeper,
        Dispatch(exhibits=(label,), driver="driver", vehicle="VAN-A", destination="PLANT-A"),
        cast.driver,
    )
    do(
        cast.operator,
        Receive(exhibits=(label,), place="PLANT-A", taker=None, scale=None, checks=None),
        cast.driver,
    )


def test_a_barrel_goes_from_interception_to_ash(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    to_plant(cast, barrel.label, seizure.reference)
    mass = (Weighed(exhibit=barrel.label, gross_grams=Decimal(25000)),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=mass))
    photograph(cast.operator, barrel.label)
    do(cast.operator, Load(exhibits=(barrel.label,), kiln="K1"))
    do(
        cast.operator,
        Incinerate(scale=FLOOR_SCALE, temperature_celsius=1100, units=mass),
        cast.second_operator,
        cast.keeper,
    )
    barrel.refresh_from_db()
    assert barrel.stage == "incinerated"
    kinds = [step.event.kind for step in trail_of(barrel)]
    assert kinds == [
        "exhibit.intercepted",
        "exhibit.sampled",
        "seal.applied",
        "order.given",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.stored",
        "exhibit.withdrawn",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.staged",
        "exhibit.photographed",
        "exhibit.loaded",
        "exhibit.incinerated",
    ]
    assert replay.compare() > 0


def test_an_outsider_sees_none_of_it(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    to_plant(cast, barrel.label, seizure.reference)
    for stranger in (cast.outsider, cast.far_supervisor):
        assert not Exhibit.objects.visible_to(stranger).exists()
        assert not type(seizure).objects.visible_to(stranger).exists()


def test_a_barrel_without_order_stays_out_of_the_kiln_and_the_refusal_says_why(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    to_plant(cast, barrel.label, seizure.reference)
    from custody.handling.order import RevokeOrder

    do(cast.prosecutor, RevokeOrder(number="D-1", reason="Needed after all"))
    mass = (Weighed(exhibit=barrel.label, gross_grams=Decimal(25000)),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=mass))
    with pytest.raises(
        GateClosed, match=f"no destruction order in force names {re.escape(barrel.label)}"
    ):
        do(cast.operator, Load(exhibits=(barrel.label,), kiln="K1"))
