"""A place is counted by somebody who does not keep it and is told nothing; a third holds it against the record."""

from __future__ import annotations

import pytest

from custody.deadlines.models import Flag
from custody.handling.errors import LabelTwice, NotYourPlace, UnknownPlace
from custody.handling.hand_over import HandOver
from custody.handling.inventory import (
    CloseInventory,
    CountedAlready,
    CountFirst,
    CountInventory,
    InventoryClosed,
    ListInventory,
    NotImpartial,
    OnlyNow,
    OpenInventory,
    UnknownInventory,
)
from custody.handling.pack import Pack, Unpack
from custody.handling.presence import Find, Miss
from custody.handling.record import perform
from custody.handling.store import Move, Store, Withdraw
from custody.inventories.comparing import SealBroken
from custody.inventories.models import Inventory, InventoryLine, SealedPopulation
from custody.inventories.opening import InventoryUnderWay, NothingToCount
from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.ledger import events as ledger_events
from custody.ledger.commitments import digest
from custody.ledger.events import SYSTEM
from custody.ledger.models import Disclosure, Entry
from custody.ledger.verify import verify
from custody.people.models import Officer
from custody.people.rights import RightMissing, Role
from custody.people.services import adopt_unit, enrol
from custody.seizures.labels import MisreadLabel, check_character
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import MINUTE, moving_time
from tests.handling.burning import carry
from tests.handling.stages import at
from tests.inventories.scenes import closed, findings, list_of, opened, scan, stages, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

NOBODYS = "NX-00000000-" + check_character("NX00000000")


def test_everything_in_its_place_is_counted_and_nothing_is_flagged(cast: Cast) -> None:
    labels = stored(cast, 3)
    inventory = opened(cast)
    scan(cast.officer, inventory, labels[:2])
    scan(cast.colleague, inventory, labels[2:])
    row = closed(cast.supervisor, inventory)
    assert {*findings(inventory).values()} == {"as_recorded"}
    assert (row.counters, row.closed_by) == (["colleague", "officer"], "supervisor")
    assert row.figures["as_recorded"] == row.figures["population"] == 3
    assert row.figures["missed"] == row.figures["looked_up"] == 0
    assert not Flag.objects.filter(cause="discrepancy").exists()
    assert {*stages(labels).values()} == {"stored"}
    counted = Entry.objects.filter(kind="exhibit.counted").order_by("seq").first()
    told = ledger_events.read(bytes(counted.body)).payload
    assert (told["counted_by"], told["place"]) == ("officer", "VAULT-A")


def test_what_is_not_there_is_missed_flagged_and_on_a_search_list(cast: Cast) -> None:
    here, gone = stored(cast, 2)
    inventory = opened(cast)
    scan(cast.officer, inventory, [here])
    row = closed(cast.supervisor, inventory)
    assert findings(inventory) == {here: "as_recorded", gone: "missed"}
    assert stages([here, gone]) == {here: "stored", gone: "missing"}
    (flag,) = Flag.objects.filter(cause="discrepancy")
    assert flag.exhibit.label == gone
    assert row.figures["missed"] == 1


def test_an_empty_shelf_is_told_as_such(cast: Cast) -> None:
    labels = stored(cast, 2)
    inventory = opened(cast)
    with pytest.raises(CountFirst):
        closed(cast.supervisor, inventory)
    scan(cast.officer, inventory)
    closed(cast.supervisor, inventory)
    assert {*stages(labels).values()} == {"missing"}


def test_what_stands_there_against_the_record_is_a_discrepancy_each(cast: Cast) -> None:
    (here,) = stored(cast, 1)
    (elsewhere,) = stored(cast, 1, "VAULT-B")
    (lost,) = stored(cast, 1)
    do(cast.keeper, Miss(exhibits=(lost,), searched="Everywhere."))
    divided = at(cast, "divided")
    inventory = opened(cast)
    scan(cast.officer, inventory, [here, elsewhere, lost, divided.label, NOBODYS], unlabelled=1)
    row = closed(cast.supervisor, inventory)
    assert findings(inventory) == {
        here: "as_recorded",
        elsewhere: "elsewhere",
        lost: "was_missing",
        divided.label: "ended",
        NOBODYS: "unknown",
    }
    assert row.figures["unlabelled"] == 1
    flagged = Flag.objects.filter(cause="discrepancy").values_list("exhibit__label", flat=True)
    assert sorted(flagged) == sorted([lost, elsewhere, lost, divided.label])
    reported = Entry.objects.filter(kind="exhibit.discrepancy_reported")
    told = [ledger_events.read(bytes(one.body)).payload for one in reported]
    assert {(one["what"], one["found"]) for one in told} == {("place", "VAULT-A")}


def test_what_came_and_went_by_the_record_meanwhile_is_no_miss(cast: Cast) -> None:
    stays, leaves, seen_before, late = stored(cast, 4)
    inventory = opened(cast)
    scan(cast.officer, inventory, [stays, seen_before])
    do(cast.keeper, Move(exhibits=(leaves, seen_before), place="VAULT-B"))
    (arrives,) = stored(cast, 1)
    scan(cast.officer, inventory, [arrives, late])
    closed(cast.supervisor, inventory)
    assert findings(inventory) == {
        stays: "as_recorded",
        seen_before: "as_recorded",
        late: "as_recorded",
        arrives: "as_recorded",
        leaves: "moved",
    }
    assert not Flag.objects.filter(cause="discrepancy").exists()


def test_what_left_on_paper_and_is_still_scanned_stands_in_the_wrong_place(cast: Cast) -> None:
    (label,) = stored(cast, 1)
    inventory = opened(cast)
    do(cast.keeper, Move(exhibits=(label,), place="VAULT-B"))
    scan(cast.officer, inventory, [label])
    closed(cast.supervisor, inventory)
    assert findings(inventory) == {label: "elsewhere"}


def test_what_was_withdrawn_on_paper_has_to_be_there(cast: Cast) -> None:
    (label,) = stored(cast, 1)
    inventory = opened(cast)
    do(cast.keeper, Withdraw(exhibits=(label,), purpose="transport"))
    scan(cast.officer, inventory)
    closed(cast.supervisor, inventory)
    assert findings(inventory) == {label: "missed"}


def test_the_event_commits_to_what_should_be_there_and_shows_nothing_of_it(cast: Cast) -> None:
    labels = stored(cast, 3)
    inventory = opened(cast)
    told = bytes(Entry.objects.get(kind="inventory.opened").body).decode()
    assert not any(label in told for label in labels)
    digest = Inventory.objects.get().population_digest
    assert digest in told
    assert not Disclosure.objects.filter(pk=digest).exists()
    scan(cast.officer, inventory, labels)
    closed(cast.supervisor, inventory)
    assert (Disclosure.objects.get(pk=digest).text or "").split() == sorted(labels)
    assert verify().events == Entry.objects.count()


def test_a_list_that_was_changed_closes_nothing(cast: Cast) -> None:
    labels = stored(cast, 2)
    inventory = opened(cast)
    scan(cast.officer, inventory, labels[:1])
    row = SealedPopulation.objects.get()
    assert row.labels == sorted(labels)
    Inventory.objects.update(population_digest="0" * 64)
    refused(SealBroken, cast.supervisor, CloseInventory(inventory=inventory))
    Inventory.objects.update(population_digest=digest(row.salt, "population", row.text))


def refused(kind: type[CustodyError], actor: Officer, command: object) -> CustodyError:
    before = Entry.objects.count()
    with pytest.raises(kind) as error:
        do(actor, command)  # type: ignore[arg-type]
    assert Entry.objects.count() == before
    return error.value


def in_store(badge: str, role: Role) -> Officer:
    return enrol(badge=badge, name=badge, unit="CUSTOMS/STORE", roles=[role], actor=SYSTEM)


def test_who_keeps_it_neither_counts_nor_closes(cast: Cast) -> None:
    labels = stored(cast, 2)
    inventory = opened(cast)
    refused(RightMissing, cast.keeper, CountInventory(inventory=inventory))
    helper, boss = in_store("helper", Role.OFFICER), in_store("boss", Role.SUPERVISOR)
    refused(UnknownInventory, helper, CountInventory(inventory=inventory))
    refused(NotImpartial, boss, CountInventory(inventory=inventory))
    scan(cast.officer, inventory, labels)
    refused(NotImpartial, boss, CloseInventory(inventory=inventory))
    closed(cast.supervisor, inventory)


def test_in_whose_hands_something_of_it_is_does_not_count(cast: Cast) -> None:
    (label,) = stored(cast, 1)
    do(cast.keeper, HandOver(exhibits=(label,), taker="officer"), cast.officer)
    inventory = opened(cast)
    refused(NotImpartial, cast.officer, CountInventory(inventory=inventory))
    refused(NotImpartial, cast.colleague, CountInventory(inventory=inventory))
    adopt_unit(agency="CUSTOMS", code="DESK", name="Desk", actor=SYSTEM)
    helper = enrol(
        badge="helper", name="Helper", unit="CUSTOMS/DESK", roles=[Role.OFFICER], actor=SYSTEM
    )
    scan(helper, inventory, [label])


def test_who_counted_does_not_close(cast: Cast) -> None:
    labels = stored(cast, 1)
    inventory = opened(cast)
    scan(cast.auditor, inventory, labels)
    refused(NotImpartial, cast.auditor, CloseInventory(inventory=inventory))
    refused(RightMissing, cast.officer, CloseInventory(inventory=inventory))
    closed(cast.supervisor, inventory)


def test_strangers_find_no_inventory(cast: Cast) -> None:
    stored(cast, 1)
    inventory = opened(cast)
    refused(UnknownInventory, cast.outsider, CountInventory(inventory=inventory))
    refused(UnknownInventory, cast.far_supervisor, CloseInventory(inventory=inventory))
    where = {"method": "full", "occasion": "routine"}
    refused(NotYourPlace, cast.far_supervisor, OpenInventory(place="VAULT-A", **where))
    refused(UnknownPlace, cast.supervisor, OpenInventory(place="VAN-A", **where))


def test_a_label_is_scanned_once_and_as_it_is(cast: Cast) -> None:
    one, other = stored(cast, 2)
    inventory = opened(cast)
    refused(LabelTwice, cast.officer, CountInventory(inventory=inventory, exhibits=(one, one)))
    misread = one[:-1] + ("A" if one[-1] != "A" else "B")
    refused(MisreadLabel, cast.officer, CountInventory(inventory=inventory, exhibits=(misread,)))
    scan(cast.officer, inventory, [one])
    both = CountInventory(inventory=inventory, exhibits=(other, one))
    assert one in str(refused(CountedAlready, cast.colleague, both))
    assert Inventory.objects.get().scanned == 1


def test_after_closing_nothing_is_added_and_nothing_closed_again(cast: Cast) -> None:
    labels = stored(cast, 2)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, labels)
    list_of(cast.officer, inventory)
    closed(cast.supervisor, inventory)
    count = CountInventory(inventory=inventory, exhibits=(labels[0],))
    refused(InventoryClosed, cast.officer, count)
    refused(InventoryClosed, cast.officer, ListInventory(inventory=inventory))
    refused(InventoryClosed, cast.second_supervisor, CloseInventory(inventory=inventory))


def test_a_place_is_counted_once_at_a_time_and_only_if_something_is_there(cast: Cast) -> None:
    again = OpenInventory(place="VAULT-A", method="full", occasion="routine")
    refused(NothingToCount, cast.supervisor, again)
    labels = stored(cast, 1)
    inventory = opened(cast)
    refused(InventoryUnderWay, cast.supervisor, again)
    scan(cast.officer, inventory, labels)
    closed(cast.supervisor, inventory)
    assert opened(cast) != inventory


def test_who_closes_or_counts_gets_no_sight_of_the_units_by_it(cast: Cast) -> None:
    here, _ = stored(cast, 2)
    before = dict(Exhibit.objects.values_list("label", "seen_by"))
    inventory = opened(cast)
    scan(cast.officer, inventory, [here])
    closed(cast.auditor, inventory)
    assert dict(Exhibit.objects.values_list("label", "seen_by")) == before


def test_packages_are_not_opened_and_what_is_inside_counts_where_its_container_is(
    cast: Cast,
) -> None:
    _, blocks = catch(cast, 3, form="block", gross="1000", tare=None)
    do(cast.officer, Pack(exhibits=tuple(one.label for one in blocks), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    carry(cast, [pallet.label], "VAULT-A", cast.keeper)
    first = opened(cast)
    scan(cast.officer, first, [pallet.label])
    closed(cast.supervisor, first)
    assert findings(first) == {pallet.label: "as_recorded"}
    second = opened(cast)
    scan(cast.officer, second, [pallet.label, blocks[0].label])
    do(cast.keeper, Unpack(container=pallet.label))
    scan(cast.officer, second, [blocks[1].label])
    closed(cast.supervisor, second)
    scanned = [pallet, *blocks[:2]]
    assert findings(second) == dict.fromkeys([one.label for one in scanned], "as_recorded")
    third = opened(cast)
    scan(cast.officer, third, [pallet.label])
    closed(cast.supervisor, third)
    assert [findings(third)[one.label] for one in blocks] == ["missed"] * 3


def test_what_was_scanned_without_a_network_is_told_late_and_nothing_else_is(cast: Cast) -> None:
    here, gone = stored(cast, 2)
    with moving_time() as time:
        inventory = opened(cast)
        time.advance(20 * MINUTE)
        scanned_at = time.at
        time.advance(20 * MINUTE)
        late = {"occurred_at": scanned_at, "late_reason": "No network in the vault."}
        scan_ = CountInventory(inventory=inventory, exhibits=(here,))
        do(cast.officer, scan_, cast.colleague, **late)
        assert InventoryLine.objects.get().counted_at == scanned_at
        before = Entry.objects.count()
        close = CloseInventory(inventory=inventory)
        for command in (close, ListInventory(inventory=inventory)):
            with pytest.raises(OnlyNow):
                perform(cast.supervisor, command, key=str(ids.new_id()), **late)
        assert Entry.objects.count() == before
        do(cast.supervisor, close)
    assert findings(inventory) == {here: "as_recorded", gone: "missed"}


def test_a_missed_unit_that_is_found_is_counted_again(cast: Cast) -> None:
    (label,) = stored(cast, 1)
    first = opened(cast)
    scan(cast.officer, first)
    closed(cast.supervisor, first)
    find = Find(exhibit=label, place="VAULT-A", circumstances="Behind the door.")
    do(cast.keeper, find, cast.second_keeper)
    second = opened(cast)
    scan(cast.officer, second, [label])
    closed(cast.supervisor, second)
    assert findings(second) == {label: "as_recorded"}


def test_what_is_inside_is_judged_by_where_its_container_was_when_it_was_scanned(
    cast: Cast,
) -> None:
    _, blocks = catch(cast, 2, form="block", tare=None)
    names = [one.label for one in blocks]
    do(cast.officer, Pack(exhibits=tuple(names), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    carry(cast, [pallet.label], "VAULT-A", cast.keeper)
    do(cast.keeper, Store(exhibits=(pallet.label,), place="VAULT-A"))
    inventory = opened(cast)
    scan(cast.officer, inventory, [pallet.label, names[0]])
    do(cast.keeper, Move(exhibits=(pallet.label,), place="VAULT-B"))
    closed(cast.supervisor, inventory)
    assert findings(inventory) == dict.fromkeys([pallet.label, names[0]], "as_recorded")
    assert not Flag.objects.filter(cause="discrepancy").exists()
