"""A session of two cases: one order revoked late, one barrel missing, one reading too heavy. What burnt is certified in the
end, what did not is named, and every gram planned is burnt, back, or said to be gone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command

from custody.audit import replay
from custody.audit.bundle.contents import of_seizure
from custody.audit.masses import account_of
from custody.burning.errors import NotReconciled
from custody.deadlines.models import Flag
from custody.deadlines.services import acknowledge
from custody.handling.certify import Certify
from custody.handling.incinerate import TakeBack
from custody.handling.order import RevokeOrder
from custody.handling.presence import Miss
from custody.law.gate import GateClosed
from custody.law.models import DestructionOrder
from custody.seizures.models import Exhibit
from tests.audit.evidence import KEY, judged, made
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import (
    burn,
    certify,
    confirmed,
    fresh,
    incinerate,
    load,
    log,
    plan,
    ready,
    stage,
    weighed,
)
from tests.cast import FLOOR_SCALE, Cast, do
from tests.handling.burning import GROSS

pytestmark = pytest.mark.usefixtures("files")


def test_a_mixed_session_ends_with_each_barrel_accounted_for(
    committed_cast: Cast, tmp_path
) -> None:
    cast = committed_cast
    permit(caps=[{"substance": None, "form": None, "grams": "1500000"}]), crew(), vehicle()
    plain, heavy, missing = ready(cast, 3)
    (revoked,) = ready(cast)
    everything = [plain, heavy, missing, revoked]
    row = plan(cast, confirmed(cast), everything, crew="CREW-1", vehicle="VAN-A")

    do(cast.operator, stage([revoked], row.id))
    do(cast.operator, load([revoked], row.id))
    number = DestructionOrder.objects.get(seizure=revoked.seizure).number
    do(cast.prosecutor, RevokeOrder(number=number, reason="A trial after all."))
    with pytest.raises(GateClosed):
        do(cast.operator, incinerate([revoked], row.id))

    burn(cast, row, [plain])
    burn(cast, row, [heavy], gross=GROSS + 1_000)
    log(cast, row)
    with pytest.raises(NotReconciled) as withheld:
        do(cast.operator, Certify(session=row.id))
    assert withheld.value.legal == (
        f"not staged: {missing.label}",
        f"not burnt: {revoked.label}",
        f"discrepancy not judged: {heavy.label}",
    )

    do(cast.operator, Miss(exhibits=(missing.label,), searched="The lorry, the yard."))
    back = TakeBack(scale=FLOOR_SCALE, units=weighed([revoked]), reason="Its order is revoked.")
    do(cast.operator, back, cast.second_operator)
    for flag in Flag.objects.open().filter(cause="discrepancy"):
        acknowledge(cast.supervisor, flag.id, reason="The lid was full of rain.")
    plan(cast, row, [plain, heavy])
    row = certify(cast, fresh(row))

    assert row.burnt == sorted([plain.id, heavy.id])
    stages = {one.id: one.stage for one in Exhibit.objects.filter(form="barrel")}
    assert stages == {
        plain.id: "incinerated",
        heavy.id: "incinerated",
        missing.id: "missing",
        revoked.id: "received",
    }
    burnt = Exhibit.objects.filter(pk__in=row.burnt).values_list("gross_grams", flat=True)
    assert sum(burnt) == 2 * GROSS + 1_000
    kept = Exhibit.objects.filter(pk__in=[missing.id, revoked.id])
    assert [one.gross_grams for one in kept] == [Decimal(25_000)] * 2

    account = account_of(plain.seizure)
    assert not account.closes
    told = {one.label: (one.reason.value, one.grams) for one in account.points}
    assert told.keys() == {heavy.label, missing.label}
    assert told[missing.label] == ("missing", Decimal(24_000))
    (beyond,) = (one for one in account.lines if one.beyond)
    assert (beyond.label, beyond.grams) == (heavy.label, Decimal(1_000))
    assert account_of(revoked.seizure).closes

    files = made(of_seizure(None, plain.seizure))
    assert f"certificates/{row.id}.pdf" in files
    verdict = judged(tmp_path / "bundle", files, *KEY)
    assert verdict.status == 0, verdict.said
    assert of_seizure(None, revoked.seizure).certificates == {}
    replay.compare()
    call_command("verify_ledger")
