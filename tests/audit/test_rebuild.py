"""The rows can be made from the events alone, and the rebuild leaves what the acts left."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from custody.audit import replay
from custody.handling.hold import PlaceHold
from custody.handling.pack import Pack
from custody.handling.seals import ApplySeal, BreakSeal
from custody.handling.weigh import Weigh
from custody.seizures.models import Exhibit, Origin, Seal
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.exchange.files import table, take_over


def test_rows_that_were_changed_lost_or_invented_are_made_right(
    committed_cast: Cast, admin: psycopg.Connection, child_environment: dict[str, str]
) -> None:
    cast = committed_cast
    _, units = catch(cast, 4, seals=["HS-1"])
    sealed = next(row for row in units if row.seals.exists())
    open_ones = [row for row in units if row != sealed]
    do(cast.officer, BreakSeal(exhibit=sealed.label, number="HS-1", reason="to look"))
    do(cast.officer, ApplySeal(exhibit=sealed.label, number="HS-2", seal_class="H"))
    do(cast.officer, Pack(exhibits=tuple(row.label for row in open_ones), form="pallet"))
    do(cast.officer, Weigh(exhibit=sealed.label, scale=FLOOR_SCALE, gross_grams=Decimal(24_000)))
    do(cast.supervisor, PlaceHold(exhibits=(open_ones[0].label,), reason="Evidence"))
    take_over(cast, table({}))
    before = sorted(Exhibit.objects.values_list(), key=str)
    origins = list(Origin.objects.values_list())
    replay.compare()

    for statement in (
        "UPDATE custody_exhibit SET stage = 'incinerated', net_grams = 1, holds = '{}'",
        "DELETE FROM custody_seal WHERE number = 'HS-1'",
        "INSERT INTO custody_seal SELECT 'HS-9', 'H', now(), NULL, NULL, exhibit_id FROM custody_seal",
        "UPDATE custody_clock SET due_at = now() + interval '1 year'",
        "DELETE FROM custody_hold",
        "UPDATE custody_origin SET reference = 'S-2'",
        "UPDATE custody_flag SET resolved_at = now()",
        "UPDATE custody_officer SET roles = '{administrator}'",
    ):
        admin.execute(statement)
    with pytest.raises(replay.RowFault):
        replay.compare()
    subprocess.run(
        [sys.executable, "manage.py", "rebuild_projection"],
        check=True,
        env=child_environment,
        cwd=Path(__file__).parents[2],
    )
    assert sorted(Exhibit.objects.values_list(), key=str) == before
    assert list(Origin.objects.values_list()) == origins
    assert set(Seal.objects.values_list("pk", flat=True)) == {"HS-1", "HS-2"}
    call_command("verify_ledger")
