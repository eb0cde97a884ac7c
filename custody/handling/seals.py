"""Seals: applied, checked, broken, replaced. A number is used once, whatever becomes of the seal."""

from __future__ import annotations

from dataclasses import dataclass

from custody.handling.acts import act
from custody.handling.checking import Finding
from custody.handling.commands import Command, choice, label, number_on_seal, text
from custody.handling.desk import Desk
from custody.handling.errors import UnknownSeal
from custody.handling.weighing import report
from custody.seizures.models import SealClass
from custody.seizures.states import ExhibitState


def require_seal(unit: ExhibitState, number: str, *, field: str) -> None:
    """Pass if the unit bears this seal unbroken.

    Raises:
        UnknownSeal: naming those that it bears.
    """
    present = [seal.number for seal in unit.seals if seal.ended_at is None]
    if number not in present:
        raise UnknownSeal(
            field=field,
            label=unit.label,
            number=number,
            present=", ".join(present) or "none",
            legal=present,
        )


def report_finding(desk: Desk, unit: ExhibitState, number: str, finding: str) -> None:
    """Report a discrepancy unless the seal was found intact."""
    if finding != Finding.INTACT:
        report(desk, unit, what="seal", number=number, found=finding)


@dataclass(frozen=True, kw_only=True)
class ApplySeal(Command):
    """Apply seal: close a unit with a new seal."""

    exhibit: str = label("Unit")
    number: str = number_on_seal("Seal number")
    seal_class: str = choice("Seal class (ISO 17712)", tuple(SealClass.values))


@act("apply_seal", "seal.applied", ApplySeal)
def apply_seal(desk: Desk, command: ApplySeal) -> None:
    """One event on the unit."""
    unit = desk.unit(command.exhibit, with_seals=True)
    seal = desk.new_seal(command.number, command.seal_class, field="number")
    desk.record(unit, "seal.applied", seal)


@dataclass(frozen=True, kw_only=True)
class CheckSeal(Command):
    """Check seal: say how a seal was found."""

    exhibit: str = label("Unit")
    number: str = number_on_seal("Seal number")
    finding: str = choice("Found", Finding)


@act("check_seal", "seal.checked", CheckSeal)
def check_seal(desk: Desk, command: CheckSeal) -> None:
    """One event on the unit, and a discrepancy unless the seal was intact."""
    unit = desk.unit(command.exhibit, with_seals=True)
    desk.judge(unit, "seal.checked")
    require_seal(unit, command.number, field="number")
    unit = desk.record(unit, "seal.checked", {"number": command.number, "finding": command.finding})
    report_finding(desk, unit, command.number, command.finding)


@dataclass(frozen=True, kw_only=True)
class BreakSeal(Command):
    """Break seal: open a unit."""

    exhibit: str = label("Unit")
    number: str = number_on_seal("Seal number")
    reason: str = text("Why")


@act("break_seal", "seal.broken", BreakSeal)
def break_seal(desk: Desk, command: BreakSeal) -> None:
    """One event on the unit."""
    unit = desk.unit(command.exhibit, with_seals=True)
    desk.judge(unit, "seal.broken")
    require_seal(unit, command.number, field="number")
    desk.record(
        unit,
        "seal.broken",
        {"number": command.number, "reason": desk.text("reason", command.reason)},
    )


@dataclass(frozen=True, kw_only=True)
class ReplaceSeal(Command):
    """Replace seal: put a new seal in place of one that is broken now."""

    exhibit: str = label("Unit")
    replaces: str = number_on_seal("Seal that it replaces")
    number: str = number_on_seal("New seal number")
    seal_class: str = choice("Seal class (ISO 17712)", tuple(SealClass.values))
    reason: str = text("Why")


@act("replace_seal", "seal.replaced", ReplaceSeal)
def replace_seal(desk: Desk, command: ReplaceSeal) -> None:
    """One event on the unit: the old seal ends and names the new one."""
    unit = desk.unit(command.exhibit, with_seals=True)
    desk.judge(unit, "seal.replaced")
    require_seal(unit, command.replaces, field="replaces")
    seal = desk.new_seal(command.number, command.seal_class, field="number")
    desk.record(
        unit,
        "seal.replaced",
        {
            **seal,
            "replaces": command.replaces,
            "reason": desk.text("reason", command.reason),
        },
    )
