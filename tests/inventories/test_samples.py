"""A sample is drawn by a seed, sought in both directions, and followed by a second round when anything is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from custody.handling.inventory import (
    CloseInventory,
    CountFirst,
    CountInventory,
    ListFirst,
    ListInventory,
    NoList,
)
from custody.handling.store import Move
from custody.inventories import sizes
from custody.inventories.models import Inventory, InventoryLine
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import Cast, do
from tests.inventories.scenes import closed, findings, list_of, opened, scan, stored
from tests.sampling.slow import drawn_by_shell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def payload(kind: str) -> Any:
    return ledger_events.read(bytes(Entry.objects.filter(kind=kind).latest("seq").body)).payload


def test_a_shell_draws_the_same_units_from_the_seed_and_what_should_be_there(cast: Cast) -> None:
    labels = stored(cast, 25)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, labels[:3])
    drawn = list_of(cast.officer, inventory)
    assert drawn == payload("inventory.listed")["labels"]
    assert drawn == drawn_by_shell(labels, payload("inventory.opened")["seed"], 10)


def test_of_fewer_than_ten_all_are_looked_for_and_no_second_round_is_left(cast: Cast) -> None:
    labels = stored(cast, 4)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, labels[:3])
    assert sorted(list_of(cast.officer, inventory)) == labels
    closed(cast.supervisor, inventory)
    assert findings(inventory)[labels[3]] == "missed"
    assert Inventory.objects.count() == 1


def test_the_list_comes_after_the_shelf_and_only_for_who_scanned_it(cast: Cast) -> None:
    labels = stored(cast, 12)
    inventory = opened(cast, "calea")
    with pytest.raises(CountFirst):
        do(cast.officer, ListInventory(inventory=inventory))
    scan(cast.officer, inventory, labels[:1])
    with pytest.raises(CountFirst):
        do(cast.colleague, ListInventory(inventory=inventory))
    with pytest.raises(ListFirst):
        do(cast.supervisor, CloseInventory(inventory=inventory))
    list_of(cast.officer, inventory)
    with pytest.raises(NoList):
        do(cast.officer, ListInventory(inventory=inventory))


def test_a_full_count_has_no_list(cast: Cast) -> None:
    labels = stored(cast, 1)
    inventory = opened(cast)
    scan(cast.officer, inventory, labels)
    with pytest.raises(NoList):
        do(cast.officer, ListInventory(inventory=inventory))


def test_what_was_scanned_before_the_list_was_scanned_blind(cast: Cast) -> None:
    labels = stored(cast, 12)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, labels[:2])
    drawn = list_of(cast.officer, inventory)
    rest = sorted({*drawn} - {*labels[:2]})
    scan(cast.officer, inventory, rest)
    row = closed(cast.supervisor, inventory)
    blind = InventoryLine.objects.filter(blind=True).values_list("label", flat=True)
    assert sorted(blind) == labels[:2]
    assert row.figures["scanned_blind"] == 2
    assert row.figures["scanned"] == 2 + len(rest)
    assert row.figures["looked_for"] == 10
    assert Inventory.objects.count() == 1


def test_what_was_not_drawn_is_not_missed(cast: Cast) -> None:
    labels = stored(cast, 12)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory)
    drawn = list_of(cast.officer, inventory)
    scan(cast.officer, inventory, drawn)
    closed(cast.supervisor, inventory)
    assert {*findings(inventory)} == {*drawn}
    assert not Exhibit.objects.filter(label__in=labels, stage="missing").exists()


def test_when_anything_is_wrong_as_many_of_the_others_follow(cast: Cast) -> None:
    labels = stored(cast, 25)
    first = opened(cast, "tenth")
    scan(cast.officer, first)
    drawn = list_of(cast.officer, first)
    scan(cast.officer, first, drawn[1:])
    closed(cast.supervisor, first)
    second = Inventory.objects.get(first=first)
    assert (second.occasion, second.method, second.place_id) == ("second_round", "tenth", "VAULT-A")
    assert second.closed_at is None
    assert second.seed != Inventory.objects.get(pk=first).seed
    scan(cast.officer, second.pk)
    again = list_of(cast.officer, second.pk)
    assert len(again) == 10
    assert {*again} <= {*labels} - {*drawn}
    scan(cast.officer, second.pk, again[1:])
    closed(cast.supervisor, second.pk)
    assert Inventory.objects.count() == 2
    assert findings(second.pk)[again[0]] == "missed"


def test_what_is_there_against_the_record_asks_for_a_second_round_too(cast: Cast) -> None:
    stored(cast, 12)
    (elsewhere,) = stored(cast, 1, "VAULT-B")
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, [elsewhere])
    scan(cast.officer, inventory, list_of(cast.officer, inventory))
    closed(cast.supervisor, inventory)
    assert Inventory.objects.get(first=inventory).closed_at is None


def test_a_package_without_a_label_is_wrong_by_itself(cast: Cast) -> None:
    stored(cast, 12)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, unlabelled=1)
    scan(cast.officer, inventory, list_of(cast.officer, inventory))
    row = closed(cast.supervisor, inventory)
    assert row.figures["unlabelled"] == 1
    assert Inventory.objects.filter(first=inventory).exists()


def test_where_everything_else_has_left_nothing_is_opened_again(cast: Cast) -> None:
    labels = stored(cast, 12)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory)
    drawn = list_of(cast.officer, inventory)
    scan(cast.officer, inventory, drawn[1:])
    do(cast.keeper, Move(exhibits=tuple({*labels} - {*drawn}), place="VAULT-B"))
    closed(cast.supervisor, inventory)
    assert Inventory.objects.count() == 1


def test_a_calea_sample_is_of_the_size_of_the_table(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = stored(cast, 50)
    inventory = opened(cast, "calea")
    scan(cast.officer, inventory)
    drawn = list_of(cast.officer, inventory)
    assert len(drawn) == sizes.size(sizes.Method.CALEA, 50) == 48
    do(cast.officer, CountInventory(inventory=inventory, exhibits=tuple(drawn)))
    closed(cast.supervisor, inventory)
    assert {*findings(inventory)} == {*drawn} < {*labels}
