"""Protocols, stock, runs and risk at the REST door."""

from __future__ import annotations

from uuid import UUID

import pytest

from custody.handling.proposals import confirm
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.cast import LOT, PROTOCOL, PROTOCOL_CONTENT
from tests.handling.burning import carry
from tests.neutralising.runs import as_rows, ready

pytestmark = pytest.mark.django_db


def told(*exhibits: Exhibit, **more: object) -> dict[str, object]:
    units = [
        {
            "exhibit": one.label,
            "lot": LOT,
            "reagent_grams": "2400",
            "gross_grams": "27400",
        }
        for one in exhibits
    ]
    return {
        "protocol": PROTOCOL,
        "scale": "FLOOR",
        "held_minutes": 0,
        "laboratory": "LAB/DRUGS",
        "units": units,
        "readings": [{"name": "pH", "value": "12.5"}],
        "first_witness": "keeper",
        "second_witness": "operator",
        **more,
    }


def test_a_run_from_request_to_assay(callers: Callers) -> None:
    cast = callers.cast
    (barrel,) = ready(cast)
    before = callers.officer.get(f"exhibits/{barrel.label}")
    assert (before["risk_class"], before["assay"], before["run"]) == ("high", "none", None)
    residue = {"exhibit": barrel.label, "gross_grams": "500", "tare_grams": "50"}
    proposal = callers.officer.act("neutralise", told(barrel, residues=[residue]), 202)["proposal"]
    for witness in (cast.keeper, cast.operator):
        confirm(witness, UUID(proposal))
    (run,) = callers.officer.get(f"runs/?exhibit={barrel.label}")["results"]
    assert (run["protocol"], run["unit"]) == (PROTOCOL, "CUSTOMS/QUAY")
    (unit,) = run["units"]
    assert unit["portions"] == [{"lot": LOT, "grams": "2400.000"}]
    assert run == callers.analyst.get(f"runs/{run['id']}")
    after = callers.officer.get(f"exhibits/{barrel.label}")
    assert (after["risk_class"], after["assay"], after["run"]) == ("lowered", "awaited", run["id"])
    assay = {"exhibit": barrel.label, "method": "GC-MS", "result": "pass", "measured": "0.05"}
    callers.analyst.act("assay", assay)
    assert callers.officer.get(f"exhibits/{barrel.label}")["risk_class"] == "low"
    (left,) = callers.officer.get("exhibits/?form=residue")["results"]
    assert (left["made_from"], left["risk_class"]) == (barrel.label, "lowered")
    kinds = {one["kind"] for one in callers.officer.get("events/?limit=500")["results"]}
    assert kinds >= {"run.carried_out", "reagent_lot.received", "reagent_lot.consumed"}


def test_protocols_and_stock_are_listed(callers: Callers) -> None:
    (protocol,) = callers.officer.get("protocols/?code=N-3")["results"]
    assert (protocol["key"], protocol["number"]) == (PROTOCOL, 1)
    assert protocol["ratio"] == PROTOCOL_CONTENT["ratio"]
    assert protocol["criterion"]["most"] == "0.1"
    (lot,) = callers.officer.get("reagent-lots/?usable=true")["results"]
    assert (lot["code"], lot["left_grams"]) == (LOT, "500000.000")
    assert callers.officer.get("reagent-lots/?usable=false")["results"] == []
    assert callers.keeper.get("reagent-lots/")["results"] == []
    assert len(callers.supervisor.get("reagent-lots/")["results"]) == 1
    assert callers.administrator.get("protocols/")["results"] == []


def test_who_sees_one_unit_of_a_run_does_not_see_the_others(callers: Callers) -> None:
    cast = callers.cast
    first, second = ready(cast, 2)
    run = as_rows(cast, first, second)
    carry(cast, [first.label], "PLANT-A", cast.operator)
    callers.operator.get(f"exhibits/{first.label}")
    callers.operator.get(f"runs/{run.id}", 404)
    assert callers.operator.get("runs/")["results"] == []
    carry(cast, [second.label], "PLANT-A", cast.operator)
    callers.operator.get(f"runs/{run.id}")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("readings.0.value", {"readings": [{"name": "pH", "value": 12.5}]}),
        ("readings.0.value", {"readings": [{"name": "pH", "value": "1,5"}]}),
        ("readings.0.value", {"readings": [{"name": "pH", "value": "NaN"}]}),
        ("held_minutes", {"held_minutes": -1}),
        ("protocol", {"protocol": "N-9/1"}),
        ("units", {"units": []}),
    ],
)
def test_what_cannot_be_read_is_named(
    callers: Callers, field: str, change: dict[str, object]
) -> None:
    (barrel,) = ready(callers.cast)
    answer = callers.officer.ask(
        "POST",
        "acts/neutralise",
        told(barrel, **change),
        headers={"idempotency-key": "run-0001"},
    )
    assert answer.status_code in {404, 422}
    assert answer.json()["field"] == field
