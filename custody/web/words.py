"""Masses, spans of time and names as people read them; the templates' own library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custody.audit.words import NO_BREAK, day, decimal_mark, mass, moment, plain, said
from custody.handling.register import ACTS
from custody.kit.sentences import Sentence

register = template.Library()


STAGES = {
    "intercepted": gettext_noop("Intercepted"),
    "in_transit": gettext_noop("In transit"),
    "received": gettext_noop("Received"),
    "stored": gettext_noop("Stored"),
    "withdrawn": gettext_noop("Withdrawn"),
    "staged": gettext_noop("Staged"),
    "loaded": gettext_noop("Loaded"),
    "missing": gettext_noop("Missing"),
    "incinerated": gettext_noop("Incinerated"),
    "divided": gettext_noop("Divided"),
    "consumed": gettext_noop("Used up"),
    "void": gettext_noop("Void"),
}
CLOCKS = {
    "harmless": gettext_noop("Make harmless"),
    "plant": gettext_noop("Reach the plant"),
    "transit": gettext_noop("On the road"),
    "store": gettext_noop("In store"),
    "retained": gettext_noop("Samples kept"),
}

LANES = {"fast": gettext_noop("fast lane"), "standard": gettext_noop("standard lane")}

for one in (day, mass, moment, plain, said):
    register.filter(one)


def span(length: timedelta) -> str:
    """A span of time in its two greatest units: 2 d 4 h, 3 h 20 min, 45 min."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    told = [
        (days, _("{count} d")),
        (hours, _("{count} h")),
        (0 if days else minutes, _("{count} min")),
    ]
    parts = [words.format(count=count) for count, words in told if count]
    return " ".join(parts or [_("less than 1 min")]).replace(" ", NO_BREAK)


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
    return f"{Decimal(number):,f}".replace(",", NO_BREAK).replace(".", decimal_mark())


@register.filter
def stage(name: str) -> str:
    return _(STAGES[name]) if name in STAGES else capital(name)


@register.filter
def clock_name(name: str | None) -> str:
    return _(CLOCKS[name]) if name in CLOCKS else capital(name or "clock")


@register.filter
def lane(name: str) -> str:
    """A lane by its whole name."""
    return _(LANES[name]) if name in LANES else plain(name)


def capital(name: str) -> str:
    """A stored word at the beginning of a line."""
    words = plain(name)
    return words[:1].upper() + words[1:]


@register.filter
def listed(names: Iterable[str]) -> str:
    """Stored words, one after another."""
    return ", ".join(plain(name) for name in names)


@register.filter
def reason(told: Mapping[str, Any]) -> str:
    """Why something is so, out of a stored plan."""
    made = told.get("sentence")
    return said(Sentence.made_from(made) if made else told["text"])


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """What a mapping holds under a key; templates cannot say it otherwise."""
    return mapping.get(key)


@register.filter
def before_colon(title: str) -> str:
    """The name of an act out of its title."""
    return said(title).partition(":")[0].strip()


@register.filter
def act_title(name: str) -> str:
    """What an act is called, by the name under which proposals keep it."""
    return before_colon(ACTS[name].title)


@register.filter
def after_colon(title: str) -> str:
    """What an act is for, out of its title."""
    return said(title).partition(":")[2].strip()


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """The languages of the pages, each called by its own name in each of them."""
    return list(settings.LANGUAGES)


@register.filter
def is_text(value: Any) -> bool:
    return isinstance(value, str)


@register.filter
def minus(whole: int, shown: Any) -> int:
    return whole - len(shown)
