"""Tables of another system, as its clerks would save them."""

from __future__ import annotations

from collections.abc import Sequence

from custody.exchange import tables
from custody.exchange.imports import OPTIONAL, REQUIRED, Fault, Report, import_seizures
from custody.handling.proposals import confirm
from custody.handling.record import Pending, Receipt
from custody.handling.take_over import Release
from custody.kit import ids
from tests.cast import Cast

COLUMNS = (*REQUIRED, *OPTIONAL)
ROW = {
    "reference": "S-1",
    "customs_report": "PV-1",
    "seized_at": "2025-03-01",
    "location": "BEANR",
    "place": "QUAY-A",
    "substance": "cocaine",
    "form": "barrel",
    "amount": "25.5",
    "unit": "kg",
    "lane": "standard",
}


def table(*rows: dict[str, str]) -> bytes:
    """These rows, each on top of :data:`ROW`."""
    return tables.write(COLUMNS, [{**ROW, **row} for row in rows]).encode()


def seizures(*rows: dict[str, str]) -> bytes:
    """The same, each row a seizure of its own unless it says otherwise."""
    numbered = [
        {"reference": f"S-{number}", "customs_report": f"PV-{number}", **row}
        for number, row in enumerate(rows, 1)
    ]
    return table(*numbered)


def dry_run(cast: Cast, content: bytes, releases: Sequence[Release] = ()) -> Report:
    return import_seizures(cast.officer, source="OLD", content=content, releases=releases)


def propose(
    cast: Cast, content: bytes, releases: Sequence[Release] = (), key: str | None = None
) -> Report:
    return import_seizures(
        cast.officer,
        source="OLD",
        content=content,
        releases=releases,
        key=key or str(ids.new_id()),
    )


def take_over(cast: Cast, content: bytes, releases: Sequence[Release] = ()) -> Receipt:
    """Import a table and let a colleague confirm it."""
    report = propose(cast, content, releases)
    assert isinstance(report.answer, Pending)
    receipt = confirm(cast.colleague, report.answer.act_id)
    assert isinstance(receipt, Receipt)
    return receipt


def only_fault(report: Report) -> Fault:
    (fault,) = [fault for row in report.rows for fault in row.faults]
    return fault
