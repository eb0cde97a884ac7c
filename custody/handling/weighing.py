"""Readings on a scale, and what is done when masses do not agree: it is recorded, reported and flagged."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.deadlines.models import FlagCause
from custody.deadlines.services import raise_flag
from custody.handling.desk import Desk
from custody.handling.errors import UnknownScale
from custody.kit import grams
from custody.ledger.events import Event, Subject
from custody.ledger.queries import entries_of, sound_events
from custody.places.models import Scale
from custody.seizures import masses, models
from custody.seizures.mass_rules import MassRules, in_force
from custody.seizures.masses import ScaleLimits
from custody.seizures.projection import anchored_at
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
    rules = _rules(desk)
    if rules and rules.out_of_calibration(found.calibrated_on, desk.at.date()):
        desk.uncalibrated[found.code] = found
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
        "read_by": (desk.taking.taker if desk.taking else desk.actor).badge,
    }


def _scale(desk: Desk, code: str) -> Scale:
    if code not in desk.scales:
        found = Scale.objects.filter(pk=code).first()
        if found is None:
            raise UnknownScale(field="scale", code=code)
        desk.scales[code] = found
    return desk.scales[code]


def _rules(desk: Desk) -> MassRules | None:
    """The rules of masses in force when the act happened; looked up once an act."""
    if desk.mass_rules is None:
        desk.mass_rules = [row.rules for row in models.MassRules.objects.all()]
    return in_force(desk.mass_rules, desk.at)


def report_uncalibrated(desk: Desk) -> None:
    """Report each scale that was out of calibration, on the first unit that it weighed: the reading stands, marked."""
    for code, scale in desk.uncalibrated.items():
        read = next((event for event in desk.events if _scale_of(event) == code), None)
        if read is not None:
            report(
                desk,
                desk.touched[UUID(read.subject.id)],
                what="calibration",
                scale=code,
                calibrated_on=scale.calibrated_on.isoformat(),
            )


def _scale_of(event: Event) -> object:
    payload: Any = event.payload
    taken = payload.get("exhibit", payload).get("reading") or payload.get("taken_on") or {}
    return taken.get("scale") if event.subject.type == "exhibit" else None


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
        drying=_drying(desk, before),
    )


def _drying(desk: Desk, before: ExhibitState) -> Decimal:
    """What may have dried away since the reading by which this one is judged."""
    rules = _rules(desk)
    rule = rules and rules.drying_of(before.substance)
    if not rule or before.anchor_grams is None:
        return Decimal(0)
    trail = list(sound_events(entries_of(Subject("exhibit", str(before.id)))))
    return rule.loss(
        before.anchor_grams - (before.tare_grams or Decimal(0)),
        intercepted_at=before.intercepted_at,
        since=anchored_at(trail),
        until=desk.at,
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
    drying: Decimal = Decimal(0),
) -> None:
    """Report a discrepancy on the exhibit if two masses differ by more than the scales explain.

    Args:
        desk: the act.
        state: the exhibit.
        what: which masses these are: a word of the record, such as ``gross`` or ``split``.
        expected: from the record, in grams; None if there was none, and then nothing is compared.
        measured: now, in grams.
        within: the uncertainty of both together, in grams (see ``masses.uncertainty``).
        drying: what may have dried away besides, in grams.
    """
    if expected is None:
        return
    difference = masses.differs(expected, measured, within, drying)
    if difference is not None:
        report(
            desk,
            state,
            what=what,
            expected=grams.to_text(expected),
            found=grams.to_text(measured),
            difference_grams=grams.to_text(difference),
            uncertainty_grams=grams.to_text(within),
            **({"drying_grams": grams.to_text(drying)} if drying else {}),
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
