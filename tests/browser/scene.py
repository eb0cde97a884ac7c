"""Something of everything, so that each address of the pages opens on a real thing."""

from __future__ import annotations

from dataclasses import dataclass

from custody.deadlines.models import Flag
from custody.handling.hand_over import HandOver
from custody.handling.photograph import Photograph
from custody.handling.report import Report
from custody.kit import clock, ids
from custody.labelling.services import print_labels
from custody.law.models import DestructionOrder
from custody.notices.webhooks import make_webhook
from custody.people.assigning import Purpose, state_purpose
from custody.planning.making import make_next
from custody.planning.services import ask, ask_what_if
from custody.reading.models import AlertKind, ReadAlert
from custody.seizures.models import Exhibit
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import burn, certify, confirmed, log, plan, ready
from tests.cast import Cast, catch, do, propose
from tests.files import brought, picture
from tests.inventories.scenes import opened, stored

#: Answered with a file or on to another page: there is nothing to look at.
FILES = frozenset(
    {
        *("scanned_unit", "scanned_place", "printing_pages", "certificate"),
        *("attachment", "small-attachment", "original", "fast_lane_table", "mass_drift_table"),
        "picture_table",
        "profile_file",
    }
)


@dataclass(frozen=True)
class Scene:
    """Where everything is.

    Attributes:
        addresses: of each route of the pages, by its name.
        names: what an outsider must not read anywhere.
        unit: what acts are about.
    """

    addresses: dict[str, list[str]]
    names: list[str]
    unit: str


def furnish(cast: Cast) -> Scene:
    """A catch on the quay with everything on it, one that was burnt, a store being counted, and all that papers need."""
    permit(), crew(), vehicle()
    seizure, (barrel, other, third) = catch(cast, 3, seals=["HS-1", "HS-2"])
    shown = brought(cast.officer, picture(320, 240))
    do(cast.officer, Photograph(exhibit=barrel.label, photographs=(shown,)))
    state_purpose(
        cast.supervisor,
        case=seizure.pk,
        purpose=Purpose.SUPERVISION,
        reason="Whose barrels are they?",
    )
    receipt = do(cast.officer, Report(exhibit=barrel.label, what="mass", details="It is lighter."))
    proposal = propose(cast.officer, HandOver(exhibits=(other.label,), taker="keeper"))
    units = ready(cast)
    session = confirmed(cast)
    plan(cast, session, units)
    session = burn(cast, session, units)
    log(cast, session)
    session = certify(cast, session)
    stored(cast, 1)
    inventory = opened(cast)
    printing = print_labels(cast.officer, count=4)
    webhook, _ = make_webhook(cast.supervisor, url="https://example.org/flags", officer="auditor")
    proposed = ask(cast.supervisor, days=2, seconds=1)
    make_next()
    question = ask_what_if(
        cast.supervisor,
        days=2,
        seconds=1,
        catch_kilograms=100,
        another_crew=False,
        another_plant=False,
    )
    alert = ReadAlert.objects.create(
        id=ids.new_id(),
        kind=AlertKind.BULK,
        badge="officer",
        agency="CUSTOMS",
        source=ids.new_id(),
        happened_at=clock.now(),
        raised_at=clock.now(),
    )
    flag = Flag.objects.get(exhibit=barrel)
    reference, burnt = seizure.reference, units[0].seizure.reference
    order = DestructionOrder.objects.get(seizure=units[0].seizure)
    addresses = {
        "board": ["/"],
        "stage": ["/stages/intercepted/", f"/stages/intercepted/?seizure={reference}"],
        "search": ["/search/", f"/search/?q={reference}", "/search/?q=NX-00000000-1"],
        "scan": ["/scan/", f"/scan/?unit={barrel.label}&unit={third.label}&place=QUAY-A"],
        "scanned_unit": [f"/i/{barrel.label}"],
        "scanned_place": ["/p/QUAY-A"],
        "printings": ["/labels/"],
        "printing": [f"/labels/{printing.code}/"],
        "printing_pages": [f"/labels/{printing.code}/sheet.pdf?stock=roll-62x29"],
        "exhibit": [f"/exhibits/{barrel.label}/", f"/exhibits/{units[0].label}/"],
        "exhibit_bundle": [f"/exhibits/{barrel.label}/bundle/"],
        "seizures": ["/seizures/"],
        "seizure": [f"/seizures/{reference}/", f"/seizures/{burnt}/"],
        "seizure_bundle": [f"/seizures/{reference}/bundle/"],
        "seizure_verification": [f"/seizures/{reference}/verification/"],
        "mass_account": [f"/seizures/{burnt}/masses/"],
        "purpose": [f"/seizures/{reference}/purpose/"],
        "plans": ["/plans/"],
        "plan": [f"/plans/{proposed.pk}/"],
        "planning_board": ["/plans/board/"],
        "what_ifs": ["/plans/what-if/"],
        "what_if": [f"/plans/what-if/{question.pk}/"],
        "pictures": ["/pictures/"],
        "picture": ["/pictures/stock/", "/pictures/flow/", "/pictures/seizures/"],
        "picture_table": ["/pictures/stock/table.csv"],
        "sessions": ["/sessions/"],
        "session": [f"/sessions/{session.pk}/"],
        "certificate": [f"/sessions/{session.pk}/certificate/"],
        "attachment": [f"/attachments/{shown}/"],
        "small-attachment": [f"/attachments/{shown}/small/"],
        "original": [f"/attachments/{shown}/original/"],
        "people": ["/people/"],
        "officers": ["/people/officers/"],
        "webhooks": ["/webhooks/"],
        "webhook": [f"/webhooks/{webhook.code}/"],
        "reads": ["/reads/"],
        "alert": [f"/reads/{alert.pk}/"],
        "help": ["/help/"],
        "help_act": ["/help/sample/", "/help/incinerate/"],
        "first_steps": ["/help/first-steps/"],
        "receipt": [f"/receipts/{receipt.act_id}/"],
        "proposals": ["/proposals/"],
        "proposal": [f"/proposals/{proposal}/"],
        "fast_lane": ["/fast-lane/"],
        "fast_lane_table": ["/fast-lane/table.csv"],
        "inventories": ["/inventories/"],
        "inventory": [f"/inventories/{inventory}/"],
        "mass_drift": ["/mass-drift/"],
        "mass_drift_table": ["/mass-drift/table.csv"],
        "flags": ["/flags/", f"/flags/?seizure={reference}"],
        "flag": [f"/flags/{flag.pk}/"],
        "pressing": [f"/board/{name}/" for name in ("late", "discrepancies", "waiting")],
        "verification": [f"/exhibits/{barrel.label}/verification/"],
        "undo": [f"/receipts/{receipt.act_id}/undo/"],
        "hand_overs": ["/hand-overs/"],
        "manifest": [f"/proposals/{proposal}/manifest/"],
        "run": ["/run/"],
        "store": ["/store/"],
        "plant": ["/plant/"],
        "laboratory": ["/laboratory/"],
        "decisions": ["/decisions/"],
        "order": [f"/decisions/orders/{order.pk}/"],
        "policies": ["/policies/"],
        "new_policy": ["/policies/new/"],
        "policy_clock": ["/policies/clock/", "/policies/clock/?number=1"],
        "policy_calendar": ["/policies/calendar/"],
        "profiles": ["/law/"],
        "profile": ["/law/belgium/1/"],
        "profile_file": ["/law/belgium/1/file.json"],
        "adopt_file": ["/adopt/"],
        "permits": ["/permits/"],
        "permit": ["/permits/OVAM-1/"],
        "crews": ["/crews/"],
        "crew": ["/crews/CREW-1/"],
        "places": ["/places/"],
        "place": ["/places/QUAY-A/"],
        "scale": ["/scales/FLOOR/"],
        "officer_history": ["/people/officers/officer/"],
    }
    names = list(Exhibit.objects.values_list("label", flat=True))
    return Scene(addresses, [*names, reference, burnt], barrel.label)
