"""The laboratory's work on a sample: what was found in it, and how much of it was used up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from custody.handling.acts import act
from custody.handling.commands import Command, choice, code, label, mass, scale
from custody.handling.desk import Desk
from custody.handling.errors import (
    FieldMissing,
    HeldNotUsedUp,
    InvalidPurity,
    MoreThanThere,
    NoSample,
    NothingTaken,
    NotYourCustody,
    TooCoarse,
)
from custody.handling.split import check_open
from custody.handling.weighing import compare, grams_of, reading, report, reweigh
from custody.kit import grams
from custody.kit.sentences import Sentence
from custody.law.models import DestructionOrder
from custody.sampling.findings import Result
from custody.seizures import masses
from custody.seizures.lifecycle import SAMPLE_FORMS
from custody.seizures.states import ExhibitState

_PURITY = re.compile(r"100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?")


@dataclass(frozen=True, kw_only=True)
class Analyse(Command):
    """Analyse: say what was found in a sample."""

    exhibit: str = label("Sample")
    result: str = choice("Result", Result)
    substance: str | None = code("Substance found, if another", required=False)
    purity_percent: str | None = code(
        "Purity by mass, in per cent, as in 83.5", required=False, max_length=6
    )
    method: str = code("Method")
    report_number: str = code("Number of the laboratory's report")


@act("analyse", "exhibit.analysed", Analyse)
def analyse(desk: Desk, command: Analyse) -> None:
    """One event on the sample; a discrepancy follows if it does not hold what the record says it does.

    Raises:
        NoSample, NotYourCustody: it is no sample, or not in the hands of the laboratory that says so.
        FieldMissing, InvalidPurity: the finding says too little, or contradicts itself.
    """
    sample = _sample_in_hand(desk, command.exhibit, "exhibit.analysed")
    found = _substance(command, sample.substance)
    if command.purity_percent is not None and (
        found is None or not _PURITY.fullmatch(command.purity_percent)
    ):
        raise InvalidPurity(field="purity_percent", value=command.purity_percent)
    after = desk.record(
        sample,
        "exhibit.analysed",
        {
            "result": command.result,
            "substance": found,
            "purity_percent": command.purity_percent,
            "method": command.method,
            "report_number": command.report_number,
        },
    )
    if found != sample.substance:
        report(desk, after, what="analysis", expected=sample.substance, found=found)


def _substance(command: Analyse, recorded: str) -> str | None:
    """What the sample holds; None for nothing that was looked for."""
    told = command.substance
    same = told is None or told.casefold() == recorded.casefold()
    if command.result == Result.OTHER and same:
        raise FieldMissing(
            field="substance",
            name="substance",
            why=Sentence("it is not {recorded}", recorded=recorded),
        )
    if command.result != Result.OTHER and not same:
        raise FieldMissing(
            field="result",
            name="result",
            why=Sentence("{told} is other than {recorded}", told=told, recorded=recorded),
        )
    return {Result.FOUND: recorded, Result.OTHER: told, Result.NOTHING: None}[
        Result(command.result)
    ]


@dataclass(frozen=True, kw_only=True)
class Consume(Command):
    """Use up: record what an analysis took of a sample."""

    exhibit: str = label("Sample")
    scale: str = scale()
    taken_grams: Decimal = mass("Taken, in grams, without packaging")
    gross_after_grams: Decimal | None = mass(
        "Gross afterwards, in grams; left out if nothing is left", required=False
    )


@act("consume", "exhibit.consumed", Consume)
def consume(desk: Desk, command: Consume) -> None:
    """One event on the sample, which ends with it if nothing is left; a colleague confirms.

    Raises:
        NoSample, NotYourCustody: see :func:`analyse`.
        HeldNotUsedUp: the last of a sample on hold, or that an order keeps.
        TooCoarse: nothing is left, by a scale that reads more coarsely than the one it was weighed on.
        NothingTaken, MoreThanThere: no scale could show that.
    """
    sample = _sample_in_hand(desk, command.exhibit, "exhibit.consumed", with_seals=True)
    check_open(sample)
    used_up = command.gross_after_grams is None
    kept = DestructionOrder.objects.filter(retained__contains=[sample.id], revoked_at__isnull=True)
    if used_up and (sample.holds or kept.exists()):
        raise HeldNotUsedUp(field="gross_after_grams", label=sample.label)
    portion = reading(desk, command.scale, gross=command.taken_grams, field="taken_grams")
    if not command.taken_grams:
        raise NothingTaken(field="taken_grams")
    step = grams_of(portion, "readability_grams")
    was = sample.readability_grams
    if used_up and was is not None and step > was:
        raise TooCoarse(
            field="scale",
            scale=command.scale,
            step=grams.to_text(step),
            label=sample.label,
            was=grams.to_text(was),
        )
    there = sample.gross_grams if sample.net_grams is None else sample.net_grams
    within = masses.uncertainty(sample.readability_grams, step)
    if there is not None and command.taken_grams > there + within:
        raise MoreThanThere(
            field="taken_grams", taken=command.taken_grams, label=sample.label, there=there
        )
    if command.gross_after_grams is None:
        left = _nothing_left(sample)
    else:
        left = reweigh(
            desk, sample, command.scale, command.gross_after_grams, field="gross_after_grams"
        )
        within += grams_of(left, "readability_grams")
    after = desk.record(
        sample,
        "exhibit.consumed",
        {
            "taken_grams": grams.to_text(command.taken_grams),
            "taken_on": {name: portion[name] for name in _PORTION},
            "used_up": used_up,
            "reading": left,
        },
    )
    rest = sample.gross_grams if command.gross_after_grams is not None else there
    compare(
        desk,
        after,
        what="consumption",
        expected=None if rest is None else rest - command.taken_grams,
        measured=command.gross_after_grams or Decimal(0),
        within=within,
    )


#: Of the reading of what was taken: which scale, and who read it.
_PORTION = ("scale", "readability_grams", "calibrated_on", "read_by")


def _nothing_left(sample: ExhibitState) -> dict[str, Any]:
    """An empty packaging, by calculation."""
    tare = grams.to_text(sample.tare_grams or Decimal(0))
    return {
        "gross_grams": tare,
        "tare_grams": tare,
        "net_grams": grams.to_text(Decimal(0)),
        "readability_grams": grams.to_text(Decimal(0)),
        "scale": None,
        "calculated": True,
    }


def _sample_in_hand(desk: Desk, name: str, kind: str, *, with_seals: bool = False) -> ExhibitState:
    sample = desk.unit(name, with_seals=with_seals)
    desk.judge(sample, kind)
    if sample.form not in SAMPLE_FORMS:
        raise NoSample(field="exhibit", label=sample.label)
    if sample.custodian_unit != desk.actor.unit_id:
        raise NotYourCustody(
            field="exhibit",
            label=sample.label,
            unit=sample.custodian_unit,
            own=desk.actor.unit_id,
        )
    return sample
