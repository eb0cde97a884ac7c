"""The law over REST: profiles for everybody, the gate for those whom an exhibit concerns."""

from __future__ import annotations

import pytest

from custody.law.jurisdictions import belgium
from custody.reading.models import Read
from tests.api.callers import Callers
from tests.cast import Cast, catch
from tests.handling.burning import keep_samples, order, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def callers(cast: Cast) -> Callers:
    return Callers(cast)


def test_profiles_are_listed_and_read_whole(callers: Callers) -> None:
    (row,) = callers.outsider.get("profiles/?code=belgium")["results"]
    assert (row["code"], row["version"], row["in_force"]) == ("belgium", 1, True)
    assert "deeds" not in row
    assert callers.outsider.get("profiles/belgium/1")["deeds"] == belgium()["deeds"]
    for nowhere in ("profiles/belgium/2", "profiles/belgium/x", "profiles/atlantis/1"):
        callers.officer.get(nowhere, 404)
    assert callers.officer.get("profiles/?code=atlantis")["results"] == []


def test_the_gate_says_what_is_missing_by_which_rule(callers: Callers) -> None:
    cast = callers.cast
    seizure, (barrel,) = catch(cast)
    address = f"exhibits/{barrel.label}/gate"
    told = callers.prosecutor.get(address)
    assert (told["deed"], told["profile"], told["lawful"]) == ("incinerate", "belgium/1", False)
    assert [one["code"] for one in told["missing"]] == [
        "no_sample",
        "no_counter_sample",
        "no_photograph",
        "no_order",
    ]
    assert all("(belgium/1" in one["rule"] for one in told["missing"])
    keep_samples(cast, barrel.label)
    photograph(cast.officer, barrel.label)
    assert callers.officer.get(f"{address}?deed=neutralise")["lawful"]
    assert not callers.officer.get(f"{address}?deed=incinerate")["lawful"]
    order(cast, seizure)
    assert callers.officer.get(address)["missing"] == []


def test_the_gate_is_asked_about_what_one_may_see_and_the_reading_is_logged(
    callers: Callers,
) -> None:
    _, (barrel,) = catch(callers.cast)
    address = f"exhibits/{barrel.label}/gate"
    callers.outsider.get(address, 404)
    callers.officer.get(f"{address}?deed=bury", 422)
    before = Read.objects.count()
    callers.officer.get(address)
    assert Read.objects.count() == before + 1


def test_what_is_inside_another_unit_is_not_destroyed_by_itself(callers: Callers) -> None:
    _, bricks = catch(callers.cast, 2, form="block", gross="1000", tare=None)
    labels = [one.label for one in bricks]
    callers.officer.act("pack", {"exhibits": labels, "form": "pallet"})
    told = callers.officer.get(f"exhibits/{labels[0]}/gate?deed=neutralise")
    assert told["missing"][-1]["code"] == "inside_container"
