"""What about reading somebody has to look at. Pure: rows in, alerts out.

The bounds are the house's own, dated 2026-11-24, without a public source; docs/operations.md tells them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

#: Hours of the site's clock between which nobody reads but who has the thing in hand.
NIGHT_FROM, NIGHT_UNTIL = 22, 6
#: Different things shown to one officer within ten minutes.
BULK, BULK_WITHIN = 500, timedelta(minutes=10)
_NEAR = frozenset({"custody", "case"})


@dataclass(frozen=True)
class ReadFacts:
    """What the rules look at of one row of the log."""

    id: UUID
    at: datetime
    badge: str
    route: str
    relation: str
    purpose: str | None
    objects: frozenset[UUID]

    @property
    def single(self) -> bool:
        """One thing was opened, not a list leafed through."""
        return "<" in self.route


def alerts(
    rows: Sequence[ReadFacts],
    before: Iterable[ReadFacts],
    canaries: Collection[UUID],
    zone: tzinfo,
) -> list[tuple[str, ReadFacts]]:
    """The kind of each alert, with the row that gives rise to it.

    Args:
        rows: the rows of one minute, in the order of their time.
        before: the rows of the ten minutes before it.
        canaries: ids of what nobody has a reason to open.
        zone: the site's clock.
    """
    found: list[tuple[str, ReadFacts]] = []
    seen: dict[str, list[ReadFacts]] = {}
    for row in sorted(before, key=lambda one: one.at):
        seen.setdefault(row.badge, []).append(row)
    for row in rows:
        if row.single and row.objects & set(canaries):
            found.append(("canary", row))
        far = row.relation not in _NEAR and not row.purpose
        hour = row.at.astimezone(zone).hour
        if far and row.single and (hour >= NIGHT_FROM or hour < NIGHT_UNTIL):
            found.append(("off_hours", row))
        if far and row.single and "/trail" in row.route:
            found.append(("not_my_case", row))
        lately = [one for one in seen.get(row.badge, []) if one.at > row.at - BULK_WITHIN]
        had = frozenset[UUID]().union(*(one.objects for one in lately))
        if len(had) < BULK <= len(had | row.objects):
            found.append(("bulk", row))
        seen[row.badge] = [*lately, row]
    return found
