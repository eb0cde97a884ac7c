"""Plans over REST: asked for once, watched, read and logged, stopped, accepted."""

from __future__ import annotations

import pytest

from custody.burning.models import Session
from custody.planning.making import make_next
from custody.reading.models import Read
from tests.api.callers import Callers
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import ready
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ONCE = {"idempotency-key": "plan-0001"}


@pytest.fixture
def port(cast: Cast, files: object) -> Cast:
    permit(), crew(), vehicle()
    return cast


def test_a_plan_is_asked_for_made_read_and_accepted(callers: Callers, port: Cast) -> None:
    labels = sorted(one.label for one in ready(port, 2, at_plant=False))
    told = {"days": 3, "seconds": 5}
    row = callers.supervisor.post("plans/", told, 202, **ONCE)
    assert (row["state"], row["progress"]) == ("waiting", None)
    assert callers.supervisor.post("plans/", told, 202, **ONCE)["id"] == row["id"]
    assert callers.supervisor.get(f"plans/{row['id']}")["proposal"] is None
    make_next()
    (listed,) = callers.supervisor.get("plans/")["results"]
    assert listed["state"] == "done"
    assert "proposal" not in listed
    reads = Read.objects.count()
    proposal = callers.supervisor.get(f"plans/{row['id']}")["proposal"]
    assert Read.objects.count() > reads
    (session,) = proposal["sessions"]
    assert sorted(one["unit"] for one in session["units"]) == labels
    assert session["fetch"][0]["from"] == "QUAY-A"
    assert all(one["reasons"] for one in session["units"])
    assert callers.supervisor.post(f"plans/{row['id']}/accept", {}, 200)["state"] == "accepted"
    assert len(Session.objects.get().units) == 2
    assert callers.supervisor.post(f"plans/{row['id']}/accept", {}, 409)["code"] == "plan_not_ready"


def test_it_is_stopped_by_who_asked(callers: Callers, port: Cast) -> None:
    row = callers.supervisor.post("plans/", {}, 202, **ONCE)
    callers.second_supervisor.post(f"plans/{row['id']}/stop", {}, 404)
    callers.supervisor.post(f"plans/{row['id']}/stop", {}, 202)
    make_next()
    assert callers.supervisor.get(f"plans/{row['id']}")["state"] == "stopped"
    assert callers.supervisor.post(f"plans/{row['id']}/stop", {}, 409)["code"] == "plan_ended"


@pytest.mark.parametrize("wrong", [{"days": 0}, {"seconds": 9_999}, {"weeks": 1}])
def test_what_makes_no_sense_is_refused(callers: Callers, wrong: dict[str, int]) -> None:
    callers.supervisor.post("plans/", wrong, 422, **ONCE)
