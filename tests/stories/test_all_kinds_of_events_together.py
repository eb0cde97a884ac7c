"""One story of everything that was ever added to the record: it verifies, equals its replay, and can be made anew."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command

from custody.audit import replay
from custody.audit.subjects import SUBJECTS
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Clock, Flag
from custody.deadlines.services import adopt_policy
from custody.deadlines.sweeping import sweep
from custody.handling.batch import Item, perform_batch
from custody.handling.erase import EraseName
from custody.handling.hold import LiftHold, PlaceHold
from custody.handling.neutralise import Residue
from custody.handling.photograph import Photograph
from custody.handling.proposals import refuse
from custody.handling.report import Report
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.law.models import Hold
from custody.ledger.events import SYSTEM
from custody.ledger.models import Disclosure, Entry
from custody.ledger.notes import KeyType, SigningKey
from custody.ledger.witnesses import adopt_witness
from custody.notices import webhooks
from custody.notices.addresses import adopt_mailbox, adopt_route
from custody.notices.following import follow
from custody.people.assigning import Purpose, assign, end_assignment, state_purpose
from custody.people.models import AssignmentKind
from custody.people.provisioning import identify, provision, retire
from custody.people.rights import Role
from custody.reading.digests import digest_reads
from custody.seizures.models import Exhibit, Origin
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.erasing.orders import BY, SECRET, erased
from tests.exchange.files import seizures, take_over
from tests.files import brought, picture
from tests.handling.burning import GROSS
from tests.handling.test_late_interceptions import CATCH
from tests.inventories.scenes import closed, opened, scan, stored
from tests.ledger.signers import Signing
from tests.neutralising.runs import assayed, neutralised, ready

HOUR = timedelta(hours=1)


def adopts(cast: Cast) -> None:
    """Who hears, who watches, who comes and goes."""
    hook, _ = webhooks.make_webhook(
        cast.supervisor, url="https://system.example/flags", officer="auditor"
    )
    webhooks.rotate(cast.supervisor, UUID(hook.code))
    gone, _ = webhooks.make_webhook(
        cast.supervisor, url="https://gone.example/flags", officer="auditor"
    )
    webhooks.disable(cast.supervisor, UUID(gone.code))
    adopt_mailbox(officer="supervisor", address="s@customs.example", actor=SYSTEM)
    adopt_route("night", mailboxes=["supervisor"], actor=SYSTEM)
    key = SigningKey.generate("court.test/witness", KeyType.COSIGNATURE).verifier.text
    for in_service in (True, False):
        adopt_witness(key, actor=SYSTEM, in_service=in_service)
    provision(
        cast.administrator,
        badge="leaver",
        name="Piet Leaver",
        unit="CUSTOMS/QUAY",
        roles=[Role.OFFICER],
    )
    identify(cast.protector, "leaver", "A complaint.")
    retire(cast.administrator, "leaver")
    do(
        cast.supervisor,
        EraseName(badge="leaver", reason="Left.", second="second_supervisor", **BY),
        cast.second_supervisor,
    )


def lives(cast: Cast) -> None:
    """Barrels from elsewhere are photographed, held and let go; texts and pictures are erased."""
    paused = flanders_2024(effective_at=clock.to_text(clock.now() + timedelta(minutes=3)))
    for one in paused["clocks"]:
        one["paused_by"] = ["hold"]
    adopt_policy(paused, SYSTEM)
    with clock.simulated(clock.now() + timedelta(minutes=4)) as time:
        take_over(cast, seizures({"lane": "fast"}, {"lane": "fast"}, {"amount": "3", "unit": "kg"}))
        first, second, third = Exhibit.objects.order_by("origin__reference")
        _, (held,) = catch(cast)
        assign(
            cast.supervisor,
            kind=AssignmentKind.CASE,
            officer=cast.keeper,
            until=time.at + HOUR,
            case=first.seizure_id,
        )
        ended = assign(
            cast.supervisor,
            kind=AssignmentKind.CASE,
            officer=cast.keeper,
            until=time.at + 2 * HOUR,
            case=second.seizure_id,
        )
        end_assignment(cast.supervisor, UUID(ended.code))
        state_purpose(cast.auditor, case=first.seizure_id, purpose=Purpose.AUDIT, reason="Yearly.")
        names = [brought(cast.officer, picture()) for _ in range(2)]
        do(cast.officer, Photograph(exhibit=first.label, photographs=tuple(names), caption=SECRET))
        do(cast.officer, Report(exhibit=second.label, what="other", details="Wet."))
        erased(cast, names[0])
        erased(cast, Disclosure.objects.get(text=SECRET).commitment)
        time.advance(HOUR)
        sweep()
        do(cast.supervisor, PlaceHold(exhibits=(held.label,), reason="Fingerprints."))
        time.advance(5 * HOUR)
        sweep()
        do(cast.supervisor, LiftHold(hold=Hold.objects.get().pk, reason="Taken."))
        time.advance(HOUR)
        perform_batch(
            cast.officer,
            [
                *(
                    Item(Weigh(exhibit=one.label, scale=FLOOR_SCALE, gross_grams=GROSS))
                    for one in (first, second, third)
                ),
                Item(Weigh(exhibit=first.label, scale=FLOOR_SCALE, gross_grams=GROSS)),
            ],
            key="a-whole-batch",
        )
        time.advance(HOUR)
        sweep()
        refused = propose(
            cast.officer,
            replace(CATCH, customs_report="PV-9"),
            occurred_at=time.at - HOUR,
            late_reason="No signal in the hold.",
        )
        refuse(cast.colleague, refused, "It was two barrels.")
        (treated,) = ready(cast)
        residue = Residue(exhibit=treated.label, gross_grams=Decimal(500), tare_grams=Decimal(0))
        neutralised(cast, treated, residues=(residue,))
        assayed(cast, treated, "inconclusive")


def counts(cast: Cast) -> None:
    """A store is counted, and something is missed."""
    here, _ = stored(cast, 2)
    inventory = opened(cast)
    scan(cast.officer, inventory, [here])
    closed(cast.auditor, inventory)


def rows() -> dict[str, list[Any]]:
    """Every row that events make."""
    tables = [table.model for table in SUBJECTS.values()]
    tables += [model for table in SUBJECTS.values() for model in table.attached]
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=str) for model in tables
    }


def test_it_all_verifies_equals_its_replay_and_can_be_made_anew(
    committed_cast: Cast, files: Path, signing: Signing, child_environment: dict[str, str]
) -> None:
    adopts(committed_cast)
    lives(committed_cast)
    counts(committed_cast)
    assert signing.round()
    follow()
    digest_reads()
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds >= {
        "exhibit.intercepted",
        "exhibit.photographed",
        "content.erased",
        "hold.lifted",
        "webhook.adopted",
        "witness.adopted",
        "assignment.adopted",
        "proposal.refused",
        "inventory.closed",
        "exhibit.counted",
        "exhibit.missed",
        "flag.raised",
        "run.carried_out",
        "reagent_lot.consumed",
        "exhibit.assayed",
    }
    assert Origin.objects.count() == 3
    assert Clock.objects.filter(pauses__len=2).exists()
    assert Flag.objects.exists()
    assert replay.compare() > 0
    call_command("verify_ledger", stdout=StringIO())
    before = rows()
    subprocess.run(
        [sys.executable, "manage.py", "rebuild_projection"],
        check=True,
        env=child_environment,
        cwd=Path(__file__).parents[2],
    )
    assert rows() == before
    replay.compare()
    call_command("verify_ledger", stdout=StringIO())
