"""Adopting jurisdiction profiles."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from custody.kit import clock
from custody.law import content as lawbook
from custody.law.errors import ProfileInThePast, ProfileOverlaps
from custody.law.models import Profile
from custody.ledger.events import Json, Person


@transaction.atomic
def adopt_profile(content: Mapping[str, Json], actor: Person) -> Profile:
    """Adopt a profile: the next version under its code.

    Args:
        content: as :mod:`custody.law.jurisdictions` gives it.
        actor: who adopts it.

    Raises:
        InvalidProfile: it makes no sense; names the field.
        ProfileInThePast, ProfileOverlaps: it would change what holds already.
    """
    profile = lawbook.parse(content)
    rows = list(Profile.objects.select_for_update().order_by("effective_at"))
    for row in rows:
        if row.effective_at == profile.effective_at:
            raise ProfileOverlaps(field="effective_at", code=row.key)
    earliest = clock.now() + clock.AHEAD
    if rows and profile.effective_at < earliest:
        raise ProfileInThePast(field="effective_at", earliest=clock.to_text(earliest))
    number = 1 + max((row.number for row in rows if row.code == profile.code), default=0)
    return Profile.adopt(f"{profile.code}/{number}", {**content, "number": number}, actor=actor)
