"""What a scale can show, and what two weighings can tell apart. Pure, exact, in grams."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence


class OverCapacity(CustodyError):
    """{grams} g is more than scale {scale} can weigh: at most {capacity} g."""

    code = "over_capacity"


class NotReadable(CustodyError):
    """{grams} g is not a multiple of {readability} g, which is what scale {scale} can show: it would show {nearest}."""

    code = "not_readable"


class TareOverGross(CustodyError):
    """A tare of {tare} g is more than the gross of {gross} g."""

    code = "tare_over_gross"


@dataclass(frozen=True)
class ScaleLimits:
    """What matters of a scale: capacity and readability in grams."""

    code: str
    capacity_grams: Decimal
    readability_grams: Decimal


def check_showable(grams: Decimal, scale: ScaleLimits, *, field: str) -> None:
    """Pass if the scale could have shown this mass.

    Args:
        grams: the mass read, not negative.
        scale: the scale it was read on.
        field: the input field, for the message.

    Raises:
        OverCapacity: the scale ends below it.
        NotReadable: it lies between two steps of the scale.
    """
    if grams > scale.capacity_grams:
        raise OverCapacity(
            field=field, grams=grams, scale=scale.code, capacity=scale.capacity_grams
        )
    if grams % scale.readability_grams:
        raise NotReadable(
            field=field,
            grams=grams,
            scale=scale.code,
            readability=_plain(scale.readability_grams),
            nearest=_nearest(grams, scale),
        )


def _nearest(grams: Decimal, scale: ScaleLimits) -> Sentence:
    """What a scale shows next to a mass that it cannot show: below it, and above it if the scale reaches so far."""
    below = grams - grams % scale.readability_grams
    above = below + scale.readability_grams
    if above > scale.capacity_grams:
        return Sentence("{below} g", below=_plain(below))
    return Sentence("{below} g or {above} g", below=_plain(below), above=_plain(above))


def _plain(grams: Decimal) -> str:
    """A mass as people type it: no zeros behind it, no exponent."""
    return f"{grams.normalize():f}"


def net(gross: Decimal, tare: Decimal) -> Decimal:
    """Gross less tare.

    Raises:
        TareOverGross: there would be less than nothing.
    """
    if tare > gross:
        raise TareOverGross(field="tare_grams", tare=tare, gross=gross)
    return gross - tare


def uncertainty(*readabilities: Decimal | None) -> Decimal:
    """The uncertainty of a sum or difference of readings, ``N·d`` with each reading's own ``d``, in grams.

    Source: the simplified closed form for a summed mass of N readings (SWGDRUG SD-3 and SD-6). An unknown
    readability counts as none: it excuses nothing.
    """
    return sum((d for d in readabilities if d is not None), Decimal(0))


def differs(
    expected: Decimal, measured: Decimal, within: Decimal, drying: Decimal = Decimal(0)
) -> Decimal | None:
    """The difference measured less expected if it is more than ``within``, else None; grams.

    Args:
        drying: what may be missing besides, by drying; it excuses no gain.
    """
    difference = measured - expected
    return difference if not -within - drying <= difference <= within else None
