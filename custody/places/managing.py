"""Places and scales of an agency: what an administrator takes into use, and changes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import transaction

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.adoption import require_as_shown
from custody.people.models import Officer, Unit
from custody.people.provisioning import NotYourUnit
from custody.people.rights import Right
from custody.places.models import Place, PlaceKind, Scale
from custody.places.services import adopt_place, adopt_scale

_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,22}[A-Z0-9])?")
#: A million tonnes; no scale carries as much.
_HEAVIEST = Decimal(10) ** 9
RowT = TypeVar("RowT", Place, Scale)


class CodeMalformed(CustodyError):
    """{code} is no code name: capitals, digits and hyphens between them, 24 at most. It says nothing of where a place is."""

    code = "code_malformed"


class CodeTaken(CustodyError):
    """{code} is the code name of something else: choose another."""

    code = "code_taken"
    category = "conflict"


class KindFixed(CustodyError):
    """{code} is a {kind}, and stays one: what was recorded there was recorded in a {kind}."""

    code = "kind_fixed"
    category = "conflict"


class ScaleImpossible(CustodyError):
    """No scale is like this: {why}."""

    code = "scale_impossible"


@transaction.atomic
def manage_place(
    actor: Officer, *, code: str, kind: PlaceKind, unit: str, shown: str | None = None
) -> Place:
    """Take a place into use, or give it to another unit of the agency to keep, by an event;
    none where it is so already.

    Args:
        shown: see :func:`custody.ledger.adoption.require_as_shown`.

    Raises:
        OnRecordAlready, AdoptedMeanwhile: what is on record is not what the actor was shown.
        RightMissing, NotYourUnit, CodeMalformed, CodeTaken, KindFixed: it may not be.
    """
    known = _known(actor, Place, code, unit)
    if known and known.kind != kind:
        raise KindFixed(field="kind", code=code, kind=known.kind)
    if known and known.unit_id == unit:
        return known
    require_as_shown(known, code, shown)
    return adopt_place(code=code, kind=kind, unit=unit, actor=actor.person)


@transaction.atomic
def manage_scale(
    actor: Officer,
    *,
    code: str,
    unit: str,
    capacity_grams: Decimal,
    readability_grams: Decimal,
    calibrated_on: date,
    shown: str | None = None,
) -> Scale:
    """Take a scale into use, or put down that it was calibrated anew, by an event; see :func:`manage_place`.

    Raises:
        OnRecordAlready, AdoptedMeanwhile: what is on record is not what the actor was shown.
        RightMissing, NotYourUnit, CodeMalformed, CodeTaken, ScaleImpossible: it may not be.
    """
    known = _known(actor, Scale, code, unit)
    if not 0 < readability_grams <= capacity_grams <= _HEAVIEST:
        raise ScaleImpossible(
            field="readability_grams", why="its steps are above nothing and below what it carries"
        )
    if calibrated_on > clock.now().date():
        raise ScaleImpossible(field="calibrated_on", why="it was calibrated on a day to come")
    require_as_shown(known, code, shown)
    return adopt_scale(
        code=code,
        unit=unit,
        capacity_grams=capacity_grams,
        readability_grams=readability_grams,
        calibrated_on=calibrated_on,
        actor=actor.person,
    )


def _known(actor: Officer, model: type[RowT], code: str, unit: str) -> RowT | None:
    """What has this code already, held; None where nothing has.

    Raises:
        RightMissing, NotYourUnit, CodeMalformed, CodeTaken: the actor may not use this code, or not for this unit.
    """
    actor.require(Right.ADOPT)
    if not Unit.objects.filter(pk=unit, agency=actor.unit.agency_id).exists():
        raise NotYourUnit(field="unit", unit=unit)
    if not _CODE.fullmatch(code):
        raise CodeMalformed(field="code", code=code)
    known = model.held(code)
    if known and known.unit.agency_id != actor.unit.agency_id:
        raise CodeTaken(field="code", code=code)
    return known
