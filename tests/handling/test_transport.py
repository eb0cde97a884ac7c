"""What arrives is checked against what left; whatever differs is recorded, reported and flagged, and never refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from custody.deadlines.models import Flag
from custody.handling.checking import Check
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import FieldMissing, NotYourPlace, UnknownPlace, UnknownSeal
from custody.handling.proposals import confirm
from custody.handling.transport import Dispatch, Receive
from custody.ledger import events
from custody.ledger.models import Entry
from custody.seizures.admitting import NotLegalNow
from custody.seizures.labels import UnknownLabel, new_label
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def sent(cast: Cast, units: int = 1, to: str = "VAULT-A", **more: Any) -> list[Exhibit]:
    """Units on the road."""
    _, barrels = catch(cast, units, **more)
    labels = tuple(one.label for one in barrels)
    do(
        cast.officer,
        Dispatch(exhibits=labels, driver="driver", vehicle="VAN-A", destination=to),
        cast.driver,
    )
    return barrels


def receive(cast: Cast, *barrels: Exhibit, checks: tuple[Check, ...] = (), **more: Any) -> None:
    command = Receive(
        exhibits=tuple(one.label for one in barrels),
        place="VAULT-A",
        scale=FLOOR_SCALE,
        checks=checks or None,
        **more,
    )
    do(cast.keeper, command, cast.driver)


def reported(barrel: Exhibit) -> list[str]:
    """What the discrepancies on a unit are about; each has its flag."""
    found = [
        events.read(bytes(one.body)).payload["what"]
        for one in Entry.objects.filter(
            kind="exhibit.discrepancy_reported", subject_id=str(barrel.pk)
        ).order_by("seq")
    ]
    assert Flag.objects.filter(exhibit=barrel, cause="discrepancy").count() == len(found)
    return [str(one) for one in found]


def test_custody_passes_when_the_driver_says_so_and_not_before(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    command = Dispatch(
        exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
    )
    proposal = propose(cast.officer, command)
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.custodian_id) == ("intercepted", "officer")
    with pytest.raises(NotYoursToConfirm):
        confirm(cast.colleague, proposal)
    confirm(cast.driver, proposal)
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.place_id, barrel.destination_id, barrel.custodian_id) == (
        "in_transit",
        "VAN-A",
        "VAULT-A",
        "driver",
    )


def test_what_arrives_as_it_left_is_received_without_a_word(cast: Cast) -> None:
    (barrel,) = sent(cast, seals=["HS-1"])
    check = Check(
        exhibit=barrel.label, seal_number="HS-1", finding="intact", gross_grams=Decimal(25_000)
    )
    receive(cast, barrel, checks=(check,))
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.place_id, barrel.destination_id, barrel.custodian_id) == (
        "received",
        "VAULT-A",
        None,
        "keeper",
    )
    assert reported(barrel) == []


@pytest.mark.parametrize("finding", ["tampered", "missing"])
def test_a_seal_that_is_not_whole_is_reported(cast: Cast, finding: str) -> None:
    (barrel,) = sent(cast, seals=["HS-1"])
    receive(
        cast,
        barrel,
        checks=(Check(exhibit=barrel.label, seal_number="HS-1", finding=finding),),
    )
    assert len(reported(barrel)) == 1


def test_a_mass_that_is_another_is_reported_and_one_within_the_scales_is_not(cast: Cast) -> None:
    light, same = sent(cast, 2)
    receive(
        cast,
        light,
        same,
        checks=(
            Check(exhibit=light.label, gross_grams=Decimal(24_000)),
            Check(exhibit=same.label, gross_grams=Decimal(24_950)),
        ),
    )
    assert reported(light) == ["gross"]
    assert reported(same) == []
    light.refresh_from_db()
    assert light.gross_grams == 24_000


def test_arrival_elsewhere_is_reported(cast: Cast) -> None:
    (barrel,) = sent(cast, to="LAB-A")
    do(
        cast.driver,
        Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper"),
        cast.keeper,
    )
    assert reported(barrel) == ["destination"]


def test_a_part_of_a_load_is_received_and_the_rest_stays_on_the_road(cast: Cast) -> None:
    arrived, missing = sent(cast, 2)
    receive(cast, arrived)
    missing.refresh_from_db()
    assert (missing.stage, missing.custodian_id) == ("in_transit", "driver")
    receive(cast, missing)


def test_what_was_never_sent_is_not_received(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    with pytest.raises(NotLegalNow):
        do(cast.officer, Receive(exhibits=(barrel.label,), place="QUAY-A"))


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"vehicle": "VAULT-A"}, UnknownPlace, "vehicle"),
        ({"vehicle": "VAN-A", "driver": "keeper"}, NotYourPlace, "vehicle"),
        ({"destination": "VAN-A"}, UnknownPlace, "destination"),
        ({"destination": "NOWHERE"}, UnknownPlace, "destination"),
    ],
)
def test_a_dispatch_goes_by_its_drivers_vehicle_to_a_place(
    cast: Cast, changes: dict[str, str], error: type[Exception], field: str
) -> None:
    _, (barrel,) = catch(cast)
    told = {"driver": "driver", "vehicle": "VAN-A", "destination": "VAULT-A", **changes}
    with pytest.raises(error) as caught:
        propose(cast.officer, Dispatch(exhibits=(barrel.label,), **told))
    assert getattr(caught.value, "field", None) == field


@pytest.mark.parametrize(
    ("check", "error"),
    [
        ({"seal_number": "HS-9", "finding": "intact"}, UnknownSeal),
        ({"seal_number": "HS-1"}, FieldMissing),
    ],
)
def test_a_check_names_a_seal_that_is_there_and_how_it_was_found(
    cast: Cast, check: dict[str, str], error: type[Exception]
) -> None:
    (barrel,) = sent(cast, seals=["HS-1"])
    with pytest.raises(error):
        receive(cast, barrel, checks=(Check(exhibit=barrel.label, **check),))
    barrel.refresh_from_db()
    assert barrel.stage == "in_transit"


def test_a_check_is_of_a_unit_that_arrives(cast: Cast) -> None:
    (barrel,) = sent(cast)
    with pytest.raises(UnknownLabel) as caught:
        receive(cast, barrel, checks=(Check(exhibit=new_label(), gross_grams=Decimal(1)),))
    assert caught.value.field == "checks.0.exhibit"
