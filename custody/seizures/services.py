"""Adopting the rules of masses."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.events import Json, Person
from custody.seizures.mass_rules import parse
from custody.seizures.models import MassRules


class MassRulesInThePast(CustodyError):
    """Rules of masses hold from {earliest} at the earliest, so that they never judge what has been."""

    code = "mass_rules_in_the_past"


class MassRulesOverlap(CustodyError):
    """Rules of masses hold from that moment on already: {key}."""

    code = "mass_rules_overlap"
    category = "conflict"


@transaction.atomic
def adopt_mass_rules(content: Mapping[str, Json], actor: Person) -> MassRules:
    """Adopt what is expected of masses from a moment on, until the next.

    Args:
        content: see :func:`custody.seizures.mass_rules.parse`.
        actor: who adopts it.

    Raises:
        InvalidMassRules: it makes no sense; names the field.
        MassRulesInThePast, MassRulesOverlap: it would change what holds already.
    """
    told = parse(content)
    rows = list(MassRules.objects.select_for_update().order_by("effective_at"))
    earliest = clock.now() + clock.AHEAD
    if rows and told.effective_at < earliest:
        raise MassRulesInThePast(field="effective_at", earliest=clock.to_text(earliest))
    for row in rows:
        if row.effective_at == told.effective_at:
            raise MassRulesOverlap(field="effective_at", key=row.key)
    return MassRules.adopt(str(len(rows) + 1), content, actor=actor)
