"""Units that pass into other hands: what the taker checks is in the event, and what differs is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custody.handling.checking import Check
from custody.handling.desk import Desk
from custody.handling.errors import FieldMissing
from custody.handling.seals import report_finding, require_seal
from custody.handling.weighing import compare_gross, reweigh
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.people.models import Officer
from custody.seizures.labels import UnknownLabel
from custody.seizures.states import ExhibitState


class CheckedAlready(CustodyError):
    """This was proposed with checks of its own: take it as it stands, or let it be proposed anew without them."""

    code = "checked_already"
    category = "conflict"


class Passing:
    """The units of one transfer, with what was checked on each.

    Attributes:
        units: them, locked, in the order given.
    """

    def __init__(
        self,
        desk: Desk,
        names: Sequence[str],
        checks: Sequence[Check] = (),
        scale: str | None = None,
    ) -> None:
        """Lock the units, and deal the checks out to them.

        Args:
            checks, scale: as the proposer told them; the taker tells theirs by the desk.

        Raises:
            CheckedAlready: both tell some.
            UnknownLabel: a check is of another unit.
        """
        taking = desk.taking
        if taking and taking.checks:
            if checks:
                raise CheckedAlready(field="checks")
            checks, scale = taking.checks, taking.scale
        self._desk = desk
        self._scale = scale
        self.units = desk.units(names, with_seals=bool(checks))
        self._checks: dict[str, list[Check]] = {unit.label: [] for unit in self.units}
        for number, check in enumerate(checks):
            field = f"checks.{number}.exhibit"
            name = desk.label(check.exhibit, field=field)
            if name not in self._checks:
                raise UnknownLabel(field=field, label=name)
            self._checks[name].append(check)

    def found(self, unit: ExhibitState) -> dict[str, Any]:
        """What was read on one unit and how its seals were found, as its event tells it; nothing where nothing was.

        Raises:
            FieldMissing: a mass without a scale, or a seal without a finding.
            UnknownSeal: the unit bears no such seal.
        """
        taken, seals = None, []
        for check in self._checks[unit.label]:
            if check.gross_grams is not None:
                if self._scale is None:
                    raise FieldMissing(field="scale", name="scale", why="a mass was read on one")
                taken = reweigh(self._desk, unit, self._scale, check.gross_grams, field="checks")
            if check.seal_number:
                if not check.finding:
                    raise FieldMissing(
                        field="checks",
                        name="finding",
                        why=Sentence("of seal {seal_number}", seal_number=check.seal_number),
                    )
                require_seal(unit, check.seal_number, field="checks")
                seals.append({"number": check.seal_number, "finding": check.finding})
        found = {"reading": taken, "seals": seals, "checked_by": self._taker}
        return {name: value for name, value in found.items() if value} if taken or seals else {}

    @property
    def _taker(self) -> str | None:
        """Who checked, where it was not who acts."""
        return self._desk.taking.taker.badge if self._desk.taking else None

    def record(
        self, unit: ExhibitState, kind: str, payload: Mapping[str, Any], taker: Officer
    ) -> ExhibitState:
        """Put down that one unit passes, and whatever differs from the record."""
        after = self._desk.record(unit, kind, payload, taker=taker)
        if payload.get("reading"):
            compare_gross(self._desk, unit, payload["reading"], what="gross")
        for seal in payload.get("seals") or ():
            report_finding(self._desk, after, seal["number"], seal["finding"])
        return after
