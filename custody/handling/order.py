"""Destruction orders: written, reasoned, numbered; given and revoked by the prosecutor."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from custody.handling.acts import act
from custody.handling.commands import Command, Kind, choice, code, described, labels, mass, text
from custody.handling.desk import Desk
from custody.handling.errors import (
    AlreadyEnded,
    AlreadyOrdered,
    GroundMissing,
    JudgeMustAuthorise,
    KeptAndDestroyed,
    NothingKept,
    NothingToDo,
    NotTogether,
    NotYourDecision,
    NumberInUse,
    OrderWithoutPower,
    UnknownOrder,
)
from custody.kit import grams, ids
from custody.kit.sentences import Sentence
from custody.law.gate import NoProfile
from custody.law.models import DestructionOrder
from custody.law.profiles import Deed, Ground, MustHold
from custody.law.projection import fold_order
from custody.law.queries import investigation_open, profile_at
from custody.ledger.events import Subject
from custody.seizures.lifecycle import LIVE
from custody.seizures.models import Exhibit
from custody.seizures.queries import contents_of, holding_samples
from custody.seizures.states import ExhibitState, SeizureState

_LIVE = [stage.value for stage in LIVE]


@dataclass(frozen=True, kw_only=True)
class GiveOrder(Command):
    """Give order: order units of a seizure to be destroyed."""

    seizure: str = described(Kind.SEIZURE, "Seizure")
    exhibits: tuple[str, ...] | None = labels(
        "Units (all but the samples, if left out)", required=False
    )
    number: str = code("Number of the order")
    reasons: str = text("Reasons")
    judge_authorisation: str | None = code("Investigating judge's authorisation", required=False)
    ground: str | None = choice("Ground", Ground, required=False)
    retain: tuple[str, ...] | None = labels("Units to keep", required=False)
    retain_grams: Decimal | None = mass(
        "Net mass to keep of each substance, in grams", required=False
    )


@act("give_order", "order.given", GiveOrder)
def give_order(desk: Desk, command: GiveOrder) -> None:
    """One event on the order, one on each unit and on everything that is inside it now.

    What is packed into it later needs an order of its own. What the order keeps, it does not name.
    """
    seizure = desk.seizure(command.seizure)
    _check_lawful(desk, command, seizure)
    if DestructionOrder.objects.filter(number=command.number).exists():
        raise NumberInUse(field="number", name="Order", number=command.number)
    kept = (
        _with_contents(desk, _of_one_seizure(desk, command.retain, seizure, "retain"))
        if command.retain
        else []
    )
    keeping = frozenset(unit.id for unit in kept)
    units = _with_contents(desk, _named(desk, command.exhibits, seizure, keeping))
    for unit in units:
        if unit.id in keeping:
            raise KeptAndDestroyed(field="retain", label=unit.label)
    order_id = ids.new_id()
    own = {
        "order": str(order_id),
        "number": command.number,
        "reasons": desk.text("reasons", command.reasons),
        "judge_authorisation": command.judge_authorisation,
        **({"ground": command.ground} if command.ground else {}),
    }
    event = desk.record_on(
        Subject("order", str(order_id)),
        "order.given",
        {
            **own,
            "seizure": str(seizure.id),
            "exhibits": [str(unit.id) for unit in units],
            **({"retained": [str(unit.id) for unit in kept]} if kept else {}),
            **(
                {"retained_grams": grams.to_text(command.retain_grams)}
                if command.retain_grams
                else {}
            ),
        },
        None,
    )
    for unit in units:
        desk.record(unit, "order.given", own)
    desk.alongside(lambda: DestructionOrder(**fold_order(None, event)).save(force_insert=True))


def _check_lawful(desk: Desk, command: GiveOrder, seizure: SeizureState) -> None:
    """Pass if the order holds what the profile in force asks of one.

    Raises:
        NoProfile: none is in force.
        OrderWithoutPower: the actor's agency gives none.
        JudgeMustAuthorise, GroundMissing, NothingKept: it does not say enough.
    """
    if command.retain_grams == 0:
        raise NothingKept(field="retain_grams")
    profile = profile_at(desk.at)
    if profile is None:
        raise NoProfile(label=seizure.reference, at=desk.at.date())
    rules = profile.deeds[Deed.INCINERATE]
    if rules.order is None:
        return
    agency = desk.actor.unit.agency
    if agency.kind not in rules.order.by:
        raise OrderWithoutPower(
            agency=agency.code,
            kinds=" or ".join(sorted(rules.order.by)),
            rule=profile.cite(rules.order),
        )
    if MustHold.GROUND in rules.order.must_hold and not command.ground:
        raise GroundMissing(field="ground", rule=profile.cite(rules.order))
    days = (desk.at.date(), desk.now.date())
    led_by_judge = any(investigation_open(seizure, day) for day in days)
    if rules.judge and led_by_judge and not command.judge_authorisation:
        raise JudgeMustAuthorise(
            field="judge_authorisation",
            seizure=seizure.reference,
            rule=profile.cite(rules.judge),
        )


def _of_one_seizure(
    desk: Desk, exhibits: tuple[str, ...], seizure: SeizureState, field: str
) -> list[ExhibitState]:
    units = desk.enclosing(exhibits, field=field)
    for unit in units:
        if unit.seizure_id != seizure.id:
            raise NotTogether(
                field=field,
                first=unit.label,
                second=seizure.reference,
                why="an order is about one seizure",
            )
    return units


def _named(
    desk: Desk,
    exhibits: tuple[str, ...] | None,
    seizure: SeizureState,
    keeping: frozenset[UUID] = frozenset(),
) -> list[ExhibitState]:
    if exhibits:
        return _of_one_seizure(desk, exhibits, seizure, "exhibits")
    live = Exhibit.objects.visible_to(desk.actor).filter(
        seizure_id=seizure.id, within__isnull=True, stage__in=_LIVE
    )
    units = desk.locked(list(live.values_list("pk", flat=True)))
    samples = holding_samples([unit.id for unit in units])
    bulk = [unit for unit in units if unit.id not in samples | keeping]
    if not bulk:
        raise NothingToDo(
            why=Sentence("Nothing is left of {reference}", reference=seizure.reference),
            field="seizure",
        )
    return bulk


def _with_contents(desk: Desk, units: list[ExhibitState]) -> list[ExhibitState]:
    inside = contents_of([unit.id for unit in units])
    inner = {one for ids_ in inside.values() for one in ids_} - {unit.id for unit in units}
    return [*units, *desk.locked(sorted(inner))]


@dataclass(frozen=True, kw_only=True)
class RevokeOrder(Command):
    """Revoke order: take back what has not been burnt yet."""

    number: str = code("Number of the order")
    reason: str = text("Why")


@act("revoke_order", "order.revoked", RevokeOrder)
def revoke_order(desk: Desk, command: RevokeOrder) -> None:
    """One event on the order, one on each live unit that bears it."""
    order = (
        DestructionOrder.objects.visible_to(desk.actor)
        .select_related("given_by__unit")
        .select_for_update(of=("self",))
        .filter(number=command.number)
        .first()
    )
    if order is None:
        raise UnknownOrder(field="number", number=command.number)
    what = f"Order {order.number}"
    if order.revoked_at:
        raise AlreadyEnded(field="number", what=what, state="revoked")
    agency = order.given_by.unit.agency_id
    if agency != desk.actor.unit.agency_id:
        raise NotYourDecision(field="number", what=what, agency=agency)
    columns = {
        field.attname: getattr(order, field.attname)
        for field in DestructionOrder._meta.concrete_fields
    }
    payload = {"order": str(order.id), "reason": desk.text("reason", command.reason)}
    event = desk.record_on(
        Subject("order", str(order.id)),
        "order.revoked",
        payload,
        order.head,
        name=what,
        last_at=order.given_at,
    )
    bearers = Exhibit.objects.filter(orders__contains=[order.id], stage__in=_LIVE)
    for unit in desk.locked(list(bearers.values_list("pk", flat=True))):
        desk.record(unit, "order.revoked", payload)
    desk.alongside(lambda: DestructionOrder(**fold_order(columns, event)).save(force_update=True))


@dataclass(frozen=True, kw_only=True)
class RefuseOrder(Command):
    """Refuse order: say that units of a seizure are not to be destroyed for now, and why."""

    seizure: str = described(Kind.SEIZURE, "Seizure")
    exhibits: tuple[str, ...] | None = labels(
        "Units (all but the samples, if left out)", required=False
    )
    reasons: str = text("Reasons")


@act("refuse_order", "order.refused", RefuseOrder)
def refuse_order(desk: Desk, command: RefuseOrder) -> None:
    """One event on each unit and on everything that is inside it now; an order given later takes it back.

    Raises:
        AlreadyOrdered: an order for one of them is in force.
    """
    seizure = desk.seizure(command.seizure)
    units = _with_contents(desk, _named(desk, command.exhibits, seizure))
    for unit in units:
        if unit.orders:
            number = DestructionOrder.objects.values_list("number", flat=True).get(
                pk=unit.orders[0]
            )
            raise AlreadyOrdered(field="exhibits", label=unit.label, number=number)
    payload = {"seizure": str(seizure.id), "reasons": desk.text("reasons", command.reasons)}
    for unit in units:
        desk.record(unit, "order.refused", payload)
