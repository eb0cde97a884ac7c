"""Who is told what, and when: nobody who counts, nobody who keeps, and no stranger, before it is closed."""

from __future__ import annotations

from uuid import UUID

import pytest

from custody.inventories.models import Inventory
from custody.people.models import Officer
from custody.people.rights import Relation
from custody.reading.models import Action
from custody.reading.services import log_reading
from custody.seizures.models import Exhibit
from tests.cast import OFFICERS, Cast
from tests.inventories.scenes import closed, list_of, opened, scan, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]

OVERSEERS = {"supervisor", "second_supervisor", "auditor"}
COUNTERS = {"officer", "colleague"}
KEEPERS = {"keeper", "second_keeper"}


def who(which: str) -> set[str]:
    """The badges to whom it is visible, or told."""
    return {
        badge
        for badge in OFFICERS
        if getattr(Inventory.objects, which)(Officer.objects.get(pk=badge)).exists()
    }


def test_while_it_is_open_who_may_count_knows_of_it_and_who_keeps_does_not(cast: Cast) -> None:
    stored(cast, 1)
    opened(cast)
    assert who("visible_to") == OVERSEERS | COUNTERS
    assert who("told_to") == OVERSEERS


def test_afterwards_who_counted_and_who_keeps_know_of_it(cast: Cast) -> None:
    labels = stored(cast, 1)
    inventory = opened(cast)
    scan(cast.officer, inventory, labels)
    closed(cast.supervisor, inventory)
    assert who("visible_to") == OVERSEERS | {"officer"} | KEEPERS
    assert who("told_to") == OVERSEERS | KEEPERS


def looks_up(officer: Officer, labels: list[str], route: str) -> None:
    rows = Exhibit.objects.filter(label__in=labels)
    relations = dict.fromkeys(rows.values_list("pk", flat=True), Relation.AGENCY)
    log_reading(officer, relations, route=route, action=Action.CONSULTATION)


def test_what_who_counts_looked_up_meanwhile_is_told_in_the_figures(cast: Cast) -> None:
    labels = stored(cast, 12)
    looks_up(cast.auditor, labels[:5], "api/v1/exhibits/")
    inventory = opened(cast, "tenth")
    looks_up(cast.auditor, labels[:2], "api/v1/exhibits/<str:label>")
    looks_up(cast.colleague, labels[:9], "api/v1/exhibits/")
    scan(cast.auditor, inventory, labels)
    drawn = list_of(cast.auditor, inventory)
    looks_up(cast.auditor, drawn, "api/v1/inventories/<str:inventory_id>/sample")
    scan(cast.officer, inventory, unlabelled=0)
    row = closed(cast.supervisor, inventory)
    assert row.figures["looked_up"] == 2


def test_a_count_leaves_no_trace_on_the_units_until_it_is_closed(cast: Cast) -> None:
    labels = stored(cast, 2)
    before = dict(Exhibit.objects.values_list("label", "head"))
    inventory: UUID = opened(cast)
    scan(cast.officer, inventory, labels[:1])
    assert dict(Exhibit.objects.values_list("label", "head")) == before
    closed(cast.supervisor, inventory)
    assert not {*dict(Exhibit.objects.values_list("label", "head")).values()} & {*before.values()}
