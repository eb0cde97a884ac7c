"""What keeps a session from its certificate: every unit is accounted for at every scan, or named. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from custody.burning.projection import SCANS
from custody.kit.sentences import Sentence

#: So many units are named for one reason; the rest is counted.
_NAMED = 12


def unreconciled(
    planned: Collection[UUID],
    scans: Mapping[str, Collection[UUID]],
    labels: Mapping[UUID, str],
    *,
    disputed: Collection[UUID] = (),
    logged: bool,
) -> list[str]:
    """Every reason why destruction cannot be certified, in words; empty if it can.

    Args:
        planned: the units that were to burn.
        scans: the units scanned, by scan (:data:`custody.burning.projection.SCANS`).
        labels: of all of these.
        disputed: units with a discrepancy that nobody has judged yet.
        logged: whether there is a temperature log.
    """
    found: list[str] = []
    if not planned:
        found.append(Sentence("nothing is planned into it"))
    missing = set(planned)
    for scan in SCANS:
        there = set(scans[scan])
        if unscanned := missing - there:
            found.append(
                Sentence("not {scan}: {unscanned}", scan=scan, unscanned=_named(unscanned, labels))
            )
        # what is missing at one scan is missing at the next, and said once
        missing &= there
    strange = {one for scan in SCANS for one in scans[scan]} - set(planned)
    if strange:
        found.append(Sentence("not planned: {strange}", strange=_named(strange, labels)))
    if disputed:
        found.append(
            Sentence("discrepancy not judged: {disputed}", disputed=_named(disputed, labels))
        )
    if not logged:
        found.append(Sentence("no temperature log is attached"))
    return found


def _named(units: Collection[UUID], labels: Mapping[UUID, str]) -> str:
    ordered = sorted(labels[one] for one in units)
    more, told = len(ordered) - _NAMED, ", ".join(ordered[:_NAMED])
    return Sentence("{labels} and {more} more", labels=told, more=more) if more > 0 else told
