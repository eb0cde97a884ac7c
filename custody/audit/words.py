"""Masses, times and stored words as people read them, on pages and on paper, in the language that is active."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence

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
    return text.replace(",", _NARROW).replace(".", decimal_mark())


def decimal_mark() -> str:
    """What stands before decimals: a point or a comma."""
    return str(get_format("DECIMAL_SEPARATOR"))


def moment(at: datetime | None) -> str:
    """A time on the reader's clock, with the day and the zone."""
    if at is None:
        return _UNKNOWN
    local = timezone.localtime(at)
    # letters of Django's `date` filter; a translation may put them in another order
    return f"{dateformat.format(local, _('D j M Y, H:i'))} {local.tzname()}"


def day(on: date | None) -> str:
    """A day, without the time."""
    # letters of Django's `date` filter
    return _UNKNOWN if on is None else dateformat.format(on, _("j M Y"))


def plain(name: Any) -> str:
    """A stored word as people read it: counter_sample becomes counter-sample."""
    text = str(name)
    words = text.replace("_", "-") if text == "counter_sample" else text.replace("_", " ")
    return _(words) if words else ""


def said(told: object) -> str:
    """What a room below says, in the reader's language: an error, a sentence, a title or a word."""
    if isinstance(told, CustodyError):
        return _filled(told.template(), told.params)
    if isinstance(told, Sentence):
        return _filled(told.template, told.params)
    text = str(told)
    return _(text) if text else ""


def _filled(template: str, params: dict[str, object]) -> str:
    return _(template).format(**{name: _param(value) for name, value in params.items()})


def _param(value: object) -> object:
    """What fills a sentence: words of ours in the reader's language, all else as it is."""
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Decimal):
        # as people type it: no zeros behind it, no exponent
        return f"{value.normalize():f}"
    if isinstance(value, Sentence | CustodyError):
        return said(value)
    if not isinstance(value, str):
        return value
    whole = said(value)
    return whole if whole != value else ", ".join(said(one) for one in value.split(", "))
