"""What is legal now: for an officer, for each of many exhibits, in a fixed number of queries.

It offers; the acts judge. Whatever it offers unblocked is legal as far as the record can tell, and whatever it
leaves out would be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from custody.handling.acts import Act
from custody.handling.assay import UNASSAYED
from custody.handling.presence import may_miss
from custody.handling.register import ACTS
from custody.kit import clock
from custody.kit.sentences import Sentence
from custody.law import gate
from custody.law.facts import Facts
from custody.law.gate import Deed, Missing
from custody.law.profiles import Profile
from custody.law.queries import facts_for
from custody.people.models import Officer
from custody.people.rights import NEEDS_CUSTODY, Right
from custody.places.models import Place, PlaceKind
from custody.seizures import rows
from custody.seizures.admitting import kinds_from
from custody.seizures.lifecycle import ENDED, SAMPLE_FORMS, TABLE, Stage
from custody.seizures.models import Exhibit, Seal

#: What can be done to an exhibit inside a container without taking it out.
_INSIDE = frozenset({"place_hold", "report", "correct"})
#: The laboratory's work on what is in its own hands.
_ON_SAMPLES = frozenset({"analyse", "consume"})
_DEEDS = {"neutralise": Deed.NEUTRALISE, "load": Deed.INCINERATE, "incinerate": Deed.INCINERATE}
_GATED = frozenset().union(*(TABLE[ACTS[name].kind].sources for name in _DEEDS))


@dataclass(frozen=True)
class Option:
    """An act that the lifecycle and the officer's rights allow on an exhibit now.

    Attributes:
        act: its name.
        title: what a person reads.
        kind: the event that it would record.
        blocked_by: what is still missing; empty when it can be done at once.
    """

    act: str
    title: str
    kind: str
    blocked_by: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class _View:
    """What is known of the exhibits at hand."""

    full: frozenset[UUID | None]
    seals: dict[UUID, list[str]]
    places: dict[str, Place]
    facts: dict[UUID, Facts]


def legal_now(actor: Officer, exhibits: Sequence[Exhibit]) -> dict[UUID, list[Option]]:
    """The acts open to an officer on each of these exhibits, in the order of the lifecycle.

    Args:
        actor: who asks.
        exhibits: rows that the officer may see.
    """
    view = _look(actor, exhibits)
    order = list(TABLE)
    acts = sorted(ACTS.values(), key=lambda one: order.index(one.kind))
    return {
        row.id: [option for one in acts if (option := _option(actor, one, row, view))]
        for row in exhibits
    }


def destroyable(row: Exhibit, deed: Deed) -> tuple[Profile | None, list[Missing]]:
    """Whether the law lets an exhibit be destroyed now: the profile asked, and what is missing; nothing if it may.

    It asks the law alone: neither where the exhibit is, nor whose task it would be.
    """
    if row.stage in ENDED:
        over = Missing(
            "ended",
            Sentence("{label} is {stage}", label=row.label, stage=Stage(row.stage)),
            "What is no more is not destroyed",
        )
        return None, [over]
    now = clock.now()
    facts = facts_for([rows.exhibit_state(row)], now, now)[row.id]
    found = gate.missing(deed, facts)
    if row.within_id:
        why = "A container is destroyed whole, or what is in it is taken out first"
        found.append(
            Missing(
                "inside_container", Sentence("{label} is inside another unit", label=row.label), why
            )
        )
    return facts.profile, found


def _look(actor: Officer, exhibits: Sequence[Exhibit]) -> _View:
    ids = [row.id for row in exhibits]
    seals: dict[UUID, list[str]] = {}
    for seal in Seal.objects.filter(exhibit__in=ids, ended_at__isnull=True).order_by("number"):
        seals.setdefault(seal.exhibit_id, []).append(seal.number)
    codes = {code for row in exhibits for code in (row.place_id, row.destination_id) if code}
    deeds = {Right(TABLE[ACTS[name].kind].right) for name in _DEEDS}
    gated = [
        rows.exhibit_state(row)
        for row in exhibits
        if row.within_id is None
        and row.stage in _GATED
        and row.custodian_unit == actor.unit_id
        and deeds & actor.rights
    ]
    now = clock.now()
    return _View(
        full=frozenset(
            Exhibit.objects.filter(within__in=ids).values_list("within_id", flat=True).distinct()
        ),
        seals=seals,
        places=Place.objects.in_bulk(codes),
        facts=facts_for(gated, now, now) if gated else {},
    )


def _option(actor: Officer, one: Act, row: Exhibit, view: _View) -> Option | None:
    stage = Stage(row.stage)
    if one.kind not in kinds_from(stage, disputed=row.disputed):
        return None
    right = Right(TABLE[one.kind].right)
    if right not in actor.rights or (row.within_id is not None and one.name not in _INSIDE):
        return None
    if right in NEEDS_CUSTODY and row.custodian_unit != actor.unit_id:
        return None
    if right is Right.TRANSFER and actor.unit_id not in _sides(one, row, view):
        return None
    if one.name in _ON_SAMPLES and (
        row.form not in SAMPLE_FORMS or row.custodian_unit != actor.unit_id
    ):
        return None
    if one.name == "miss" and not may_miss(actor, row.custodian_unit):
        return None
    if not _fits(one, row, view):
        return None
    return Option(one.name, one.title, one.kind, tuple(_blocks(one, row, view)))


def _sides(one: Act, row: Exhibit, view: _View) -> set[str]:
    """The units that may take part in a transfer; the taker of a dispatch proposes it by API if need be."""
    sides = {row.custodian_unit}
    if one.name == "receive" and row.destination_id:
        sides.add(view.places[row.destination_id].unit_id)
    return sides


def _fits(one: Act, row: Exhibit, view: _View) -> bool:
    """Whether the act makes sense for this form and state."""
    if one.name in {"check_seal", "break_seal", "replace_seal"}:
        return row.id in view.seals
    if one.name == "unpack":
        return row.id in view.full
    if one.name == "lift_hold":
        return bool(row.holds)
    if one.name == "revoke_order":
        return bool(row.orders)
    if one.name == "refuse_order":
        return not row.orders
    if one.name == "assay":
        return row.neutralised_at is not None or row.assay in UNASSAYED
    if one.name == "split":
        return row.form not in SAMPLE_FORMS
    if one.name == "stage":
        return row.place_id is not None and view.places[row.place_id].kind == PlaceKind.PLANT
    return True


def _blocks(one: Act, row: Exhibit, view: _View) -> list[Missing]:
    found = gate.missing(_DEEDS[one.name], view.facts[row.id]) if one.name in _DEEDS else []
    if one.name in {"split", "sample", "consume", "neutralise"}:
        if row.id in view.seals:
            found.append(
                Missing(
                    "still_sealed",
                    Sentence(
                        "{label} is sealed with {seals}",
                        label=row.label,
                        seals=", ".join(view.seals[row.id]),
                    ),
                    "A seal is broken by an act of its own",
                )
            )
        if row.id in view.full:
            found.append(
                Missing(
                    "not_empty",
                    Sentence("{label} holds other units", label=row.label),
                    "What is inside is taken out first",
                )
            )
    return found
