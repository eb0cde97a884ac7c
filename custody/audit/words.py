"""Masses, times and stored words as people read them, on pages and on paper."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

_UNKNOWN = "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"


def mass(grams: Decimal | str | None) -> str:
    """A mass in the unit that people would say: 25 kg, 12.5 g; a dash where it is not known."""
    if grams is None or grams == "":
        return _UNKNOWN
    value = Decimal(grams)
    if abs(value) >= 1000:
        return f"{_number(value / 1000)}{NO_BREAK}kg"
    return f"{_number(value)}{NO_BREAK}g"


def _number(value: Decimal) -> str:
    text = f"{value:,.3f}" if value % 1 else f"{value:,.0f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", _NARROW)


def moment(at: datetime | None) -> str:
    """A time on the reader's clock, with the day and the zone."""
    if at is None:
        return _UNKNOWN
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def plain(name: Any) -> str:
    """A stored word as people read it: counter_sample becomes counter-sample."""
    text = str(name)
    return text.replace("_", "-") if text == "counter_sample" else text.replace("_", " ")
