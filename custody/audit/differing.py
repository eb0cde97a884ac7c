"""By how much a mass was found to differ, out of the event that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from custody.audit.words import mass


@dataclass(frozen=True)
class MassDifference:
    """Two masses that are not one, in grams."""

    expected: Decimal
    found: Decimal

    @property
    def grams(self) -> Decimal:
        """Found less expected."""
        return self.found - self.expected

    @property
    def words(self) -> str:
        told = _("expected {expected}, found {found}: {difference} more")
        if self.grams < 0:
            told = _("expected {expected}, found {found}: {difference} less")
        return told.format(
            expected=mass(self.expected), found=mass(self.found), difference=mass(abs(self.grams))
        )


def tells_masses(payload: Mapping[str, Any]) -> bool:
    """Whether what an event expected and found are masses: other reports have seals, places and substances there."""
    return "difference_grams" in payload or payload.get("objection") == "mass_differs"


def mass_difference(payload: Mapping[str, Any]) -> MassDifference | None:
    """The masses that an event tells apart; None where it tells of none, or knew of none before."""
    if not tells_masses(payload) or payload["expected"] is None:
        return None
    return MassDifference(Decimal(payload["expected"]), Decimal(payload["found"]))
