"""The plant: received, staged, loaded, burnt; in a session also its log, and the certificate where nothing is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import typst

from custody.attachments.services import bring
from custody.deadlines.models import Flag, FlagCause
from custody.demo.cast import KILN_SCALE, PLANT
from custody.handling.certify import Certify, LogTemperature
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.transport import Receive

if TYPE_CHECKING:
    from custody.demo.story import Story

CELSIUS = 1_050


def burn(story: Story, labels: Sequence[str], session: UUID | None = None) -> None:
    """Received, staged, loaded and burnt, each unit weighed twice."""
    exhibits = tuple(labels)
    story.do("furnace-1", Receive(exhibits=exhibits, place=PLANT), "driver-1")
    units = tuple(
        Weighed(exhibit=label, gross_grams=story.grams[label] // 50 * 50) for label in labels
    )
    stage = Stage(scale=KILN_SCALE, units=units, session=session)
    load = Load(exhibits=exhibits, kiln="K2", session=session)
    incinerate = Incinerate(
        scale=KILN_SCALE,
        temperature_celsius=CELSIUS,
        units=units,
        first_witness="furnace-2",
        second_witness="store-2",
        session=session,
    )
    story.after(10, lambda: story.do("furnace-1", stage))
    story.after(20, lambda: story.do("furnace-1", load))
    story.after(40, lambda: story.do("furnace-1", incinerate, "furnace-2", "store-2"))
    if session:
        story.after(60, lambda: _conclude(story, exhibits, session))


def _conclude(story: Story, labels: Sequence[str], session: UUID) -> None:
    """Attach the log; certify, unless a supervisor has yet to judge something about what burnt."""
    log = bring(story.officers["furnace-1"], _temperature_log(story.clock.at))
    story.do("furnace-1", LogTemperature(session=session, documents=(log.sha256,)))
    doubts = Flag.objects.open().filter(cause=FlagCause.DISCREPANCY, exhibit__label__in=labels)
    if not doubts.exists():
        story.do("furnace-1", Certify(session=session))


def _temperature_log(at: datetime) -> bytes:
    """A PDF that stands for the kiln's log: the same words give the same bytes."""
    text = f"Kiln K2 of {PLANT}, {at:%Y-%m-%d %H:%M} UTC: {CELSIUS} degrees Celsius throughout."
    made = typst.compile(
        text.encode(), format="pdf", ignore_system_fonts=True, timestamp=int(at.timestamp())
    )
    assert isinstance(made, bytes)
    return made
