"""What goes wrong on the road: another driver takes over, another place is driven to, or the load is gone."""

from __future__ import annotations

import pytest

from custody.deadlines.models import Clock
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.legal import legal_now
from custody.handling.presence import Miss
from custody.handling.proposals import confirm
from custody.handling.transport import Dispatch, Receive
from custody.people.models import AgencyKind, Officer
from custody.people.rights import Role
from custody.people.services import adopt_agency, adopt_unit, enrol
from custody.places.models import PlaceKind
from custody.places.services import adopt_place
from custody.seizures.models import Exhibit
from tests.cast import Cast, do, propose
from tests.handling.test_transport import reported, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def relay(barrel: Exhibit, **more: str) -> Dispatch:
    told = {"driver": "second_driver", "vehicle": "VAN-A", "destination": "VAULT-A", **more}
    return Dispatch(exhibits=(barrel.label,), **told)


def test_after_a_breakdown_another_driver_takes_the_load_and_the_clock_runs_on(cast: Cast) -> None:
    (barrel,) = sent(cast)
    before = Clock.objects.get(exhibit=barrel, name="transit")
    adopt_place(
        code="VAN-B", kind=PlaceKind.VEHICLE, unit="HAULIER/ROAD", actor=cast.administrator.person
    )
    do(cast.driver, relay(barrel, vehicle="VAN-B"), cast.second_driver)
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.place_id, barrel.destination_id, barrel.custodian_id) == (
        "in_transit",
        "VAN-B",
        "VAULT-A",
        "second_driver",
    )
    after = Clock.objects.get(exhibit=barrel, name="transit")
    assert (after.started_at, after.stopped_at) == (before.started_at, None)
    assert reported(barrel) == []


def test_on_the_road_only_the_carrier_gives_and_only_the_driver_takes(cast: Cast) -> None:
    (barrel,) = sent(cast)
    with pytest.raises(NotYoursToConfirm):
        propose(cast.officer, relay(barrel))
    proposal = propose(cast.driver, relay(barrel))
    with pytest.raises(NotYoursToConfirm):
        confirm(cast.officer, proposal)
    barrel.refresh_from_db()
    assert barrel.custodian_id == "driver"


def test_another_destination_on_the_road_is_reported(cast: Cast) -> None:
    (barrel,) = sent(cast, to="PLANT-A")
    do(cast.driver, relay(barrel), cast.second_driver)
    assert reported(barrel) == ["destination"]


def test_a_carrier_that_gives_it_away_sees_it_no_more(cast: Cast) -> None:
    system = cast.administrator.person
    adopt_agency(code="RESCUE", name="Rescue", kind=AgencyKind.CARRIER, actor=system)
    adopt_unit(agency="RESCUE", code="TOW", name="Tow", actor=system)
    enrol(badge="rescuer", name="Rescuer", unit="RESCUE/TOW", roles=[Role.DRIVER], actor=system)
    adopt_place(code="TRUCK", kind=PlaceKind.VEHICLE, unit="RESCUE/TOW", actor=system)
    (barrel,) = sent(cast)
    rescuer = Officer.objects.get(pk="rescuer")
    do(cast.driver, relay(barrel, driver="rescuer", vehicle="TRUCK"), rescuer)
    assert Exhibit.objects.visible_to(rescuer).filter(pk=barrel.pk).exists()
    assert not Exhibit.objects.visible_to(cast.driver).filter(pk=barrel.pk).exists()


def test_a_shut_plant_sends_it_back_to_a_store_and_says_so(cast: Cast) -> None:
    (barrel,) = sent(cast, to="PLANT-A")
    back = Receive(exhibits=(barrel.label,), place="VAULT-A", taker="keeper")
    do(cast.driver, back, cast.keeper)
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.place_id) == ("received", "VAULT-A")
    assert reported(barrel) == ["destination"]


def test_a_driver_who_was_robbed_says_so(cast: Cast) -> None:
    (barrel,) = sent(cast)
    acts = {
        one.act
        for one in legal_now(cast.driver, [barrel.__class__.objects.get(pk=barrel.pk)])[barrel.pk]
    }
    assert {"dispatch", "receive", "miss", "report"} <= acts
    do(cast.driver, Miss(exhibits=(barrel.label,), searched="Attacked at the exit."))
    barrel.refresh_from_db()
    assert (barrel.stage, barrel.custodian_id) == ("missing", "driver")
