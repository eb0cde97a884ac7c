"""Facts for tests of the pure gate: a barrel of which nothing is missing, and what one makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from custody.law.content import parse
from custody.law.facts import Content, Facts, Order, SampleKept
from custody.law.jurisdictions import belgium
from custody.law.profiles import Deed, DeedRules, Profile
from custody.seizures.lifecycle import Form

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BELGIUM = parse(belgium())
ORDER = Order("D-1", NOW - timedelta(hours=1), "prosecution")


def content(label: str = "NX-1", **more: Any) -> Content:
    """A photographed barrel under an order."""
    known: dict[str, Any] = {
        "form": Form.BARREL,
        "substance": "cocaine",
        "held": False,
        "orders": (ORDER,),
        "photographs": 1,
    }
    return Content(label=label, **(known | more))


def facts(**more: Any) -> Facts:
    """The facts about a barrel that may burn."""
    known: dict[str, Any] = {
        "profile": BELGIUM,
        "at": NOW,
        "unit": content(),
        "contents": (),
        "samples": tuple(
            SampleKept(form, "LAB/DRUGS") for form in (Form.SAMPLE, Form.COUNTER_SAMPLE)
        ),
        "custodian": "KILN/NORTH",
        "investigation_open": False,
        "seized_at": NOW - timedelta(days=1),
    }
    return Facts(**(known | more))


def profile(**rules: Any) -> Profile:
    """Belgium whose incineration has other rules."""
    deeds = dict(BELGIUM.deeds)
    burn: DeedRules = replace(deeds[Deed.INCINERATE], **rules)
    return replace(BELGIUM, deeds={**deeds, Deed.INCINERATE: burn})
