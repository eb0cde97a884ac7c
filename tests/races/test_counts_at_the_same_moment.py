"""Inventories that meet: one place is opened once, closed once, and nothing is missed for having moved just then."""

from __future__ import annotations

import pytest

from custody.handling.errors import Busy
from custody.handling.inventory import (
    CloseInventory,
    CountedAlready,
    CountInventory,
    InventoryClosed,
    OpenInventory,
)
from custody.handling.record import perform
from custody.handling.store import Move
from custody.inventories.models import Inventory, InventoryLine
from custody.inventories.opening import InventoryUnderWay
from custody.kit import ids
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast
from tests.inventories.scenes import closed, findings, opened, scan, stored
from tests.races.threads import act, receipts, refusals, together

pytestmark = pytest.mark.usefixtures("the_record_is_whole")

ROUNDS = 4


def test_two_who_open_an_inventory_of_one_place_open_one(committed_cast: Cast) -> None:
    cast = committed_cast
    labels = stored(cast, 2)
    for _ in range(ROUNDS):
        open_ = OpenInventory(place="VAULT-A", method="full", occasion="routine")
        results = together(act(cast.supervisor, open_), act(cast.second_supervisor, open_))
        assert len(receipts(results)) == 1
        assert refusals(results) == {InventoryUnderWay}
        row = Inventory.objects.get(closed_at__isnull=True)
        scan(cast.officer, row.pk, labels)
        closed(cast.auditor, row.pk)


def test_two_who_close_one_inventory_close_it_once(committed_cast: Cast) -> None:
    cast = committed_cast
    here, gone = stored(cast, 2)
    inventory = opened(cast)
    scan(cast.officer, inventory, [here])
    close = CloseInventory(inventory=inventory)
    people = (cast.supervisor, cast.second_supervisor, cast.auditor)
    results = together(*(act(one, close) for one in people))
    assert len(receipts(results)) == 1
    assert refusals(results) == {InventoryClosed}
    assert Entry.objects.filter(kind="inventory.closed").count() == 1
    assert Entry.objects.filter(kind="exhibit.missed").count() == 1
    assert Exhibit.objects.get(label=gone).stage == "missing"


def test_two_who_scan_one_unit_at_one_moment_scan_it_once(committed_cast: Cast) -> None:
    cast = committed_cast
    labels = stored(cast, ROUNDS)
    inventory = opened(cast)
    for label in labels:
        count = CountInventory(inventory=inventory, exhibits=(label,))
        results = together(act(cast.officer, count), act(cast.colleague, count))
        assert len(receipts(results)) == 1
        assert refusals(results) == {CountedAlready}
    assert InventoryLine.objects.count() == Inventory.objects.get().scanned == ROUNDS


def test_a_count_that_meets_the_closing_is_in_it_or_is_refused(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        here, late = stored(cast, 2)
        inventory = opened(cast)
        scan(cast.officer, inventory, [here])
        count = CountInventory(inventory=inventory, exhibits=(late,))
        close = CloseInventory(inventory=inventory)
        counted, _ = together(act(cast.officer, count), act(cast.supervisor, close))
        found = findings(inventory)[late]
        assert found == ("missed" if isinstance(counted, InventoryClosed) else "as_recorded")
        gone = Exhibit.objects.filter(place="VAULT-A").exclude(stage="missing")
        for label in gone.values_list("label", flat=True):
            perform(cast.keeper, Move(exhibits=(label,), place="VAULT-B"), key=str(ids.new_id()))


def test_what_leaves_while_an_inventory_is_opened_is_never_missed(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        stays, leaves = stored(cast, 2)
        open_ = OpenInventory(place="VAULT-A", method="full", occasion="routine")
        move = Move(exhibits=(leaves,), place="VAULT-B")
        results = together(act(cast.supervisor, open_), act(cast.keeper, move))
        assert refusals(results) <= {Busy}
        row = Inventory.objects.get(closed_at__isnull=True)
        scan(cast.officer, row.pk, [stays])
        closed(cast.auditor, row.pk)
        assert findings(row.pk)[stays] == "as_recorded"
        assert findings(row.pk).get(leaves) in {None, "moved"}
        perform(cast.keeper, Move(exhibits=(stays,), place="VAULT-B"), key=str(ids.new_id()))
