"""What is known of a seizure grows, and whom it concerns sees it from then on."""

from __future__ import annotations

from datetime import date

import pytest

from custody.audit import replay
from custody.handling.errors import ClosedBeforeOpened, JudgeMustAuthorise, UnknownUnit
from custody.handling.intercept import Amend, RecordInvestigation
from custody.handling.order import GiveOrder
from custody.ledger.events import SYSTEM
from custody.people.models import Officer
from custody.people.rights import RightMissing, Role
from custody.people.services import adopt_unit, enrol
from custody.seizures.models import Exhibit, Seizure
from tests.cast import Cast, catch, do

pytestmark = pytest.mark.django_db


def test_an_office_that_is_informed_later_sees_the_seizure_and_its_exhibits(cast: Cast) -> None:
    adopt_unit(agency="COURT", code="SOUTH", name="South", actor=SYSTEM)
    enrol(badge="south", name="South", unit="COURT/SOUTH", roles=[Role.PROSECUTOR], actor=SYSTEM)
    south = Officer.objects.get(pk="south")
    seizure, barrels = catch(cast, 2)
    assert not Exhibit.objects.visible_to(south).exists()
    do(cast.officer, Amend(seizure=seizure.reference, prosecutor_unit="COURT/SOUTH"))
    assert set(Exhibit.objects.visible_to(south)) == set(barrels)
    assert Seizure.objects.visible_to(south).exists()
    replay.compare()


def test_a_seizure_is_made_known_to_prosecutors_only(cast: Cast) -> None:
    seizure, _ = catch(cast)
    with pytest.raises(UnknownUnit, match="POLICE/FAR is not the unit of a prosecution"):
        do(cast.officer, Amend(seizure=seizure.reference, prosecutor_unit="POLICE/FAR"))
    assert not Exhibit.objects.visible_to(cast.outsider).exists()


def test_only_the_prosecution_says_whether_a_judge_leads(cast: Cast) -> None:
    seizure, _ = catch(cast)
    command = RecordInvestigation(seizure=seizure.reference, opened_on=date(2026, 1, 5))
    with pytest.raises(RightMissing):
        do(cast.officer, command)
    do(cast.prosecutor, command)
    order = GiveOrder(seizure=seizure.reference, number="D-1", reasons="No need")
    with pytest.raises(JudgeMustAuthorise):
        do(cast.prosecutor, order)
    closed = RecordInvestigation(
        seizure=seizure.reference, opened_on=date(2026, 1, 5), closed_on=date(2026, 1, 6)
    )
    do(cast.prosecutor, closed)
    do(cast.prosecutor, order)
    replay.compare()


def test_an_investigation_does_not_close_before_it_opens(cast: Cast) -> None:
    seizure, _ = catch(cast)
    command = RecordInvestigation(
        seizure=seizure.reference, opened_on=date(2026, 1, 5), closed_on=date(2026, 1, 4)
    )
    with pytest.raises(ClosedBeforeOpened, match="2026-01-04"):
        do(cast.prosecutor, command)
