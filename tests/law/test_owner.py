"""The lawful owner: known by no name in the ledger, told on a day, waited for as long as the profile says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from custody.handling.errors import FieldMissing, NotYetTold, TimeOverBeforeTold
from custody.handling.owner import RecordOwner
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.law.gate import Deed, missing
from custody.law.queries import facts_for
from custody.ledger.models import Disclosure, Entry
from custody.people.rights import RightMissing
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.rows import exhibit_state
from tests.cast import Cast, catch, do

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

NAME = "N. N., Kaai 7, Essen"


def record(seizure: Seizure, **more: Any) -> RecordOwner:
    return RecordOwner(seizure=seizure.reference, name=NAME, **more)


def runs(barrel: Exhibit) -> list[str]:
    now = clock.now()
    facts = facts_for([exhibit_state(barrel)], now, now)[barrel.pk]
    told = (one.text for one in missing(Deed.INCINERATE, facts))
    return [text for text in told if "owner" in text or "runs until" in text]


def test_their_name_is_kept_beside_the_ledger_and_not_in_it(cast: Cast) -> None:
    seizure, _ = catch(cast)
    do(cast.prosecutor, record(seizure))
    event = Entry.objects.get(kind="seizure.owner_recorded")
    assert b"Essen" not in bytes(event.body)
    assert Disclosure.objects.filter(text=NAME).exists()
    seizure.refresh_from_db()
    assert (seizure.owner_known, seizure.owner_notified_on) == (True, None)


def test_who_is_known_is_told_and_has_their_time(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    today = clock.now().date()
    assert runs(barrel) == []
    do(cast.prosecutor, record(seizure))
    assert runs(barrel) == ["the owner is known and was not told"] * 2
    do(cast.prosecutor, record(seizure, notified_on=today, until=today + timedelta(20)))
    until = (today + timedelta(20)).isoformat()
    assert runs(barrel) == [f"the time of {one} runs until {until}" for one in ("notice", "appeal")]
    do(cast.prosecutor, record(seizure, notified_on=today - timedelta(15)))
    assert runs(barrel) == [f"the time of appeal runs until {today.isoformat()}"]
    do(cast.prosecutor, record(seizure, notified_on=today - timedelta(16)))
    assert runs(barrel) == []


@pytest.mark.parametrize(
    ("told", "error", "field"),
    [
        ({"notified_on": date(2099, 1, 1)}, NotYetTold, "notified_on"),
        ({"until": date(2099, 1, 1)}, FieldMissing, "notified_on"),
        (
            {"notified_on": date(2026, 1, 5), "until": date(2026, 1, 4)},
            TimeOverBeforeTold,
            "until",
        ),
    ],
)
def test_days_that_cannot_have_been_are_refused(
    cast: Cast, told: dict[str, Any], error: type[CustodyError], field: str
) -> None:
    seizure, _ = catch(cast)
    before = Entry.objects.count()
    with pytest.raises(error) as caught:
        do(cast.prosecutor, record(seizure, **told))
    assert caught.value.field == field
    assert Entry.objects.count() == before


def test_the_prosecution_alone_records_an_owner(cast: Cast) -> None:
    seizure, _ = catch(cast)
    for badge in ("officer", "supervisor", "keeper"):
        with pytest.raises(RightMissing):
            do(cast.officers[badge], record(seizure))
