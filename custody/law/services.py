"""Adopting jurisdiction profiles, and finding the one that held at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from custody.kit import clock
from custody.law import content as lawbook
from custody.law import profiles
from custody.law.errors import ProfileInThePast, ProfileOverlaps
from custody.law.models import Profile
from custody.ledger.adoption import ByHead
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


def profile_at(at: datetime) -> profiles.Profile | None:
    """The profile that holds at a moment, in one query; None where none does."""
    row = Profile.objects.filter(effective_at__lte=at).order_by("-effective_at").first()
    return _parse_once(ByHead(row)) if row else None


@lru_cache(maxsize=16)
def _parse_once(key: ByHead[Profile]) -> profiles.Profile:
    return key.row.rules
