"""Tables through the REST door: reported row by row, proposed once, refused by line and column."""

from __future__ import annotations

from typing import Any

import pytest

from custody.handling.models import Proposal
from custody.reading.models import Action, Read
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.exchange.files import seizures, table

pytestmark = pytest.mark.django_db

KEY = "a-table-of-the-old-system"


def asked(content: bytes, **more: Any) -> dict[str, Any]:
    return {"source": "OLD", "table": content.decode(), **more}


def send(
    callers: Callers,
    content: bytes,
    status: int,
    *,
    badge: str = "officer",
    key: str = KEY,
    **m: Any,
) -> Any:
    told = asked(content, **m)
    return getattr(callers, badge).post("imports", told, status, **{"idempotency-key": key})


def test_a_dry_run_reports_and_leaves_nothing(callers: Callers) -> None:
    content = seizures({}, {"amount": "25,5"}, {"amount": "4500000", "substance": "amphetamine"})
    report = send(callers, content, 200, dry_run=True)
    assert [row["outcome"] for row in report["rows"]] == ["new", "wrong", "held"]
    assert [row["line"] for row in report["rows"]] == [2, 3, 4]
    assert report["rows"][1]["faults"][0]["column"] == "amount"
    assert report["proposal"] is None
    assert not Proposal.objects.exists()
    assert not Read.objects.exists()


def test_what_is_new_waits_for_a_colleague_and_a_repeated_request_doubles_nothing(
    callers: Callers,
) -> None:
    content = seizures({}, {})
    first = send(callers, content, 202)
    assert send(callers, content, 202) == first
    callers.outsider.confirm(first["proposal"]["proposal"], 404)
    callers.colleague.confirm(first["proposal"]["proposal"])
    again = send(callers, content, 200)
    assert [row["outcome"] for row in again["rows"]] == ["known", "known"]
    labels = {row["exhibit"] for row in again["rows"]}
    assert labels == set(Exhibit.objects.values_list("label", flat=True))
    row = Read.objects.order_by("read_at", "id").last()
    assert row is not None
    assert row.action == Action.COLLECTION
    assert len(row.objects_shown) == 2


def test_another_table_under_the_same_key_is_refused(callers: Callers) -> None:
    send(callers, seizures({}), 202)
    assert send(callers, seizures({}, {}), 422)["code"] == "key_reused"


def test_wrong_rows_are_named_by_line_and_column(callers: Callers) -> None:
    content = seizures({}, {"unit": "ounces"}, {"place": "VAULT-A"})
    problem = send(callers, content, 422)
    assert problem["code"] == "import_refused"
    assert [one["field"] for one in problem["errors"]] == ["table.3.unit", "table.4.place"]
    assert not Proposal.objects.exists()


def test_a_held_amount_is_released_by_repeating_it(callers: Callers) -> None:
    content = table({"amount": "26000"})
    assert send(callers, content, 200)["rows"][0]["outcome"] == "held"
    release = {"reference": "S-1", "amount": "26000", "unit": "kg"}
    assert send(callers, content, 202, releases=[release])["proposal"]


def test_what_is_no_table_is_refused(callers: Callers) -> None:
    assert send(callers, b"a;b\n1;2\n", 422)["code"] == "unreadable_table"
    assert send(callers, table({}), 403, badge="keeper")["code"] == "right_missing"
    problem = callers.officer.post("imports", asked(table({})), 400)
    assert "Idempotency-Key" in problem["detail"]
