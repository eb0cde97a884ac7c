"""The receipt of an event: for who sees the whole of it, as soon as a checkpoint covers it, checked without us."""

from __future__ import annotations

import pytest

from custody.ledger.models import Entry
from custody.ledger.tlog import Proof
from tests.api.callers import Callers
from tests.cast import Cast, catch
from tests.deadlines.scenes import send
from tests.ledger.signers import Signing


@pytest.fixture
def callers(committed_cast: Cast) -> Callers:
    return Callers(committed_cast)


def test_an_act_gets_a_receipt_that_holds_without_us(callers: Callers, signing: Signing) -> None:
    _, (barrel,) = catch(callers.cast)
    told = callers.officer.act("report", {"exhibit": barrel.label, "what": "seal", "details": "?"})
    line = told["events"][0]
    event = Entry.objects.get(pk=line["seq"])
    early = callers.officer.get(f"events/{event.event_id}/receipt", 409)
    assert early["code"] == "not_covered_yet"
    raw = callers.officer.ask("GET", f"events/{event.event_id}/receipt")
    assert int(raw["Retry-After"]) >= 1
    signing.round()
    answer = callers.officer.ask("GET", f"events/{event.event_id}/receipt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    proof = Proof.parse(answer.content.decode())
    assert proof.index == line["seq"]
    checkpoint = proof.verify(bytes.fromhex(line["leaf"]), [signing.verifier])
    assert checkpoint.size > line["seq"]


def test_who_does_not_see_the_whole_of_an_event_gets_no_receipt(
    callers: Callers, signing: Signing
) -> None:
    _, (barrel,) = catch(callers.cast)
    send(callers.cast, barrel)
    signing.round()
    event = Entry.objects.filter(kind="exhibit.dispatched").get()
    address = f"events/{event.event_id}/receipt"
    for stranger in (callers.outsider, callers.far_supervisor, callers.administrator):
        assert stranger.get(address, 404)["code"] == "unknown_event"
    for overseer in (callers.supervisor, callers.auditor):
        assert overseer.get(f"events/{event.event_id}")["masked"]
        assert overseer.get(address, 404)["code"] == "unknown_event"
    assert callers.driver.ask("GET", address).status_code == 200
