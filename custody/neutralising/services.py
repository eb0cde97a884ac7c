"""Adopting protocols, and taking reagents into stock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from custody.kit import clock, ids
from custody.kit import grams as masses
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.ledger import append
from custody.ledger.events import Person, Subject, seal
from custody.neutralising import protocols
from custody.neutralising.models import Protocol, ReagentLot
from custody.neutralising.projection import fold_lot
from custody.people.models import Unit


class LotKnown(CustodyError):
    """Lot {lot} is in stock already: a delivery has a code of its own."""

    code = "lot_known"
    category = "conflict"


class InvalidLot(CustodyError):
    """The lot cannot be taken into stock: {why}."""

    code = "invalid_lot"


@transaction.atomic
def adopt_protocol(content: Mapping[str, Any], *, actor: Person) -> Protocol:
    """Adopt a protocol: the next version under its code.

    Args:
        content: see :func:`custody.neutralising.protocols.parse`.
        actor: who adopts it.

    Raises:
        InvalidProtocol: it makes no sense; names the field.
    """
    code = protocols.parse(content).code
    known = Protocol.objects.select_for_update().filter(code=code).order_by("-number").first()
    number = known.number + 1 if known else 1
    told = {**content, "number": number, "adopted_at": clock.to_text(clock.now())}
    return Protocol.adopt(f"{code}/{number}", told, actor=actor)


@transaction.atomic
def receive_lot(
    *,
    code: str,
    reagent: str,
    number: str,
    unit: str,
    grams: Decimal,
    expires_on: date,
    actor: Person,
) -> ReagentLot:
    """Take a lot of reagent into a unit's stock.

    Args:
        code: by which the field knows this delivery; never used again.
        reagent: what it is, as protocols name it.
        number: the maker's.
        grams: how much came.
        expires_on: the last day on which it is good.

    Raises:
        InvalidLot, LotKnown: it is none, or is in stock already.
    """
    for name, value in (("code", code), ("reagent", reagent), ("number", number)):
        if not 1 <= len(value) <= 40 or value != value.strip():
            raise InvalidLot(field=name, why=Sentence("{name} has 1 to 40 characters", name=name))
    if not grams:
        raise InvalidLot(field="grams", why="there is nothing of it")
    if not Unit.objects.filter(pk=unit).exists():
        raise InvalidLot(field="unit", why=Sentence("there is no unit {unit}", unit=unit))
    if ReagentLot.objects.filter(pk=code).exists():
        raise LotKnown(field="code", lot=code)
    event = seal(
        kind="reagent_lot.received",
        subject=Subject("reagent_lot", code),
        actor=actor,
        occurred_at=clock.now(),
        payload={
            "reagent": reagent,
            "number": number,
            "unit": unit,
            "grams": masses.to_text(grams),
            "expires_on": expires_on.isoformat(),
        },
        previous=None,
        act_id=ids.new_id(),
    )
    row = ReagentLot.objects.create(**fold_lot(None, event))
    append.append([event])
    return row
