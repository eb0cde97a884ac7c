"""Sessions by the REST door: who sees them, how far each unit came, and the certificate at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from custody.burning.models import Session
from custody.kit import clock
from custody.reading.models import Read
from tests.api.callers import Caller, Callers
from tests.burning.paper import crew, permit
from tests.burning.scenes import asked, burn, certify, confirmed, log, plan, ready, stage
from tests.cast import do
from tests.files import brought, paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def seen(caller: Caller, path: str) -> list[Any]:
    found: list[Any] = caller.get(path)["results"]
    return found


def test_a_session_is_booked_planned_run_and_certified_by_acts(callers: Callers) -> None:
    permit(), crew()
    (barrel,) = ready(callers.cast)
    start = clock.now() + timedelta(hours=1)
    slot = {
        "plant": "PLANT-A",
        "starts_at": clock.to_text(start),
        "ends_at": clock.to_text(start + timedelta(hours=2)),
    }
    receipt = callers.supervisor.act("book_session", slot)
    session = str(Session.objects.get().id)
    assert receipt["events"][0]["subject"]["id"] == session
    problem = callers.supervisor.act("book_session", slot, 409)
    assert (problem["code"], problem["field"]) == ("slot_taken", "starts_at")
    callers.operator.act("confirm_session", {"session": session})
    labels = [barrel.label]
    head = f'"{callers.supervisor.get(f"sessions/{session}")["head"]}", "{barrel.head}"'
    told = {"session": session, "exhibits": labels, "crew": "CREW-1"}
    callers.supervisor.act("plan_session", told, match=head)
    callers.supervisor.act("plan_session", told, 412, match=head)
    units = [{"exhibit": barrel.label, "gross_grams": "25000"}]
    weighed = {"scale": "FLOOR", "units": units, "session": session}
    callers.operator.act("stage", weighed)
    assert callers.operator.get(f"sessions/{session}")["units"] == [
        {"label": barrel.label, "planned": True, "scanned": "staged"}
    ]
    callers.operator.act("load", {"exhibits": labels, "kiln": "K1", "session": session})
    burning = callers.operator.act("incinerate", {**weighed, "temperature_celsius": 1100}, 202)
    callers.second_operator.confirm(burning["proposal"], 202)
    callers.outsider.confirm(burning["proposal"], 404)
    callers.officer.confirm(burning["proposal"], 403)  # who sampled it
    callers.supervisor.confirm(burning["proposal"])
    problem = callers.operator.act("certify", {"session": session}, 409)
    assert problem["legal"] == ["no temperature log is attached"]
    name = brought(callers.cast.operator, paper())
    callers.operator.act("log_temperature", {"session": session, "documents": [name]})
    callers.operator.get(f"sessions/{session}/certificate", 404)
    callers.operator.act("certify", {"session": session})
    (row,) = seen(callers.supervisor, "sessions/?state=certified&plant=PLANT-A")
    counts = [row[one] for one in ("planned", "staged", "loaded", "burnt")]
    assert (row["state"], counts, row["logs"]) == ("certified", [1] * 4, [name])


def test_who_books_sees_permits_and_crews_and_whom_a_session_concerns_the_session(
    callers: Callers,
) -> None:
    permit(), crew()
    row = asked(callers.cast)
    for who in ("supervisor", "operator", "auditor"):
        caller = getattr(callers, who)
        (told,) = seen(caller, "permits/")
        assert (told["code"], told["source"]) == ("OVAM-1", "IED 2010/75/EU, chapter IV")
        assert told["caps"] == [{"substance": None, "form": None, "grams": "100000.000"}]
        assert told["opening_hours"]["mon"] == {"from": "00:00", "to": "24:00"}
        assert [one["size"] for one in seen(caller, "crews/")] == [4]
        assert [one["id"] for one in seen(caller, "sessions/")] == [str(row.id)]
        assert caller.get(f"sessions/{row.id}")["units"] == []
    for who in ("outsider", "far_supervisor", "analyst", "keeper", "administrator"):
        caller = getattr(callers, who)
        assert seen(caller, "sessions/") == []
        caller.get(f"sessions/{row.id}", 404)
        caller.get(f"sessions/{row.id}/certificate", 404)
        assert who == "far_supervisor" or seen(caller, "permits/") == []
    callers.supervisor.get("sessions/nothing", 404)
    callers.supervisor.get("sessions/?state=lost", 422)


def test_units_that_one_does_not_see_are_counted_and_not_named(callers: Callers) -> None:
    permit(), crew()
    cast = callers.cast
    here, away = ready(cast)[0], ready(cast, at_plant=False)[0]
    row = plan(cast, confirmed(cast), [here, away], crew="CREW-1")
    do(cast.operator, stage([here], row.id))
    told = callers.operator.get(f"sessions/{row.id}")
    assert (told["planned"], told["staged"]) == (2, 1)
    assert [one["label"] for one in told["units"]] == [here.label]
    assert len(callers.supervisor.get(f"sessions/{row.id}")["units"]) == 2
    assert callers.driver.get(f"sessions/{row.id}")["units"] == []


def test_a_certificate_is_a_pdf_for_whom_it_concerns_and_reading_it_is_on_record(
    callers: Callers,
) -> None:
    permit()
    cast = callers.cast
    (barrel,) = ready(cast)
    row = burn(cast, plan(cast, confirmed(cast), [barrel]), [barrel])
    name = log(cast, row)
    callers.operator.get(f"sessions/{row.id}/certificate", 404)
    certify(cast, row)
    answer = callers.operator.ask("GET", f"sessions/{row.id}/certificate?language=nl")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    read = Read.objects.filter(badge="operator").latest("read_at")
    assert list(read.objects_shown) == [barrel.id]
    callers.operator.get(f"sessions/{row.id}/certificate?language=xx", 422)
    callers.outsider.get(f"sessions/{row.id}/certificate", 404)
    # a witness saw the burning, and so the session
    assert callers.keeper.ask("GET", f"sessions/{row.id}/certificate").status_code == 200
    callers.outsider.get(f"attachments/{name}/original", 404)
    callers.operator.get(f"attachments/{name}/original", 403)
