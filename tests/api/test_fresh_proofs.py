"""A browser's session does by the REST interface no more than by the pages: what they ask a fresh proof for, takes one here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from custody.handling.correct import Correct
from custody.handling.register import FINAL
from custody.handling.weigh import Weigh
from custody.kit import clock, ids
from custody.law.models import DestructionOrder
from custody.ledger.models import Entry
from custody.notices.models import Webhook
from custody.people.models import Assignment
from custody.planning.making import make_next
from custody.planning.services import ask
from tests.api.callers import Caller, Callers
from tests.api.test_routes_by_role import TABLE
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import ready
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.web.proving import grow_stale, prove, proved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factors(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"


NOBODY = "0" * 8 + "-0000-4000-8000-" + "0" * 12
WEBHOOK = {"url": "http://127.0.0.1:9/", "officer": "auditor"}
#: Route → who may, address, what is told.
GOVERNS: dict[str, tuple[str, str, Any]] = {
    "officers": ("administrator", "officers/", {}),
    "retire": ("administrator", "officers/officer/retire", None),
    "password": ("administrator", "officers/officer/password", None),
    "identify": ("protector", "officers/officer/identify", {"reason": "A complaint"}),
    "assignments": ("supervisor", "assignments/", {}),
    "end-assignment": ("supervisor", f"assignments/{NOBODY}/end", None),
    "webhooks": ("supervisor", "webhooks/", WEBHOOK),
    "rotate-secret": ("supervisor", f"webhooks/{NOBODY}/rotate", None),
    "disable-webhook": ("supervisor", f"webhooks/{NOBODY}/disable", None),
}
#: What asks by what it is about: by the acts in it, or by whose plan it is.
MAY_ASK = {"accept-plan", "batches", "confirm"}
#: What adds to the record or is about one's own work, can be set right afterwards, and lets nobody see or do more.
ASKS_NONE = {
    *("accept", "acknowledge", "attachments", "imports", "nothing", "plans", "purposes"),
    *("refuse", "replay", "replay-delivery", "review", "sampling-plans", "stop-plan"),
}


def by_browser(client: Client) -> Caller:
    """A caller that sends no token, but the cookie of a browser."""
    return Caller(token=None, client=client)


def order(seizure: str) -> dict[str, str]:
    return {"seizure": seizure, "number": "NB-7", "reasons": "Nothing left to prove"}


def test_a_session_gives_an_order_only_upon_a_fresh_proof(cast: Cast) -> None:
    seizure, _ = catch(cast)
    browser = proved(cast.prosecutor)
    grow_stale(browser)
    stolen = by_browser(browser)
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
    stolen = by_browser(browser)
    assert stolen.act(act, {}, 403)["code"] == "proof_required"
    told = {"acts": [{"act": "report", "told": {}}, {"act": act, "told": {}}]}
    key = {"idempotency-key": str(ids.new_id())}
    assert stolen.post("batches", told, 403, **key)["code"] == "proof_required"


def test_what_can_be_taken_back_takes_none(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    browser = proved(cast.officer)
    grow_stale(browser)
    told = {"exhibit": barrel.label, "what": "label", "details": "It is torn"}
    by_browser(browser).act("report", told)


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
    stolen = by_browser(browser)
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
    stolen = by_browser(browser)
    assert stolen.post(f"plans/{row.id}/accept", status=403)["code"] == "proof_required"
    prove(browser)
    assert stolen.post(f"plans/{row.id}/accept")["state"] == "accepted"


@pytest.mark.parametrize("route", sorted(GOVERNS))
def test_what_governs_asks_before_it_looks_at_anything(cast: Cast, route: str) -> None:
    badge, path, told = GOVERNS[route]
    browser = proved(cast.officers[badge])
    grow_stale(browser)
    asked = by_browser(browser).post(path, told, 403, **{"idempotency-key": "the-first-one"})
    assert asked["code"] == "proof_required"
    assert "/account/reauthenticate/" in asked["detail"]
    cast.officer.refresh_from_db()
    assert cast.officer.is_active


def test_upon_a_fresh_proof_a_case_is_assigned_and_a_webhook_made_rotated_and_ended(
    cast: Cast,
) -> None:
    browser = proved(cast.supervisor)
    found = by_browser(browser)
    until = clock.to_text(clock.now() + timedelta(days=1))
    duty = {"kind": "duty", "officer": "keeper", "unit": "CUSTOMS/STORE", "until": until}
    made = found.post("assignments/", duty, 201, **{"idempotency-key": "a-first-duty"})
    hook = found.post("webhooks/", WEBHOOK, 201, **{"idempotency-key": "a-first-hook"})
    paths = [
        f"assignments/{made['id']}/end",
        f"webhooks/{hook['id']}/rotate",
        f"webhooks/{hook['id']}/disable",
    ]
    grow_stale(browser)
    for path in paths:
        assert found.post(path, status=403)["code"] == "proof_required", path
    assert Webhook.objects.get().is_active
    prove(browser)
    for path in paths:
        found.post(path)
    assert not Webhook.objects.get().is_active
    assert not Assignment.objects.in_force(clock.now()).exists()


def test_a_token_assigns_and_makes_webhooks_without_another_proof(callers: Callers) -> None:
    until = clock.to_text(clock.now() + timedelta(days=1))
    duty = {"kind": "duty", "officer": "keeper", "unit": "CUSTOMS/STORE", "until": until}
    made = callers.supervisor.post("assignments/", duty, 201, **{"idempotency-key": "by-token-1"})
    hook = callers.supervisor.post("webhooks/", WEBHOOK, 201, **{"idempotency-key": "by-token-2"})
    callers.supervisor.post(f"assignments/{made['id']}/end")
    callers.supervisor.post(f"webhooks/{hook['id']}/rotate")
    callers.supervisor.post(f"webhooks/{hook['id']}/disable")


def test_of_each_address_that_writes_it_is_decided_whether_it_asks() -> None:
    writing = {route for route, methods in TABLE.items() if "POST" in methods}
    acts = {one for one in writing if one.startswith("act-")}
    assert writing - acts == GOVERNS.keys() | MAY_ASK | ASKS_NONE


def test_records_are_handed_out_upon_a_fresh_proof(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    browser = proved(cast.auditor)
    grow_stale(browser)
    asked = f"exhibits/{barrel.label}/bundle?recipient=The%20court"
    assert by_browser(browser).get(asked, 403)["code"] == "proof_required"
