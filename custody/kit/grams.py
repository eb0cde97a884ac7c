"""Exact masses in grams: decimals with at most three places, never floating point."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from custody.kit.errors import InvalidMass

QUANTUM = Decimal("0.001")
LIMIT = Decimal(1_000_000_000)


def parse(value: str | int | Decimal) -> Decimal:
    """Read a mass in grams, exactly.

    Args:
        value: grams, as text, whole number or decimal; at most three decimals, not negative.

    Raises:
        InvalidMass: it is something else, or finer or greater than any scale here could show.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidMass(value=repr(value))
    try:
        grams = Decimal(value)
        exact = grams.quantize(QUANTUM)
    except InvalidOperation:
        raise InvalidMass(value=str(value)) from None
    if exact != grams or grams.is_signed() or grams >= LIMIT:
        raise InvalidMass(value=str(value))
    return exact


def to_text(grams: Decimal) -> str:
    """The mass as the ledger writes it: three decimals, no exponent.

    A difference may be negative; it keeps its sign.
    """
    return f"{grams.quantize(QUANTUM):f}"
