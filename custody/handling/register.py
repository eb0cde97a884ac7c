"""Every act there is: importing this module registers them."""

from __future__ import annotations

from custody.handling import (
    correct,
    hand_over,
    hold,
    incinerate,
    intercept,
    lane,
    neutralise,
    order,
    pack,
    presence,
    report,
    sample,
    seals,
    split,
    store,
    take_over,
    transport,
    weigh,
)
from custody.handling.acts import ACTS

__all__ = [
    "ACTS",
    "correct",
    "hand_over",
    "hold",
    "incinerate",
    "intercept",
    "lane",
    "neutralise",
    "order",
    "pack",
    "presence",
    "report",
    "sample",
    "seals",
    "split",
    "store",
    "take_over",
    "transport",
    "weigh",
]
