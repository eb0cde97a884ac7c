"""The doors of inventories: nobody who counts is told what should be there, and what is shown is logged."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.test import Client

from custody.handling.presence import Find
from custody.inventories.models import Inventory
from custody.kit import ids
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.cast import Cast, catch, do
from tests.handling.burning import carry
from tests.inventories.scenes import closed, list_of, opened, scan, stored
from tests.web.conftest import browse
from tests.web.forms import send_form

pytestmark = pytest.mark.django_db
__all__ = ["browse"]


@pytest.fixture
def callers(cast: Cast) -> Callers:
    return Callers(cast)


def test_it_is_opened_counted_and_closed_by_requests(callers: Callers) -> None:
    labels = stored(callers.cast, 12)
    told = {"place": "VAULT-A", "method": "tenth", "occasion": "change_of_custodian"}
    made = callers.supervisor.act("open_inventory", told)
    (line,) = made["events"]
    inventory = {"inventory": line["subject"]["id"]}
    address = f"inventories/{inventory['inventory']}"
    shown = callers.officer.get(address)
    assert shown["place"] == "VAULT-A"
    assert shown["figures"] is None
    receipt = callers.officer.act("count_inventory", {**inventory, "exhibits": labels[1:]})
    assert [one["kind"] for one in receipt["events"]] == ["inventory.counted"]
    callers.officer.get(f"{address}/sample", 404)
    callers.officer.act("list_inventory", inventory)
    assert {*callers.officer.get(f"{address}/sample")["drawn"]} <= {*labels}
    assert callers.officer.act("close_inventory", inventory, 403)["code"] == "right_missing"
    callers.supervisor.act("close_inventory", inventory)
    figures = callers.officer.get(address)["figures"]
    assert figures["population"] == 12
    assert figures["scanned"] == figures["as_recorded"] == 11
    rows = callers.supervisor.get(f"{address}/findings/")["results"]
    assert {*labels[1:]} <= {one["label"] for one in rows}
    callers.supervisor.get(f"{address}/search-list")
    assert callers.officer.get("inventories/?place=VAULT-A")["results"]
    assert not callers.outsider.get("inventories/")["results"]


def test_before_it_is_closed_no_answer_tells_who_counts_what_should_be_there(
    callers: Callers,
) -> None:
    labels = stored(callers.cast, 23)
    inventory = opened(callers.cast, "tenth")
    scan(callers.cast.officer, inventory, labels[:2])
    caller = callers.officer
    answers = [
        caller.get(f"inventories/{inventory}"),
        caller.get("inventories/"),
        caller.get("events/?limit=500"),
        caller.act("count_inventory", {"inventory": str(inventory), "exhibits": [labels[2]]}),
    ]
    for status in ("sample", "findings/", "search-list"):
        caller.get(f"inventories/{inventory}/{status}", 404)
    own = {
        *Exhibit.objects.visible_to(callers.cast.officer).values_list("label", flat=True),
    }
    assert own == {*labels}, "the counter brought them all, and is told of none of them here"
    told = json.dumps([answers[0], answers[1], answers[3]])
    assert not [label for label in labels if label in told]
    assert '"population"' not in told
    kinds = {one["kind"] for one in answers[2]["results"]}
    assert not [kind for kind in kinds if kind.startswith("inventory.")]


def test_who_oversees_sees_nothing_of_the_findings_before_it_is_closed(callers: Callers) -> None:
    labels = stored(callers.cast, 2)
    inventory = opened(callers.cast)
    scan(callers.cast.officer, inventory, labels)
    for address in ("findings/", "search-list"):
        callers.supervisor.get(f"inventories/{inventory}/{address}", 404)


def test_the_search_list_says_when_and_by_whom_each_was_last_seen_until_it_is_found(
    callers: Callers,
) -> None:
    cast = callers.cast
    labels = stored(cast, 2)
    first = opened(cast)
    scan(cast.officer, first, labels)
    closed(cast.supervisor, first)
    second = opened(cast)
    scan(cast.officer, second)
    closed(cast.supervisor, second)
    address = f"inventories/{second}/search-list"
    before = Read.objects.count()
    sought = callers.supervisor.get(address)["sought"]
    assert Read.objects.count() == before + 1
    assert [one["label"] for one in sought] == labels
    assert {(one["place"], one["custodian"]) for one in sought} == {("VAULT-A", "keeper")}
    assert {(one["seen_as"], one["seen_by"]) for one in sought} == {("exhibit.counted", "officer")}
    find = Find(exhibit=labels[0], place="VAULT-A", circumstances="Behind the door.")
    do(cast.keeper, find, cast.second_keeper)
    assert [one["label"] for one in callers.keeper.get(address)["sought"]] == labels[1:]
    callers.officer.get(address, 404)


def test_of_a_transport_of_others_a_search_list_tells_the_day_alone(callers: Callers) -> None:
    cast = callers.cast
    _, (barrel,) = catch(cast)
    carry(cast, [barrel.label], "VAULT-A", cast.keeper)
    inventory = opened(cast)
    scan(cast.colleague, inventory)
    closed(cast.supervisor, inventory)
    address = f"inventories/{inventory}/search-list"
    (masked,), (whole,) = (
        caller.get(address)["sought"] for caller in (callers.supervisor, callers.keeper)
    )
    assert masked["seen_as"] == whole["seen_as"] == "exhibit.received"
    assert masked["seen_at"].endswith("T00:00:00.000000Z")
    assert whole["seen_at"] > masked["seen_at"]


def test_the_list_to_look_for_is_in_the_read_log(callers: Callers) -> None:
    labels = stored(callers.cast, 3)
    inventory = opened(callers.cast, "tenth")
    scan(callers.cast.officer, inventory)
    list_of(callers.cast.officer, inventory)
    callers.officer.get(f"inventories/{inventory}/sample")
    read = Read.objects.latest("read_at")
    assert (read.badge, len(read.objects_shown)) == ("officer", len(labels))
    scan(callers.cast.officer, inventory, labels)
    assert closed(callers.cast.supervisor, inventory).figures["looked_up"] == 0


def pages(browser: Client, inventory: UUID) -> str:
    page = browser.get(f"/inventories/{inventory}/")
    assert page.status_code == 200
    return str(page.content.decode())


def test_a_store_is_counted_by_pages(cast: Cast, browse) -> None:
    labels = stored(cast, 12)
    boss, officer = browse(cast.supervisor), browse(cast.officer)
    told = {"place": "VAULT-A", "method": "tenth", "occasion": "routine"}
    assert send_form(boss, "open_inventory", told).status_code == 302
    row = Inventory.objects.get()
    assert f"/inventories/{row.pk}/" in officer.get("/inventories/").content.decode()
    page = pages(officer, row.pk)
    assert "Scan every label" in page
    assert not [label for label in labels if label in page]
    query = f"?inventory={row.pk}"
    assert str(row.pk) in officer.get(f"/acts/count_inventory/{query}").content.decode()
    scanned = {"inventory": row.pk, "exhibits": "\n".join(labels[:2])}
    answer = officer.post("/acts/count_inventory/", {"key": str(ids.new_id()), **scanned})
    assert answer.status_code == 302, answer.content.decode()
    assert f"/inventories/{row.pk}/" in officer.get(answer["Location"]).content.decode()
    assert send_form(officer, "list_inventory", {"inventory": row.pk}).status_code == 302
    page = pages(officer, row.pk)
    row.refresh_from_db()
    assert all(label in page for label in row.drawn or ())
    assert send_form(boss, "close_inventory", {"inventory": row.pk}).status_code == 302
    page = pages(boss, row.pk)
    gone = sorted({*(row.drawn or ())} - {*labels[:2]})
    assert all(label in page for label in gone)
    assert "Still to be found" in page
    assert "Followed by" in page
    assert not [label for label in labels if label in pages(officer, row.pk)]
    assert browse(cast.outsider).get(f"/inventories/{row.pk}/").status_code == 404
    keeper = browse(cast.keeper)
    assert "Still to be found" in pages(keeper, row.pk)
    second = Inventory.objects.get(first=row)
    assert keeper.get(f"/inventories/{second.pk}/").status_code == 404
