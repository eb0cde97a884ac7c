"""A unit at every stage of its life, reached by real acts, and every act as it would be asked for on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.handling.analyse import Analyse, Consume
from custody.handling.assay import Assay
from custody.handling.book import (
    BookSession,
    CancelSession,
    ConfirmSession,
    MissSession,
    Requisition,
)
from custody.handling.certify import Certify, LogTemperature
from custody.handling.commands import Command
from custody.handling.correct import Correct
from custody.handling.document import Document
from custody.handling.erase import Erase, EraseName
from custody.handling.hand_over import HandOver
from custody.handling.hold import LiftHold, PlaceHold
from custody.handling.incinerate import Incinerate, Load, Stage, TakeBack, Weighed
from custody.handling.intercept import Amend, RecordInvestigation
from custody.handling.inventory import CloseInventory, CountInventory, ListInventory, OpenInventory
from custody.handling.lane import AssignLane
from custody.handling.neutralise import InProcess, Neutralise, Treated
from custody.handling.order import GiveOrder, RefuseOrder, RevokeOrder
from custody.handling.owner import RecordOwner
from custody.handling.pack import Pack, Unpack
from custody.handling.photograph import Photograph
from custody.handling.plan_session import PlanSession
from custody.handling.presence import Find, Miss
from custody.handling.report import Report
from custody.handling.sample import Sample, Taken
from custody.handling.seals import ApplySeal, BreakSeal, CheckSeal, ReplaceSeal
from custody.handling.split import Part, Split
from custody.handling.store import Move, Store, Withdraw
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from custody.kit import clock, ids
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FINE_SCALE, FLOOR_SCALE, LOT, PROTOCOL, Cast, catch, do
from tests.files import PAPER, brought, picture
from tests.handling.burning import (
    GROSS,
    burn,
    carry,
    keep_samples,
    never_occurred,
    order,
    photograph,
    take_samples,
)

AT_KILN = "staged", "loaded"


def at(cast: Cast, stage: str) -> Exhibit:
    """A barrel at a stage; a sample of one at the stage that only samples reach."""
    seizure, (barrel,) = catch(cast)
    label = barrel.label
    if stage in {"staged", "loaded", "incinerated"}:
        keep_samples(cast, label)
        order(cast, seizure)
    if stage == "incinerated":
        burn(cast, label)
    elif stage in AT_KILN:
        photograph(cast.officer, label)
        carry(cast, [label], "PLANT-A", cast.operator)
        units = (Weighed(exhibit=label, gross_grams=GROSS),)
        do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
        if stage == "loaded":
            do(cast.operator, Load(exhibits=(label,), kiln="K1"))
    elif stage == "in_transit":
        do(cast.officer, command_for("dispatch", cast, barrel), cast.driver)
    elif stage == "divided":
        do(cast.officer, command_for("split", cast, barrel))
    elif stage == "consumed":
        (name, _) = take_samples(cast, label)
        carry(cast, [name], "LAB-A", cast.analyst)
        sample = Exhibit.objects.get(label=name)
        do(cast.analyst, command_for("consume", cast, sample), cast.second_analyst)
        barrel = sample
    elif stage == "missing":
        do(cast.officer, command_for("miss", cast, barrel))
    elif stage == "void":
        never_occurred(cast, "exhibit.intercepted", barrel)
    elif stage != "intercepted":
        carry(cast, [label], "VAULT-A", cast.keeper)
        if stage != "received":
            do(cast.keeper, Store(exhibits=(label,), place="VAULT-A"))
        if stage == "withdrawn":
            do(cast.keeper, Withdraw(exhibits=(label,), purpose="transport"))
    barrel.refresh_from_db()
    assert barrel.stage == stage
    return barrel


def command_for(act: str, cast: Cast, unit: Exhibit) -> Command:
    """The act as somebody would ask for it on this unit, as right as it can be."""
    return COMMANDS[act](cast, unit, unit.label)


def _seal(unit: Exhibit) -> str:
    found = unit.seals.filter(ended_at__isnull=True).first()
    return found.number if found else "HS-NONE"


def _born(unit: Exhibit) -> UUID:
    return UUID(str(Entry.objects.filter(subject_id=str(unit.pk)).earliest("seq").event_id))


def _spot(unit: Exhibit, vault: str) -> str:
    """A place of whoever has the unit."""
    return "LAB-A" if unit.custodian_unit == "LAB/DRUGS" else vault


def _new(prefix: str) -> str:
    return f"{prefix}-{ids.new_id().hex[:12]}"


def slot() -> dict[str, datetime]:
    """Two hours at a plant, an hour from now."""
    start = clock.now() + timedelta(hours=1)
    return {"starts_at": start, "ends_at": start + timedelta(hours=2)}


def _samples() -> tuple[Taken, ...]:
    return tuple(
        Taken(form=form, gross_grams=Decimal("7.50"), tare_grams=Decimal("2.50"))
        for form in ("sample", "counter_sample")
    )


COMMANDS: dict[str, Callable[[Cast, Exhibit, str], Any]] = {
    "analyse": lambda c, u, n: Analyse(
        exhibit=n, result="found", method="GC-MS", report_number="R-1"
    ),
    "amend": lambda c, u, n: Amend(seizure=u.seizure.reference, prosecutor_notice=_new("AN")),
    "apply_seal": lambda c, u, n: ApplySeal(exhibit=n, number=_new("HS"), seal_class="H"),
    "assay": lambda c, u, n: Assay(
        exhibit=n, method="GC-MS", result="pass", measured=Decimal("0.02")
    ),
    "assign_lane": lambda c, u, n: AssignLane(
        exhibits=(n,), lane="standard", reason="The plant is closed."
    ),
    "book_session": lambda c, u, n: BookSession(plant="PLANT-A", **slot()),
    "break_seal": lambda c, u, n: BreakSeal(exhibit=n, number=_seal(u), reason="To look inside."),
    "cancel_session": lambda c, u, n: CancelSession(session=u.pk, reason="Nothing to burn."),
    "certify": lambda c, u, n: Certify(session=u.pk),
    "check_seal": lambda c, u, n: CheckSeal(exhibit=n, number=_seal(u), finding="intact"),
    "confirm_session": lambda c, u, n: ConfirmSession(session=u.pk),
    "close_inventory": lambda c, u, n: CloseInventory(inventory=u.pk),
    "consume": lambda c, u, n: Consume(
        exhibit=n, scale=FINE_SCALE, taken_grams=Decimal(5), gross_after_grams=None
    ),
    "correct": lambda c, u, n: Correct(
        event=_born(u), declaration="incorrect_data", reason="A slip.", substance="heroin"
    ),
    "count_inventory": lambda c, u, n: CountInventory(inventory=u.pk, exhibits=(n,)),
    "dispatch": lambda c, u, n: Dispatch(
        exhibits=(n,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
    ),
    "document": lambda c, u, n: Document(
        seizure=u.seizure.reference, documents=(brought(c, PAPER),), title="A report."
    ),
    "erase": lambda c, u, n: Erase(
        content="0" * 64, ordered_by="A court", legal_basis="A law", reason="So.", second="x"
    ),
    "erase_name": lambda c, u, n: EraseName(
        badge="officer", ordered_by="A court", legal_basis="A law", reason="So.", second="x"
    ),
    "find": lambda c, u, n: Find(exhibit=n, place="QUAY-A", circumstances="Behind a crane."),
    "give_order": lambda c, u, n: GiveOrder(
        seizure=u.seizure.reference, exhibits=(n,), number=_new("D"), reasons="No need of it."
    ),
    "hand_over": lambda c, u, n: HandOver(exhibits=(n,), taker="second_keeper"),
    "incinerate": lambda c, u, n: Incinerate(
        scale=FLOOR_SCALE,
        temperature_celsius=1_100,
        units=(Weighed(exhibit=n, gross_grams=GROSS),),
    ),
    "lift_hold": lambda c, u, n: LiftHold(hold=u.holds[0] if u.holds else u.pk, reason="Done."),
    "list_inventory": lambda c, u, n: ListInventory(inventory=u.pk),
    "load": lambda c, u, n: Load(exhibits=(n,), kiln="K1"),
    "log_temperature": lambda c, u, n: LogTemperature(session=u.pk, documents=(brought(c, PAPER),)),
    "miss_session": lambda c, u, n: MissSession(session=u.pk, reason="The lorry broke down."),
    "miss": lambda c, u, n: Miss(exhibits=(n,), searched="Everywhere."),
    "move": lambda c, u, n: Move(exhibits=(n,), place=_spot(u, "VAULT-B")),
    "neutralise": lambda c, u, n: Neutralise(
        protocol=PROTOCOL,
        scale=FLOOR_SCALE,
        held_minutes=0,
        units=(
            Treated(exhibit=n, lot=LOT, reagent_grams=Decimal(2_400), gross_grams=Decimal(27_400)),
        ),
        readings=(InProcess(name="pH", value=Decimal("12.5")),),
    ),
    "open_inventory": lambda c, u, n: OpenInventory(
        place="VAULT-A", method="full", occasion="routine"
    ),
    "pack": lambda c, u, n: Pack(exhibits=(n,), form="pallet"),
    "photograph": lambda c, u, n: Photograph(exhibit=n, photographs=(brought(c, picture()),)),
    "place_hold": lambda c, u, n: PlaceHold(exhibits=(n,), reason="Counter-expertise."),
    "plan_session": lambda c, u, n: PlanSession(session=u.pk, exhibits=(n,)),
    "receive": lambda c, u, n: Receive(exhibits=(n,), place="VAULT-A"),
    "record_investigation": lambda c, u, n: RecordInvestigation(
        seizure=u.seizure.reference, opened_on=date(2026, 1, 5)
    ),
    "replace_seal": lambda c, u, n: ReplaceSeal(
        exhibit=n, replaces=_seal(u), number=_new("HS"), seal_class="H", reason="It was cut."
    ),
    "report": lambda c, u, n: Report(exhibit=n, what="other", details="It drips."),
    "record_owner": lambda c, u, n: RecordOwner(seizure=u.seizure.reference, name="N. N., Essen"),
    "refuse_order": lambda c, u, n: RefuseOrder(
        seizure=u.seizure.reference, exhibits=(n,), reasons="Not yet."
    ),
    "requisition": lambda c, u, n: Requisition(plant="PLANT-A", **slot(), reason="Armed men."),
    "revoke_order": lambda c, u, n: RevokeOrder(number="D-1", reason="Wait."),
    "sample": lambda c, u, n: Sample(exhibit=n, scale=FINE_SCALE, samples=_samples()),
    "split": lambda c, u, n: Split(
        exhibit=n,
        scale=FLOOR_SCALE,
        parts=(Part(form="bag", gross_grams=Decimal(24_000), tare_grams=Decimal(0)),),
    ),
    "stage": lambda c, u, n: Stage(
        scale=FLOOR_SCALE, units=(Weighed(exhibit=n, gross_grams=GROSS),)
    ),
    "take_back": lambda c, u, n: TakeBack(
        scale=FLOOR_SCALE,
        units=(Weighed(exhibit=n, gross_grams=GROSS),),
        reason="The kiln is out of order.",
    ),
    "store": lambda c, u, n: Store(exhibits=(n,), place=_spot(u, "VAULT-A")),
    "unpack": lambda c, u, n: Unpack(container=n),
    "weigh": lambda c, u, n: Weigh(exhibit=n, scale=FLOOR_SCALE, gross_grams=GROSS),
    "withdraw": lambda c, u, n: Withdraw(exhibits=(n,), purpose="destruction"),
}
