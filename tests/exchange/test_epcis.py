"""Trails as EPCIS: every event that it has a word for, under its own id, as much of it as the reader is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from custody.exchange.epcis import document
from custody.exchange.mapping import CORRECTION, MAPPING, WITHOUT
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.reading.models import Action, Read
from custody.seizures.lifecycle import TABLE
from custody.seizures.models import Exhibit
from custody.seizures.reach import reach
from tests.api.callers import Callers
from tests.cast import Cast, catch
from tests.exchange.files import table, take_over
from tests.exchange.lives import barrel_to_ash, blocks_in_a_barrel, put_right, treated_barrel
from tests.handling.burning import carry, undo

pytestmark = pytest.mark.django_db

Fields = dict[str, Any]


def told(reader: Officer, *exhibits: Exhibit) -> list[Fields]:
    rows = list(exhibits)
    events: list[Fields] = document(rows, reach(reader, rows))["epcisBody"]["eventList"]
    return events


def of_kind(events: list[Fields], kind: str) -> list[Fields]:
    return [one for one in events if one["custody:kind"] == kind]


def urn(event: UUID) -> str:
    return f"urn:uuid:{event}"


def test_every_kind_has_a_mapping_or_a_reason_for_none() -> None:
    assert MAPPING.keys() | WITHOUT.keys() | {CORRECTION} == TABLE.keys()
    assert not MAPPING.keys() & WITHOUT.keys()
    assert all(WITHOUT.values())


def test_a_whole_life_is_told_event_by_event_under_the_ids_of_the_ledger(cast: Cast) -> None:
    _, barrel = barrel_to_ash(cast)
    events = told(cast.officer, barrel)
    entries = Entry.objects.filter(subject_id=str(barrel.pk)).order_by("seq")
    kept = [one for one in entries if one.kind in MAPPING]
    plain = [one for one in events if "errorDeclaration" not in one]
    ids = [urn(one.event_id) for one in kept]
    assert [one["eventID"] for one in plain if one["eventID"] in ids] == ids
    for event, entry in zip([one for one in plain if one["eventID"] in ids], kept, strict=True):
        assert event["custody:leaf"] == bytes(entry.leaf).hex()
        assert event["custody:seq"] == entry.seq
        assert event["custody:label"] == barrel.label
    first, last = plain[0], plain[-1]
    assert (first["type"], first["action"], first["bizStep"]) == (
        "ObjectEvent",
        "ADD",
        "commissioning",
    )
    assert (last["action"], last["bizStep"], last["disposition"]) == (
        "DELETE",
        "destroying",
        "destroyed",
    )
    assert {one["custody:badge"] for one in last["custody:witnesses"]} == {
        "second_operator",
        "keeper",
    }
    (quantity,) = last["quantityList"]
    assert quantity == {
        "epcClass": "https://custody.test/class/cocaine",
        "quantity": float(barrel.net_grams or 0),
        "uom": "GRM",
    }


def test_places_parties_and_seals_are_uris_and_members_of_ours(cast: Cast) -> None:
    _, barrel = barrel_to_ash(cast)
    events = told(cast.officer, barrel)
    (received,) = of_kind(events, "exhibit.received")
    assert received["readPoint"] == {"id": "https://custody.test/loc/PLANT-A"}
    assert received["destinationList"] == [
        {
            "type": "possessing_party",
            "destination": "https://custody.test/party/KILN%2FNORTH",
        }
    ]
    (replaced,) = of_kind(events, "seal.replaced")
    assert replaced["custody:seal"] == {
        "custody:number": "HS-3",
        "custody:sealClass": "H",
        "custody:replaces": "HS-2",
    }
    (given,) = of_kind(events, "order.given")
    assert given["type"] == "TransactionEvent"
    assert given["custody:number"] == "D-1"
    assert {one["type"] for one in given["bizTransactionList"]} == {
        "custody:order",
        "custody:seizure",
    }


def test_a_residue_comes_into_being_where_its_unit_was_treated(cast: Cast) -> None:
    barrel, residue = treated_barrel(cast)
    events = of_kind(told(cast.officer, barrel, residue), "exhibit.neutralised")
    by_unit = {one["custody:label"]: one for one in events}
    assert {one["bizStep"] for one in events} == {"custody:neutralising"}
    assert by_unit[barrel.label]["action"] == "OBSERVE"
    assert by_unit[barrel.label]["custody:protocol"] == "N-3/1"
    assert by_unit[residue.label]["action"] == "ADD"
    assays = of_kind(told(cast.officer, barrel), "exhibit.assayed")
    assert [one.get("custody:measured") for one in assays] == [None, "0.03"]


def test_packing_is_an_aggregation_and_splitting_a_transformation(cast: Cast) -> None:
    seizure, block = blocks_in_a_barrel(cast)
    events = told(cast.officer, *seizure.exhibits.all())
    packed = of_kind(events, "exhibit.packed")
    assert {one["type"] for one in packed} == {"AggregationEvent"}
    assert len({one["parentID"] for one in packed}) == 1
    assert sorted(len(one["childEPCs"]) for one in packed) == [1, 1, 2]
    unpacked = of_kind(events, "exhibit.unpacked")
    assert {(one["action"], one["disposition"]) for one in unpacked} == {
        ("DELETE", "container_open")
    }
    whole, *parts = of_kind(events, "exhibit.split")
    assert whole["inputEPCList"] == [f"https://custody.test/obj/{block.pk}"]
    assert [one["outputQuantityList"][0]["quantity"] for one in parts] == [500.0, 500.0]
    assert len({one["transformationID"] for one in (whole, *parts)}) == 1
    assert len(events) == len({one["custody:seq"] for one in events})


def test_wrong_data_are_declared_and_what_is_right_is_told_under_the_correction(cast: Cast) -> None:
    _, barrel = barrel_to_ash(cast)
    first, declared, right = of_kind(told(cast.officer, barrel), "exhibit.weighed")
    correction = Entry.objects.get(kind=CORRECTION)
    assert declared["eventID"] == first["eventID"]
    assert declared["quantityList"] == first["quantityList"]
    declaration = declared["errorDeclaration"]
    assert declaration["reason"] == "incorrect_data"
    assert declaration["correctiveEventIDs"] == [urn(correction.event_id)] == [right["eventID"]]
    assert right["custody:reading"]["custody:grossGrams"] == "25000.000"
    assert [one["custody:badge"] for one in right["custody:witnesses"]] == ["second_supervisor"]


def test_what_did_not_occur_is_declared_and_told_again_when_that_did_not_occur(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    take = Entry.objects.get(kind="exhibit.intercepted", subject_id=str(barrel.pk))
    put_right(cast, "exhibit.intercepted", barrel, substance="heroin")
    undo(cast, take)
    *_, void = of_kind(told(cast.officer, barrel), "exhibit.intercepted")
    assert void["errorDeclaration"]["reason"] == "did_not_occur"
    assert void["errorDeclaration"]["correctiveEventIDs"] == []
    assert void["quantityList"][0]["epcClass"].endswith("/heroin")
    last = Entry.objects.filter(kind=CORRECTION).order_by("seq").last()
    assert last is not None
    undo(cast, last)
    *_, again = of_kind(told(cast.officer, barrel), "exhibit.intercepted")
    latest = Entry.objects.filter(kind=CORRECTION).order_by("seq").last()
    assert latest is not None
    assert "errorDeclaration" not in again
    assert again["eventID"] == urn(latest.event_id)
    assert again["quantityList"][0]["epcClass"].endswith("/heroin")


def test_who_is_told_transports_by_their_day_gets_them_so(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    carry(cast, [barrel.label], "PLANT-A", cast.operator)
    barrel.refresh_from_db()
    (whole,) = of_kind(told(cast.operator, barrel), "exhibit.dispatched")
    assert whole["readPoint"] == {"id": "https://custody.test/loc/VAN-A"}
    for reader in (cast.supervisor, cast.officer):
        (masked,) = of_kind(told(reader, barrel), "exhibit.dispatched")
        assert masked["custody:masked"]
        assert masked["eventTime"].endswith("T00:00:00.000000Z")
        assert not {"readPoint", "destinationList"} & masked.keys()
        assert masked["custody:witnesses"] == []
        assert "VAN-A" not in str(masked)


def test_what_was_taken_over_says_from_where(cast: Cast) -> None:
    take_over(cast, table({}))
    (event,) = told(cast.officer, Exhibit.objects.get())
    assert event["custody:origin"] == {"custody:source": "OLD", "custody:reference": "S-1"}
    assert event["custody:late"]


@pytest.mark.parametrize("address", ["exhibits/{label}/epcis", "seizures/{seizure}/epcis"])
def test_it_is_a_disclosure_and_nothing_to_outsiders(callers: Callers, address: str) -> None:
    seizure, (barrel,) = catch(callers.cast)
    path = address.format(label=barrel.label, seizure=seizure.reference)
    answer = callers.officer.get(f"{path}?recipient=Port%20of%20Antwerp")
    assert answer["type"] == "EPCISDocument"
    row = Read.objects.get()
    assert (row.action, row.recipients) == (Action.DISCLOSURE, "Port of Antwerp")
    assert barrel.pk in row.objects_shown
    for stranger in (callers.outsider, callers.far_supervisor, callers.operator):
        stranger.get(path, 404)


def test_a_seizure_is_told_by_pages_that_hold_every_exhibit(callers: Callers) -> None:
    seizure, units = catch(callers.cast, 3)
    address, found = f"/api/v1/seizures/{seizure.reference}/epcis?limit=2", []
    for _ in range(2):
        response = callers.officer.ask("GET", address)
        events = response.json()["epcisBody"]["eventList"]
        # A document tells its events in the order of the ledger; pages go by label.
        found += sorted(one["custody:label"] for one in events)
        link = response.headers.get("Link", "").partition(">")[0].lstrip("<")
        address = link.removeprefix("http://testserver")
    assert found == [unit.label for unit in units]
    assert not address
