"""Readings on a scale, and what is done when masses do not agree: it is recorded, reported and flagged."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from custody.deadlines.models import FlagCause
from custody.deadlines.services import raise_flag
from custody.handling.desk import Desk
from custody.handling.errors import UnknownScale
from custody.kit import grams
from custody.ledger.events import Event
from custody.places.models import Scale
from custody.seizures import masses
from custody.seizures.masses import ScaleLimits
from custody.seizures.states import ExhibitState


def reading(
    desk: Desk,
    scale_code: str,
    *,
    gross: Decimal,
    tare: Decimal | None = None,
    known_tare: Decimal | None = None,
    field: str = "gross_grams",
) -> dict[str, Any]:
    """A reading as events tell it, if the scale can have shown it.

    Args:
        desk: the act.
        scale_code: the scale.
        gross: what it showed, in grams.
        tare: the packaging alone, in grams, where it was weighed now; net follows from it.
        known_tare: the packaging by the record, in grams. A gross below it is recorded, with nothing as net:
            it is for the comparison to say that something is gone.
        field: the input field of the gross, for messages.

    Raises:
        UnknownScale, OverCapacity, NotReadable, TareOverGross: what no scale here can show.
    """
    found = _scale(desk, scale_code)
    scale = ScaleLimits(found.code, found.capacity_grams, found.readability_grams)
    masses.check_showable(gross, scale, field=field)
    net = None
    if tare is not None:
        masses.check_showable(tare, scale, field="tare_grams")
        net = masses.net(gross, tare)
    elif known_tare is not None:
        tare, net = known_tare, max(gross - known_tare, Decimal(0))
    return {
        "gross_grams": grams.to_text(gross),
        "tare_grams": None if tare is None else grams.to_text(tare),
        "net_grams": None if net is None else grams.to_text(net),
        "scale": found.code,
        "readability_grams": grams.to_text(scale.readability_grams),
        "calibrated_on": found.calibrated_on.isoformat(),
        "read_by": desk.actor.badge,
    }


def _scale(desk: Desk, code: str) -> Scale:
    if code not in desk.scales:
        found = Scale.objects.filter(pk=code).first()
        if found is None:
            raise UnknownScale(field="scale", code=code)
        desk.scales[code] = found
    return desk.scales[code]


def reweigh(
    desk: Desk, state: ExhibitState, scale_code: str, gross: Decimal, *, field: str = "gross_grams"
) -> dict[str, Any]:
    """A reading of an exhibit whose packaging is the one on record; see :func:`reading`."""
    return reading(desk, scale_code, gross=gross, known_tare=state.tare_grams, field=field)


def compare_gross(desk: Desk, before: ExhibitState, taken: Mapping[str, Any], *, what: str) -> None:
    """Compare a new gross with the anchor on record; see :func:`compare`.

    Args:
        desk: the act.
        before: the exhibit as it was before the reading.
        taken: the reading.
        what: on which occasion: a word of the record.
    """
    compare(
        desk,
        desk.touched[before.id],
        what=what,
        expected=before.anchor_grams,
        measured=grams_of(taken),
        within=masses.uncertainty(
            before.anchor_readability_grams, grams_of(taken, "readability_grams")
        ),
    )


def grams_of(taken: Mapping[str, Any], name: str = "gross_grams") -> Decimal:
    """One mass of a reading, in grams; nothing counts as zero."""
    return Decimal(taken[name]) if taken[name] is not None else Decimal(0)


def compare(
    desk: Desk,
    state: ExhibitState,
    *,
    what: str,
    expected: Decimal | None,
    measured: Decimal,
    within: Decimal,
) -> None:
    """Report a discrepancy on the exhibit if two masses differ by more than the scales explain.

    Args:
        desk: the act.
        state: the exhibit.
        what: which masses these are: a word of the record, such as ``gross`` or ``split``.
        expected: from the record, in grams; None if there was none, and then nothing is compared.
        measured: now, in grams.
        within: the uncertainty of both together, in grams (see ``masses.uncertainty``).
    """
    if expected is None:
        return
    difference = masses.differs(expected, measured, within)
    if difference is not None:
        report(
            desk,
            state,
            what=what,
            expected=grams.to_text(expected),
            found=grams.to_text(measured),
            difference_grams=grams.to_text(difference),
            uncertainty_grams=grams.to_text(within),
        )


def report(desk: Desk, state: ExhibitState, *, what: str, **details: Any) -> ExhibitState:
    """Put down a discrepancy that follows from the act, and raise its flag."""
    after = desk.record(
        state, "exhibit.discrepancy_reported", {"what": what, **details}, consequence=True
    )
    flag(desk, after, FlagCause.DISCREPANCY, desk.events[-1])
    return after


def flag(desk: Desk, state: ExhibitState, cause: FlagCause, source: Event) -> None:
    """Raise a flag for supervisors when the act is closed."""

    def consequence() -> list[Event]:
        return [
            raise_flag(
                exhibit_id=state.id,
                cause=cause,
                source=source,
                act_id=desk.act_id,
                actor=desk.actor.person,
                now=desk.now,
            )
        ]

    desk.follows(consequence)
