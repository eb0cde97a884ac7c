"""Two seizures go to the kiln on one day: an order is revoked when its barrel stands loaded, a barrel never arrives, another
weighs too much. Of every gram it is told where it went, or exactly where that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from custody.audit.replay import compare
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.order import RevokeOrder
from custody.handling.presence import Miss
from custody.handling.transport import Dispatch, Receive
from custody.law.gate import GateClosed
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.api.callers import Caller, Callers
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import carry, order, photograph, take_samples

pytestmark = pytest.mark.django_db

GROSS, TOO_MUCH = Decimal(25_000), Decimal(25_500)


def to_the_plant(cast: Cast, leaving: Sequence[str], arriving: Sequence[str]) -> None:
    """The driver takes them all, and hands over what is there."""
    do(
        cast.officer,
        Dispatch(exhibits=tuple(leaving), driver="driver", vehicle="VAN-A", destination="PLANT-A"),
        cast.driver,
    )
    do(cast.operator, Receive(exhibits=tuple(arriving), place="PLANT-A"), cast.driver)


def burning(units: Sequence[Weighed]) -> Incinerate:
    return Incinerate(
        scale=FLOOR_SCALE,
        temperature_celsius=1_100,
        units=tuple(units),
        first_witness="second_operator",
        second_witness="keeper",
    )


def figures(account: Any) -> dict[str, str]:
    """What lies under each heading, where something does."""
    return {one["heading"]: one["grams"] for one in account["headings"] if float(one["grams"])}


def event(kind: str, label: str) -> Entry:
    unit = Exhibit.objects.get(label=label)
    return Entry.objects.get(kind=kind, subject_id=str(unit.pk))


def test_every_account_closes_or_says_exactly_where_it_does_not(cast: Cast) -> None:
    callers = Callers(cast)
    first, (kept, vanished, plain) = catch(cast, 3)
    second, (revoked, heavy) = catch(cast, 2)
    third, (honest,) = catch(cast)
    for one in (kept, revoked, honest):
        carry(cast, take_samples(cast, one.label), "LAB-A", cast.analyst)
    photograph(
        cast.officer, *(one.label for one in (kept, vanished, plain, revoked, heavy, honest))
    )
    order(cast, first, number="D-1")
    order(cast, second, revoked.label, number="D-2")
    order(cast, second, heavy.label, number="D-3")
    order(cast, third, number="D-4")

    arriving = [one.label for one in (kept, plain, revoked, heavy, honest)]
    to_the_plant(cast, [*arriving, vanished.label], arriving)
    do(cast.driver, Miss(exhibits=(vanished.label,), searched="The van, and the road."))

    weighed = {
        label: Weighed(exhibit=label, gross_grams=TOO_MUCH if label == heavy.label else GROSS)
        for label in arriving
    }
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=tuple(weighed.values())))
    do(cast.operator, Load(exhibits=tuple(arriving), kiln="K1"))
    do(cast.prosecutor, RevokeOrder(number="D-2", reason="The trial needs it after all."))

    before = Entry.objects.count()
    with pytest.raises(GateClosed, match=revoked.label):
        do(cast.operator, burning([*weighed.values()]))
    assert Entry.objects.count() == before
    burnt = [one for label, one in weighed.items() if label != revoked.label]
    do(cast.operator, burning(burnt), cast.second_operator, cast.keeper)

    account = accounts(callers.supervisor, first.reference)
    assert not account["closes"]
    assert account["points"] == [
        {
            "reason": "missing",
            "label": vanished.label,
            "seq": event("exhibit.missed", vanished.label).seq,
            "grams": "24000.000",
        }
    ]
    assert figures(account) == {
        "intercepted": "72000.000",
        "burnt": "-48000.000",
        "difference": "10.000",
    }
    assert account["held"] == [
        {"stage": "received", "grams": "10.000"},
        {"stage": "missing", "grams": "24000.000"},
    ]

    account = accounts(callers.supervisor, second.reference)
    staged = event("exhibit.staged", heavy.label)
    assert account["points"] == [
        {"reason": "difference", "label": heavy.label, "seq": staged.seq, "grams": "500.000"}
    ]
    (line,) = [one for one in account["lines"] if one["beyond"]]
    assert (line["seq"], line["scale"], line["read_by"]) == (staged.seq, FLOOR_SCALE, "operator")
    assert line["since_seq"] == event("exhibit.intercepted", heavy.label).seq
    assert line["holder"] == "KILN/NORTH"
    assert {one["stage"]: one["grams"] for one in account["held"]} == {
        "loaded": "24000.000",
        "received": "10.000",
    }
    assert figures(account)["burnt"] == "-24500.000"

    account = accounts(callers.supervisor, third.reference)
    assert account["closes"]
    assert account["points"] == []
    assert account["held"] == [{"stage": "received", "grams": "10.000"}]

    for reference in (first.reference, second.reference, third.reference):
        callers.outsider.get(f"seizures/{reference}/mass-account", 404)
        # the plant has had barrels of each; what else there is, is none of its business
        callers.operator.get(f"seizures/{reference}/mass-account", 404)
    board = Client()
    board.force_login(cast.supervisor)
    page = board.get("/").content.decode()
    assert vanished.label in page
    assert heavy.label in page
    compare()


def accounts(reader: Caller, reference: str) -> Any:
    """An account, whose lines add up to what is held."""
    account = reader.get(f"seizures/{reference}/mass-account")
    held = sum((Decimal(one["grams"]) for one in account["held"]), Decimal(0))
    assert sum(Decimal(one["grams"]) for one in account["lines"]) == held
    assert Decimal(account["balance"]) == held
    return account
