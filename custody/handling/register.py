"""Every act there is: importing this module registers them."""

from __future__ import annotations

from custody.handling import (
    correct,
    document,
    erase,
    hand_over,
    hold,
    incinerate,
    intercept,
    lane,
    neutralise,
    order,
    pack,
    photograph,
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
    "document",
    "erase",
    "hand_over",
    "hold",
    "incinerate",
    "intercept",
    "lane",
    "neutralise",
    "order",
    "pack",
    "photograph",
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
