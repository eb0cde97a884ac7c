"""What a run has to keep of its protocol. Pure.

What can still be mended before the run is told is refused: too little reagent, too short a time, a reading not taken.
What has happened and cannot be unmade is recorded as a deviation: then nothing is harmless before an assay says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.neutralising.protocols import Bounds, Criterion, Protocol, in_words
from custody.seizures import masses


class NotSuited(CustodyError):
    """Protocol {protocol} does not suit {substance}, which {label} holds. It suits {substances}."""

    code = "protocol_not_suited"
    category = "conflict"


class HeldTooShort(CustodyError):
    """Protocol {protocol} takes {least} minutes, and {held} have passed: let it stand, and record it then."""

    code = "held_too_short"
    category = "conflict"


class TooLittleReagent(CustodyError):
    """{label} needs {least} g of reagent at least by protocol {protocol}, and got {found} g: add the rest first."""

    code = "too_little_reagent"
    category = "conflict"


class ReadingNotTaken(CustodyError):
    """Protocol {protocol} asks for {name} of {label}, and nobody tells it."""

    code = "reading_not_taken"


class UnknownReading(CustodyError):
    """Protocol {protocol} asks for no {name}; it asks for {names}."""

    code = "unknown_reading"


class NotInRun(CustodyError):
    """{label} is not among the units of this run."""

    code = "not_in_run"


class WrongReagent(CustodyError):
    """Lot {lot} holds {reagent}; protocol {protocol} takes {wanted}."""

    code = "wrong_reagent"
    category = "conflict"


class LotExpired(CustodyError):
    """Lot {lot} was good until {expires_on}."""

    code = "lot_expired"
    category = "conflict"


class LotUsedUp(CustodyError):
    """Of lot {lot} {left} g are left; this takes {wanted} g."""

    code = "lot_used_up"
    category = "conflict"


class LotElsewhere(CustodyError):
    """Lot {lot} is in the stock of {unit}, not of {own}."""

    code = "lot_elsewhere"
    category = "forbidden"


class AgainstCriterion(CustodyError):
    """{why}: it passes at {most} {unit} at most."""

    code = "against_criterion"


class OtherMethod(CustodyError):
    """The protocol is assayed by {wanted}, not by {method}."""

    code = "other_method"


@dataclass(frozen=True)
class Taken:
    """A reading taken during a run: of one unit by its label, or of all of them."""

    name: str
    value: Decimal
    label: str | None = None

    def told(self) -> dict[str, str]:
        """It as events tell it."""
        return {"name": self.name, "value": number_text(self.value)}


@dataclass(frozen=True)
class Deviation:
    """Something that went otherwise than the protocol says."""

    what: str
    found: Decimal
    least: Decimal | None
    most: Decimal | None
    unit: str

    def told(self) -> dict[str, str | None]:
        """It as events tell it."""
        return {
            "what": self.what,
            "found": number_text(self.found),
            "least": None if self.least is None else number_text(self.least),
            "most": None if self.most is None else number_text(self.most),
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Lot:
    """What a run asks of a lot of reagent."""

    code: str
    reagent: str
    unit: str
    left_grams: Decimal
    expires_on: date


def number_text(value: Decimal) -> str:
    """A number as events tell it: no exponent, no idle noughts."""
    return f"{value.normalize():f}"


def require_suited(protocol: Protocol, key: str, *, label: str, substance: str) -> None:
    """Pass if the protocol is for what the unit holds.

    Raises:
        NotSuited: it is not.
    """
    if protocol.substances and substance not in protocol.substances:
        raise NotSuited(
            field="protocol",
            protocol=key,
            substance=substance,
            label=label,
            substances=", ".join(sorted(protocol.substances)),
            legal=sorted(protocol.substances),
        )


def require_held(protocol: Protocol, key: str, minutes: int) -> None:
    """Pass if it stood as long as the protocol asks.

    Raises:
        HeldTooShort: it did not.
    """
    if minutes < protocol.hold_minutes:
        raise HeldTooShort(
            field="held_minutes", protocol=key, least=protocol.hold_minutes, held=minutes
        )


def judge_ratio(
    protocol: Protocol, key: str, *, label: str, net: Decimal, reagent: Decimal
) -> list[Deviation]:
    """Whether a unit got the reagent that it needs; more than the tolerance allows is a deviation.

    Args:
        net: of the unit, in grams; its gross where the packaging is not known, which asks for more and never for less.
        reagent: added to it, in grams.

    Raises:
        TooLittleReagent: it got less.
    """
    least = (protocol.ratio - protocol.tolerance) * net
    most = (protocol.ratio + protocol.tolerance) * net
    if reagent < least:
        raise TooLittleReagent(
            field="units", label=label, protocol=key, least=number_text(least), found=reagent
        )
    return [Deviation("reagent", reagent, least, most, "g")] if reagent > most else []


def judge_readings(
    protocol: Protocol, key: str, labels: Sequence[str], taken: Sequence[Taken]
) -> dict[str, list[Deviation]]:
    """The deviations by unit; a reading of all counts for each, and one may be taken several times.

    Raises:
        UnknownReading, NotInRun, ReadingNotTaken: what is told is not what the protocol asks for.
    """
    bounds = {one.name: one for one in protocol.readings}
    for number, one in enumerate(taken):
        if one.name not in bounds:
            raise UnknownReading(
                field=f"readings.{number}.name",
                protocol=key,
                name=one.name,
                names=in_words(protocol.readings),
                legal=sorted(bounds),
            )
        if one.label is not None and one.label not in labels:
            raise NotInRun(field=f"readings.{number}.exhibit", label=one.label)
    return {label: _of_unit(bounds, key, label, taken) for label in labels}


def _of_unit(
    bounds: Mapping[str, Bounds], key: str, label: str, taken: Sequence[Taken]
) -> list[Deviation]:
    own = [one for one in taken if one.label in (None, label)]
    for name in bounds:
        if name not in {one.name for one in own}:
            raise ReadingNotTaken(field="readings", protocol=key, name=name, label=label)
    return [
        Deviation(one.name, one.value, wanted.least, wanted.most, wanted.unit)
        for one in own
        if not (wanted := bounds[one.name]).hold(one.value)
    ]


def require_lot(
    lot: Lot, protocol: Protocol, key: str, *, own: str, on: date, wanted: Decimal
) -> None:
    """Pass if so much of a lot may go into a run.

    Args:
        own: code of the unit that runs it.
        on: the day of the run; the day of expiry is the last good one.
        wanted: in grams, of all units together.

    Raises:
        LotElsewhere, WrongReagent, LotExpired, LotUsedUp: it may not.
    """
    field = "units"
    if lot.unit != own:
        raise LotElsewhere(field=field, lot=lot.code, unit=lot.unit, own=own)
    if lot.reagent != protocol.reagent:
        raise WrongReagent(
            field=field, lot=lot.code, reagent=lot.reagent, protocol=key, wanted=protocol.reagent
        )
    if lot.expires_on < on:
        raise LotExpired(field=field, lot=lot.code, expires_on=lot.expires_on.isoformat())
    if wanted > lot.left_grams:
        raise LotUsedUp(field=field, lot=lot.code, left=lot.left_grams, wanted=wanted)


@dataclass(frozen=True)
class Balance:
    """A unit's masses across a run, in grams: before + reagent = after + residue ± U.

    Attributes:
        before: gross, on a scale that reads in steps of ``before_step``.
        reagents, residues: each portion added, and net what was taken out, on one that reads in steps of ``step``.
    """

    before: Decimal
    before_step: Decimal | None
    reagents: Sequence[Decimal]
    residues: Sequence[Decimal]
    step: Decimal

    @property
    def expected(self) -> Decimal:
        """The gross afterwards."""
        return self.before + sum(self.reagents, Decimal(0)) - sum(self.residues, Decimal(0))

    @property
    def within(self) -> Decimal:
        """U: one step for each reading of the sum, the one afterwards included."""
        count = len(self.reagents) + len(self.residues) + 1
        return masses.uncertainty(self.before_step, *[self.step] * count)

    def difference(self, after: Decimal) -> Decimal | None:
        """What the gross afterwards has too much or too little, if it is more than U explains."""
        return masses.differs(self.expected, after, self.within)


def require_by_criterion(
    criterion: Criterion, *, method: str, result: str, measured: Decimal | None
) -> None:
    """Pass if an assay's result is what its measurement says by the criterion.

    Raises:
        OtherMethod: it was measured otherwise.
        AgainstCriterion: it passes without a measurement, or says another thing than that.
    """
    if method != criterion.method:
        raise OtherMethod(
            field="method", method=method, wanted=criterion.method, legal=[criterion.method]
        )
    told = {"field": "measured", "most": number_text(criterion.most), "unit": criterion.unit}
    if measured is None:
        if result == "pass":
            raise AgainstCriterion(**told, why="What passes was measured")
        return
    if measured < 0:
        raise AgainstCriterion(**told, why="Nothing measures less than nothing")
    passes = measured <= criterion.most
    if (result, passes) in {("pass", False), ("fail", True)}:
        raise AgainstCriterion(
            **told,
            why=Sentence(
                "{measured} is no {result}", measured=number_text(measured), result=result
            ),
        )
