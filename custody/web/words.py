"""Masses, spans of time and names as people read them; the templates' own library."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import template

from custody.audit.words import NO_BREAK, mass, moment, plain

register = template.Library()


STAGES = {
    "intercepted": "Intercepted",
    "in_transit": "In transit",
    "received": "Received",
    "stored": "Stored",
    "withdrawn": "Withdrawn",
    "staged": "Staged",
    "loaded": "Loaded",
    "missing": "Missing",
    "incinerated": "Incinerated",
    "divided": "Divided",
    "consumed": "Used up",
    "void": "Void",
}
CLOCKS = {
    "harmless": "Make harmless",
    "plant": "Reach the plant",
    "transit": "On the road",
    "store": "In store",
    "retained": "Samples kept",
}

register.filter(mass)
register.filter(moment)
register.filter(plain)


def span(length: timedelta) -> str:
    """A span of time in its two greatest units: 2 d 4 h, 3 h 20 min, 45 min."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        parts = [f"{days}{NO_BREAK}d", f"{hours}{NO_BREAK}h" if hours else ""]
    elif hours:
        parts = [f"{hours}{NO_BREAK}h", f"{minutes}{NO_BREAK}min" if minutes else ""]
    else:
        parts = [f"{minutes}{NO_BREAK}min" if minutes else f"less than 1{NO_BREAK}min"]
    return NO_BREAK.join(part for part in parts if part)


@register.filter
def seconds(count: int | None) -> str:
    """So many seconds as a span; a dash for none."""
    return "\N{EN DASH}" if count is None else span(timedelta(seconds=count))


@register.filter
def percent(share: Decimal) -> str:
    """A share of one in whole percent, never rounded up to all or down to none."""
    shown = min(max(round(share * 100), 0 if share == 0 else 1), 100 if share == 1 else 99)
    return f"{shown}{NO_BREAK}%"


@register.filter
def grouped(number: Decimal | int) -> str:
    """A number with its thousands apart."""
    return f"{Decimal(number):,f}".replace(",", NO_BREAK)


@register.filter
def stage(name: str) -> str:
    return STAGES.get(name, plain(name).capitalize())


@register.filter
def clock_name(name: str | None) -> str:
    return CLOCKS.get(name or "", plain(name or "clock").capitalize())


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """What a mapping holds under a key; templates cannot say it otherwise."""
    return mapping.get(key)


@register.filter
def before_colon(title: str) -> str:
    """The name of an act out of its title."""
    return title.partition(":")[0]


@register.filter
def after_colon(title: str) -> str:
    """What an act is for, out of its title."""
    return title.partition(":")[2].strip()


@register.filter
def is_text(value: Any) -> bool:
    return isinstance(value, str)


@register.filter
def minus(whole: int, shown: Any) -> int:
    return whole - len(shown)
