"""What clients can rely on: keys, receipts, problems, pages, and the forms of masses and times."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from custody.deadlines.models import FlagCause
from custody.deadlines.services import raise_flag
from custody.handling.models import Proposal
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.api.callers import Caller, Callers
from tests.api.test_bad_input import INTERCEPT
from tests.cast import Cast, catch

pytestmark = pytest.mark.django_db

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MASS = re.compile(r"\d+\.\d{3}")


def flagged(cast: Cast, exhibit: Exhibit) -> str:
    """A discrepancy's flag on this exhibit; its id."""
    event = raise_flag(
        exhibit_id=exhibit.id,
        cause=FlagCause.DISCREPANCY,
        source=ledger_events.read(bytes(Entry.objects.latest("seq").body)),
        act_id=ids.new_id(),
        actor=cast.officer.person,
        now=clock.now(),
    )
    append.append([event])
    return event.subject.id


def test_a_receipt_names_every_event_with_its_leaf(callers: Callers) -> None:
    receipt = callers.officer.act("intercept", INTERCEPT)
    kinds = [line["kind"] for line in receipt["events"]]
    assert kinds == ["seizure.opened", "exhibit.intercepted"]
    for line in receipt["events"]:
        entry = Entry.objects.get(seq=line["seq"])
        assert bytes(entry.leaf).hex() == line["leaf"]
        assert line["subject"] == {"type": entry.subject_type, "id": entry.subject_id}
    assert TIME.fullmatch(receipt["recorded_at"])


def test_the_same_key_gets_the_same_answer_and_is_recorded_once(callers: Callers) -> None:
    first = callers.officer.act("intercept", INTERCEPT, key="only-once-1")
    seq = Entry.objects.count()
    assert callers.officer.act("intercept", INTERCEPT, key="only-once-1") == first
    assert Entry.objects.count() == seq


def test_a_proposal_is_made_once_too(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    told = {
        "exhibits": [barrel.label],
        "driver": "driver",
        "vehicle": "VAN-A",
        "destination": "VAULT-A",
    }
    first = callers.officer.act("dispatch", told, 202, key="only-once-2")
    assert callers.officer.act("dispatch", told, 202, key="only-once-2") == first
    assert Proposal.objects.count() == 1
    assert first["rule"] == "counterparty"
    assert first["needed"] == 1
    assert first["awaits"] == {"badges": ["driver"], "units": []}
    assert first["href"] == f"/api/v1/proposals/{first['proposal']}"
    receipt = callers.driver.confirm(first["proposal"])
    assert callers.driver.confirm(first["proposal"]) == receipt
    assert receipt["act_id"] == first["proposal"]


def test_a_key_stands_for_one_request(callers: Callers) -> None:
    callers.officer.act("intercept", INTERCEPT, key="only-once-3")
    other = {**INTERCEPT, "customs_report": "PV-2"}
    assert callers.officer.act("intercept", other, 422, key="only-once-3")["code"] == "key_reused"


def test_keys_of_two_officers_are_two_keys(callers: Callers) -> None:
    callers.officer.act("intercept", INTERCEPT, key="only-once-4")
    other = {**INTERCEPT, "customs_report": "PV-2"}
    callers.colleague.act("intercept", other, key="only-once-4")


def test_an_exhibit_tells_all_that_a_client_needs(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast, seals=["HS-1"])
    told = callers.officer.get(f"exhibits/{barrel.label}")
    assert told["gross_grams"] == "25000.000"
    assert told["net_grams"] == "24000.000"
    assert told["custodian"] == {"badge": "officer", "unit": "CUSTOMS/QUAY"}
    assert (told["stage"], told["lane"], told["place"]) == ("intercepted", "fast", "QUAY-A")
    assert told["seals"][0]["number"] == "HS-1"
    assert told["version"] == 1
    assert told["head"] == barrel.head
    assert told["clocks"]
    for one in told["clocks"]:
        assert all(
            value is None or TIME.fullmatch(value)
            for name, value in one.items()
            if name.endswith("_at")
        )
        assert one["level"] == "in_time"
    options = {one["act"]: one for one in told["legal_now"]}
    assert options["dispatch"] == {
        "act": "dispatch",
        "title": "Dispatch: hand units over to a driver for a destination",
        "kind": "exhibit.dispatched",
        "href": "/api/v1/acts/dispatch",
        "blocked_by": [],
    }
    assert options["sample"]["blocked_by"][0].keys() == {"code", "text", "rule"}


def test_lateness_is_told_by_the_time_of_the_answer_and_found_by_it(callers: Callers) -> None:
    with clock.simulated(clock.now()) as time:
        catch(callers.cast)
        assert callers.officer.get("exhibits/?late=true")["results"] == []
        assert len(callers.officer.get("exhibits/?late=false")["results"]) == 1
        time.advance(timedelta(hours=2, seconds=1))
        (told,) = callers.officer.get("exhibits/?late=true")["results"]
        assert told["late"]
        assert {one["name"]: one["level"] for one in told["clocks"]}["harmless"] == "due"
        assert callers.officer.get("exhibits/?late=false")["results"] == []


def test_what_is_in_a_container_is_where_the_container_is(callers: Callers) -> None:
    _, bricks = catch(callers.cast, 2, form="block", gross="1000", tare=None)
    labels = [one.label for one in bricks]
    callers.officer.act("pack", {"exhibits": labels, "form": "pallet"})
    (pallet,) = callers.officer.get("exhibits/?form=pallet")["results"]
    inside = callers.officer.get(f"exhibits/?within={pallet['label']}")["results"]
    assert sorted(one["label"] for one in inside) == sorted(labels)
    for one in inside:
        assert one["within"] == one["handling_unit"] == pallet["label"]
        assert one["place"] == pallet["place"]


def test_labels_are_read_as_people_type_them(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    typed = barrel.label.lower().replace("-", "")
    assert callers.officer.get(f"exhibits/{typed}")["label"] == barrel.label
    callers.officer.act("weigh", {"exhibit": typed, "scale": "FLOOR", "gross_grams": "25000"})


def test_a_trail_tells_exact_bytes_texts_and_corrections(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    callers.officer.act(
        "report", {"exhibit": barrel.label, "what": "label", "details": "Torn at one edge"}
    )
    trail = callers.officer.get(f"exhibits/{barrel.label}/trail")
    _, second = trail["events"]
    told = {"event": second["id"], "declaration": "did_not_occur", "reason": "Another barrel"}
    pending = callers.supervisor.act("correct", told, 202, match=f'"{trail["head"]}"')
    callers.second_supervisor.confirm(pending["proposal"])
    trail = callers.officer.get(f"exhibits/{barrel.label}/trail")
    assert [one["seq"] for one in trail["events"]] == sorted(one["seq"] for one in trail["events"])
    second, third = trail["events"][1:3]
    assert second["corrected_by"] == [third["id"]]
    assert "Torn at one edge" in second["texts"].values()
    for one in trail["events"]:
        entry = Entry.objects.get(seq=one["seq"])
        assert one["body"].encode() == bytes(entry.body)
        assert one == callers.officer.get(f"events/{one['id']}")
    assert third["confirmers"] == [callers.cast.second_supervisor.person.__dict__]


def test_a_client_follows_the_ledger_without_missing_or_doubling(callers: Callers) -> None:
    found: list[Any] = []
    after, more = callers.officer.get("events/?after_seq=-1")["next_after_seq"], True
    catch(callers.cast, 3)
    while more:
        page = callers.officer.get(f"events/?after_seq={after}&limit=2")
        found += page["results"]
        after, more = page["next_after_seq"], page["more"]
    assert [one["kind"] for one in found] == ["seizure.opened", *["exhibit.intercepted"] * 3]
    assert callers.officer.get(f"events/?after_seq={after}")["results"] == []
    catch(callers.cast)
    page = callers.officer.get(f"events/?after_seq={after}")
    assert [one["kind"] for one in page["results"]] == ["seizure.opened", "exhibit.intercepted"]


def test_a_ledger_of_others_is_looked_through_in_windows(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch(callers.cast, 3)
    monkeypatch.setattr("custody.audit.following.WINDOW", 7)
    after, rounds, more = -1, 0, True
    while more:
        page = callers.outsider.get(f"events/?after_seq={after}")
        assert page["results"] == []
        after, more = page["next_after_seq"], page["more"]
        rounds += 1
    assert rounds > 3
    assert after == Entry.objects.latest("seq").seq


def test_pages_neither_skip_nor_double(callers: Callers) -> None:
    catch(callers.cast, 7)
    found: list[str] = []
    path: str | None = "exhibits/?limit=3"
    while path:
        page = callers.officer.get(path)
        found += [one["label"] for one in page["results"]]
        path = page["next"] and page["next"].removeprefix("http://testserver")
    assert found == sorted(Exhibit.objects.values_list("label", flat=True))


def test_a_flag_is_acknowledged_once_by_who_may(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    flag = flagged(callers.cast, barrel)
    (listed,) = callers.officer.get("flags/?open=true")["results"]
    assert (listed["id"], listed["exhibit"]) == (flag, barrel.label)
    path = f"flags/{flag}/acknowledge"
    assert callers.officer.post(path, {"reason": "Seen"}, 403)["code"] == "right_missing"
    callers.outsider.post(path, {"reason": "Seen"}, 404)
    assert callers.supervisor.post(path, {}, 422)["field"] == "reason"
    told = callers.supervisor.post(path, {"reason": "Seen"})
    assert told["acknowledged_by"] == "supervisor"
    assert told == callers.officer.get(f"flags/{flag}")
    assert callers.supervisor.post(path, {"reason": "Seen"}, 409)["code"] == "flag_ended"


def test_a_proposal_is_refused_with_a_reason(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    told = {
        "exhibits": [barrel.label],
        "driver": "driver",
        "vehicle": "VAN-A",
        "destination": "VAULT-A",
    }
    pending = callers.officer.act("dispatch", told, 202)
    path = f"proposals/{pending['proposal']}"
    (mine,) = callers.officer.get("proposals/?waiting=mine")["results"]
    (waiting,) = callers.driver.get("proposals/?waiting=me")["results"]
    assert mine["id"] == waiting["id"] == pending["proposal"]
    assert (mine["yours_to_confirm"], waiting["yours_to_confirm"]) == (False, True)
    assert callers.second_driver.get("proposals/")["results"] == []
    callers.officer.post(f"{path}/confirm", status=403)
    callers.second_driver.post(f"{path}/refuse", {"reason": "?"}, 404)
    told = callers.driver.post(f"{path}/refuse", {"reason": "The seal is not the one I was told"})
    assert told["state"] == "refused"
    assert callers.driver.confirm(pending["proposal"], 409)["code"] == "proposal_ended"


def test_unlawful_acts_say_what_is_missing(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    problem = callers.officer.act("store", {"exhibits": [barrel.label], "place": "VAULT-A"}, 403)
    assert problem["code"] == "right_missing"
    problem = callers.operator.act("load", {"exhibits": [barrel.label], "kiln": "K1"}, 404)
    assert (problem["code"], problem["field"]) == ("unknown_label", "exhibits.0")
    problem = callers.officer.act(
        "break_seal", {"exhibit": barrel.label, "number": "X", "reason": "?"}, 404
    )
    assert problem["code"] == "unknown_seal"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gross_grams": "25010"}, "exhibits.1.gross_grams"),
        ({"gross_grams": "2000000"}, "exhibits.1.gross_grams"),
        ({"tare_grams": "30000"}, "exhibits.1.tare_grams"),
        ({"seal_number": "HS-1", "seal_class": "H"}, "exhibits.1.seal_number"),
        ({"label": "taken"}, "exhibits.1.label"),
    ],
)
def test_what_an_act_refuses_is_told_by_row(
    callers: Callers, changes: dict[str, Any], field: str
) -> None:
    _, (taken,) = catch(callers.cast, seals=["HS-1"])
    if "label" in changes:
        changes = {"label": taken.label}
    (unit,) = INTERCEPT["exhibits"]
    told = {**INTERCEPT, "exhibits": [unit, {**unit, **changes}, unit]}
    problem = callers.officer.ask(
        "POST", "acts/intercept", told, headers={"idempotency-key": "told-by-row"}
    ).json()
    assert problem["field"] == field


def test_what_an_act_refuses_of_one_unit_is_told_by_its_place_in_the_list(
    callers: Callers,
) -> None:
    _, barrels = catch(callers.cast, 3)
    labels = [one.label for one in barrels]
    told = {"driver": "driver", "vehicle": "VAN-A", "destination": "VAULT-A"}
    callers.officer.act("miss", {"exhibits": [labels[2]], "searched": "The quay."}, 201)
    problem = callers.officer.act("dispatch", {"exhibits": labels, **told}, 409)
    assert (problem["code"], problem["field"]) == ("not_legal_now", "exhibits.2")
    assert problem["legal"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing/here", 404),
        ("POST", "nothing", 404),
        ("DELETE", "exhibits/", 405),
        ("PUT", "acts/intercept", 405),
        ("GET", "acts/intercept", 405),
        ("OPTIONS", "exhibits/", 405),
        ("POST", "docs/", 405),
        ("GET", "exhibits", 308),
        ("POST", "acts/intercept/", 308),
    ],
)
def test_every_answer_is_a_problem_or_a_way(
    callers: Callers, method: str, path: str, status: int
) -> None:
    response = callers.officer.ask(method, path)
    assert response.status_code == status
    if status == 308:
        assert response["Location"] == "/api/v1/" + (path[:-1] if path[-1] == "/" else path + "/")
    else:
        assert response["Content-Type"] == "application/problem+json"


def test_answers_stay_out_of_caches(callers: Callers) -> None:
    for path in ("me", "exhibits/"):
        response = callers.officer.ask("GET", path)
        assert response["Cache-Control"] == "no-store", path


def test_a_token_ends_when_it_expires_is_revoked_or_its_officer_leaves(callers: Callers) -> None:
    officer = callers.cast.officer
    token, text = AuthToken.objects.create(user=officer)
    own = Caller(text)
    assert own.get("me")["badge"] == "officer"
    bearer = Client().get("/api/v1/me", headers={"authorization": f"Bearer {text}"})
    assert bearer.status_code == 200
    AuthToken.objects.filter(pk=token.pk).update(expiry=timezone.now())
    assert own.get("me", 401)["code"] == "authentication_failed"
    AuthToken.objects.filter(pk=token.pk).update(expiry=None)
    type(officer).objects.filter(pk=officer.pk).update(is_active=False)
    own.get("me", 401)
    type(officer).objects.filter(pk=officer.pk).update(is_active=True)
    own.get("me")
    AuthToken.objects.filter(pk=token.pk).delete()
    own.get("me", 401)


def test_a_session_reads_and_writes_only_with_its_own_page(callers: Callers) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(callers.cast.officer)
    assert client.get("/api/v1/me").status_code == 200
    response = client.post(
        "/api/v1/acts/intercept",
        INTERCEPT,
        content_type="application/json",
        headers={"idempotency-key": "from-elsewhere"},
    )
    assert response.status_code == 403


def test_a_fault_of_ours_is_a_problem_too(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("custody.api.v1.acts.perform", broken)
    callers.officer.client.raise_request_exception = False
    problem = callers.officer.act("intercept", INTERCEPT, 500)
    assert "secret" not in str(problem)
