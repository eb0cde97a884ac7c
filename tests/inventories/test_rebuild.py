"""Inventories and their lines are made by events alone; the sealed list is what the events commit to."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from custody.audit import replay
from custody.audit.replay import RowFault
from custody.inventories.models import Inventory, InventoryLine, SealedPopulation
from tests.cast import Cast
from tests.inventories.scenes import closed, list_of, opened, scan, stored


def test_rows_that_were_changed_are_made_right_from_the_events(
    committed_cast: Cast, admin: psycopg.Connection, child_environment: dict[str, str]
) -> None:
    cast = committed_cast
    labels = stored(cast, 12)
    inventory = opened(cast, "tenth")
    scan(cast.officer, inventory, labels[:1], unlabelled=1)
    list_of(cast.officer, inventory)
    closed(cast.supervisor, inventory)
    rows, lines = list(Inventory.objects.values()), sorted(InventoryLine.objects.values(), key=str)
    sealed = list(SealedPopulation.objects.values())
    assert len(rows) == len(sealed) == 2
    replay.compare()
    admin.execute("UPDATE custody_inventory_line SET finding = 'as_recorded'")
    admin.execute("UPDATE custody_inventory SET figures = NULL, counters = '{}'")
    with pytest.raises(RowFault):
        replay.compare()
    command = [sys.executable, "manage.py", "rebuild_projection"]
    subprocess.run(command, env=child_environment, check=True, capture_output=True)
    assert list(Inventory.objects.order_by("opened_at").values()) == rows
    assert sorted(InventoryLine.objects.values(), key=str) == lines
    assert list(SealedPopulation.objects.values()) == sealed
    replay.compare()


def test_the_app_cannot_change_what_was_sealed(committed_cast: Cast) -> None:
    from django.db import ProgrammingError, connection

    stored(committed_cast, 1)
    opened(committed_cast)
    for what in (
        "UPDATE custody_inventory_population SET text = ''",
        "DELETE FROM custody_inventory_population",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            connection.cursor() as cursor,
        ):
            cursor.execute(what)
