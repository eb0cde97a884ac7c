"""A browser's session does by the REST interface no more than by the pages: what they ask a fresh proof for, takes one here."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from custody.handling.correct import Correct
from custody.handling.register import FINAL
from custody.handling.weigh import Weigh
from custody.kit import ids
from custody.law.models import DestructionOrder
from custody.ledger.models import Entry
from custody.planning.making import make_next
from custody.planning.services import ask
from tests.api.callers import Caller, Callers
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import ready
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.web.proving import grow_stale, prove, proved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factors(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"


def by_session(client: Client) -> Caller:
    """A caller that sends no token, but the cookie of a browser."""
    return Caller(token=None, client=client)


def order(seizure: str) -> dict[str, str]:
    return {"seizure": seizure, "number": "NB-7", "reasons": "Nothing left to prove"}


def test_a_session_gives_an_order_only_upon_a_fresh_proof(cast: Cast) -> None:
    seizure, _ = catch(cast)
    browser = proved(cast.prosecutor)
    grow_stale(browser)
    stolen = by_session(browser)
    problem = stolen.act("give_order", order(seizure.reference), 403)
    assert problem["code"] == "proof_required"
    assert "/account/reauthenticate/" in problem["detail"]
    assert not DestructionOrder.objects.exists()
    prove(browser)
    stolen.act("give_order", order(seizure.reference))
    assert DestructionOrder.objects.exists()


def test_a_token_is_a_proof_of_its_own(callers: Callers) -> None:
    seizure, _ = catch(callers.cast)
    callers.prosecutor.act("give_order", order(seizure.reference))
    assert DestructionOrder.objects.exists()


@pytest.mark.parametrize("act", sorted(FINAL))
def test_each_final_act_asks_before_it_looks_at_anything(cast: Cast, act: str) -> None:
    browser = proved(cast.supervisor)
    grow_stale(browser)
    stolen = by_session(browser)
    assert stolen.act(act, {}, 403)["code"] == "proof_required"
    told = {"acts": [{"act": "report", "told": {}}, {"act": act, "told": {}}]}
    key = {"idempotency-key": str(ids.new_id())}
    assert stolen.post("batches", told, 403, **key)["code"] == "proof_required"


def test_what_can_be_taken_back_takes_none(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    browser = proved(cast.officer)
    grow_stale(browser)
    told = {"exhibit": barrel.label, "what": "label", "details": "It is torn"}
    by_session(browser).act("report", told)


def test_a_final_act_is_confirmed_upon_a_fresh_proof(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    weighed = do(
        cast.officer, Weigh(exhibit=barrel.label, gross_grams=barrel.gross_grams, scale=FLOOR_SCALE)
    )
    entry = Entry.objects.get(act_id=weighed.act_id, kind="exhibit.weighed")
    wrong = Correct(
        event=entry.event_id, declaration="did_not_occur", reason="It was another barrel"
    )
    waits = propose(cast.supervisor, wrong)
    browser = proved(cast.second_supervisor)
    grow_stale(browser)
    stolen = by_session(browser)
    assert stolen.confirm(str(waits), 403)["code"] == "proof_required"
    prove(browser)
    stolen.confirm(str(waits))


def test_a_plan_is_accepted_upon_a_fresh_proof(cast: Cast, files: object) -> None:
    permit(), crew(), vehicle()
    ready(cast, 2)
    row = ask(cast.supervisor, days=1, seconds=1)
    make_next()
    browser = proved(cast.supervisor)
    grow_stale(browser)
    stolen = by_session(browser)
    assert stolen.post(f"plans/{row.id}/accept", status=403)["code"] == "proof_required"
    prove(browser)
    assert stolen.post(f"plans/{row.id}/accept")["state"] == "accepted"


def test_people_are_managed_upon_a_fresh_proof(cast: Cast) -> None:
    browser = proved(cast.administrator)
    grow_stale(browser)
    stolen = by_session(browser)
    for path in ("officers/officer/retire", "officers/officer/password"):
        assert stolen.post(path, status=403)["code"] == "proof_required", path
    cast.officer.refresh_from_db()
    assert cast.officer.is_active


def test_records_are_handed_out_upon_a_fresh_proof(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    browser = proved(cast.auditor)
    grow_stale(browser)
    asked = f"exhibits/{barrel.label}/bundle?recipient=The%20court"
    assert by_session(browser).get(asked, 403)["code"] == "proof_required"
