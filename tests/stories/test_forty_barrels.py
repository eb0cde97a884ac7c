"""Forty barrels go from the quay to ash by REST alone; then somebody gets at the tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from custody.ledger.models import Entry
from tests.api.callers import Caller, Callers
from tests.cast import FINE_SCALE, FLOOR_SCALE
from tests.files import brought, picture

BARRELS = 40
GROSS = "25000.000"


def sees_nothing(outsider: Caller, labels: list[str], reference: str, proposals: list[str]) -> None:
    """Assert that nothing of this shows anywhere."""
    for path in ("seizures/", "exhibits/", "events/", "flags/", "proposals/"):
        assert outsider.get(path)["results"] == [], path
    outsider.get(f"seizures/{reference}", 404)
    for label in (labels[0], labels[-1]):
        outsider.get(f"exhibits/{label}", 404)
        outsider.get(f"exhibits/{label}/trail", 404)
        refused = outsider.act("report", {"exhibit": label, "what": "other", "details": "?"}, 404)
        assert refused["code"] == "unknown_label"
    for proposal in proposals:
        outsider.get(f"proposals/{proposal}", 404)
        outsider.confirm(proposal, 404)


class Story:
    """The acts of the story, each looked at by an outsider."""

    def __init__(self, callers: Callers) -> None:
        self.callers = callers
        self.labels: list[str] = []
        self.reference = ""

    def together(self, actor: Caller, act: str, told: Any, *confirmers: Caller) -> Any:
        """Perform an act and have it confirmed; its receipt."""
        answer = actor.act(act, told, 202 if confirmers else 201)
        proposals = [answer["proposal"]] if confirmers else []
        for number, confirmer in enumerate(confirmers, 1):
            sees_nothing(self.callers.outsider, self.labels, self.reference, proposals)
            mine = confirmer.get("proposals/?waiting=me")["results"]
            assert [one["id"] for one in mine] == proposals
            answer = confirmer.confirm(proposals[0], 201 if number == len(confirmers) else 202)
        sees_nothing(self.callers.outsider, self.labels, self.reference, proposals)
        return answer

    def offers(self, actor: Caller, act: str, label: str) -> Any:
        """The option of this act on this exhibit, as the officer is told of it."""
        exhibit = actor.get(f"exhibits/{label}")
        return next(one for one in exhibit["legal_now"] if one["act"] == act)


def catch(story: Story) -> list[str]:
    """The officer opens the seizure: forty barrels, each under its seal."""
    people = story.callers
    people.officer.act(
        "intercept",
        {
            "customs_report": "PV-2026-40",
            "prosecutor_unit": "COURT/PORT",
            "container_number": "CSQU3054383",
            "vessel_imo": "9074729",
            "location": "BEANR",
            "place": "QUAY-A",
            "substance": "cocaine",
            "lane": "fast",
            "scale": FLOOR_SCALE,
            "exhibits": [
                {
                    "form": "barrel",
                    "gross_grams": GROSS,
                    "tare_grams": "1000.000",
                    "seal_number": f"HS-{number}",
                    "seal_class": "H",
                }
                for number in range(BARRELS)
            ],
        },
    )
    (seizure,) = people.officer.get("seizures/")["results"]
    story.reference = seizure["reference"]
    page = people.officer.get(f"exhibits/?seizure={story.reference}&limit=100")
    story.labels = [one["label"] for one in page["results"]]
    assert len(story.labels) == BARRELS
    assert all(one["clocks"] and not one["late"] for one in page["results"])
    return story.labels


def sample(story: Story, label: str) -> list[str]:
    """One barrel is opened, sampled with a colleague, and sealed again."""
    people = story.callers
    barrel = people.officer.get(f"exhibits/{label}")
    assert story.offers(people.officer, "sample", label)["blocked_by"][0]["code"] == "still_sealed"
    (seal,) = barrel["seals"]
    story.together(
        people.officer,
        "break_seal",
        {"exhibit": label, "number": seal["number"], "reason": "Sampling"},
    )
    taken = {"gross_grams": "7.50", "tare_grams": "2.50"}
    story.together(
        people.officer,
        "sample",
        {
            "exhibit": label,
            "scale": FINE_SCALE,
            "samples": [{"form": "sample", **taken}, {"form": "counter_sample", **taken}],
        },
        people.colleague,
    )
    story.together(
        people.officer, "apply_seal", {"exhibit": label, "number": "HS-NEW", "seal_class": "H"}
    )
    found = [
        people.officer.get(f"exhibits/?seizure={story.reference}&form={form}")["results"]
        for form in ("sample", "counter_sample")
    ]
    assert all(one["made_from"] == label for several in found for one in several)
    return [one["label"] for several in found for one in several]


def carry(
    story: Story,
    labels: list[str],
    giver: Caller,
    destination: str,
    taker: Caller,
    **checks: Any,
) -> None:
    """The driver takes over from the giver, and hands over at the destination."""
    driver = story.callers.driver
    story.together(
        giver,
        "dispatch",
        {"exhibits": labels, "driver": "driver", "vehicle": "VAN-A", "destination": destination},
        driver,
    )
    exhibit = driver.get(f"exhibits/{labels[0]}")
    assert (exhibit["stage"], exhibit["custodian"]["badge"]) == ("in_transit", "driver")
    story.together(taker, "receive", {"exhibits": labels, "place": destination, **checks}, driver)


def from_quay_to_ash(callers: Callers) -> Story:
    """The whole story."""
    story = Story(callers)
    barrels = catch(story)
    samples = sample(story, barrels[0])
    for barrel in barrels:
        shown = [brought(callers.cast.officer, picture())]
        story.together(callers.officer, "photograph", {"exhibit": barrel, "photographs": shown})
    carry(story, samples, callers.officer, "LAB-A", callers.analyst)
    story.together(
        callers.prosecutor,
        "give_order",
        {"seizure": story.reference, "number": "D-40", "reasons": "No need to keep the bulk"},
    )
    seals = {
        label: next(
            one["number"]
            for one in callers.officer.get(f"exhibits/{label}")["seals"]
            if not one["ended_at"]
        )
        for label in barrels
    }
    carry(
        story,
        barrels,
        callers.officer,
        "VAULT-A",
        callers.keeper,
        checks=[
            {"exhibit": label, "seal_number": seals[label], "finding": "intact"}
            for label in barrels
        ],
    )
    story.together(callers.keeper, "store", {"exhibits": barrels, "place": "VAULT-A"})
    story.together(callers.keeper, "withdraw", {"exhibits": barrels, "purpose": "destruction"})
    carry(story, barrels, callers.keeper, "PLANT-A", callers.operator)
    masses = [{"exhibit": label, "gross_grams": "25000"} for label in barrels]
    story.together(callers.operator, "stage", {"scale": FLOOR_SCALE, "units": masses})
    assert story.offers(callers.operator, "load", barrels[0])["blocked_by"] == []
    story.together(callers.operator, "load", {"exhibits": barrels, "kiln": "K1"})
    story.together(
        callers.operator,
        "incinerate",
        {"scale": FLOOR_SCALE, "temperature_celsius": 1100, "units": masses},
        callers.second_operator,
        callers.keeper,
    )
    return story


def test_forty_barrels_go_from_interception_to_ash_and_tampering_is_named(
    callers: Callers, admin: psycopg.Connection
) -> None:
    story = from_quay_to_ash(callers)
    page = callers.officer.get("exhibits/?stage=incinerated&limit=100")
    assert sorted(one["label"] for one in page["results"]) == sorted(story.labels)
    assert all(one["clocks"] == [] for one in page["results"])
    assert {o["act"] for one in page["results"] for o in one["legal_now"]} <= {"report"}
    trail = callers.officer.get(f"exhibits/{story.labels[1]}/trail")
    assert [one["kind"] for one in trail["events"]] == [
        "exhibit.intercepted",
        "exhibit.photographed",
        "order.given",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.stored",
        "exhibit.withdrawn",
        "exhibit.dispatched",
        "exhibit.received",
        "exhibit.staged",
        "exhibit.loaded",
        "exhibit.incinerated",
    ]
    assert trail["events"][-1]["leaf"] == trail["head"]
    assert [one["badge"] for one in trail["events"][-1]["confirmers"]] == [
        "second_operator",
        "keeper",
    ]
    assert callers.officer.get("flags/?open=true")["results"] == []
    call_command("verify_ledger")

    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    victims = Entry.objects.filter(kind="exhibit.stored").order_by("seq")
    for attack, field in (
        (one_byte, "body"),
        (one_column, "actor"),
        (swapped, "body"),
        (deleted, "seq"),
    ):
        seq = victims[7].seq
        undo = attack(admin, seq)
        with pytest.raises(CommandError, match=rf"^seq {seq}, field {field}: ") as caught:
            call_command("verify_ledger")
        assert caught.value.returncode == 1
        undo()
        call_command("verify_ledger")


Undo = Callable[[], object]


def one_byte(admin: psycopg.Connection, seq: int) -> Undo:
    def flip() -> object:
        return admin.execute(
            "UPDATE custody_entry SET body = set_byte(body, 99, get_byte(body, 99) # 1)"
            " WHERE seq = %s",
            [seq],
        )

    flip()
    return flip


def one_column(admin: psycopg.Connection, seq: int) -> Undo:
    def name(badge: str) -> object:
        return admin.execute("UPDATE custody_entry SET actor = %s WHERE seq = %s", [badge, seq])

    name("driver")
    return lambda: name("keeper")


def swapped(admin: psycopg.Connection, seq: int) -> Undo:
    def swap() -> object:
        return admin.execute(
            "UPDATE custody_entry a SET body = b.body FROM custody_entry b"
            " WHERE (a.seq, b.seq) IN ((%s, %s), (%s, %s))",
            [seq, seq + 1, seq + 1, seq],
        )

    swap()
    return swap


def deleted(admin: psycopg.Connection, seq: int) -> Undo:
    admin.execute("CREATE TEMP TABLE kept AS SELECT * FROM custody_entry WHERE seq = %s", [seq])
    admin.execute("DELETE FROM custody_entry WHERE seq = %s", [seq])
    return lambda: admin.execute("INSERT INTO custody_entry SELECT * FROM kept")
