"""The rows can be made from the events alone, and the rebuild leaves what the acts left."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command

from custody.audit import replay
from custody.deadlines.models import Clock
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


def invent(admin: psycopg.Connection, barrel: Exhibit) -> str:
    """An exhibit with clocks and a seal, of which no event knows; its id."""
    stranger = str(uuid4())
    columns = [
        field.column
        for field in Exhibit._meta.concrete_fields
        if field.column not in ("id", "label")
    ]
    names = ", ".join(columns)
    admin.execute(
        f"INSERT INTO custody_exhibit (id, label, {names}) SELECT %s, 'INVENTED', {names}"
        " FROM custody_exhibit WHERE id = %s",
        [stranger, barrel.pk],
    )
    clocks = ", ".join(
        field.column
        for field in Clock._meta.concrete_fields
        if field.column not in ("id", "exhibit_id")
    )
    admin.execute(
        f"INSERT INTO custody_clock (id, exhibit_id, {clocks}) SELECT gen_random_uuid(), %s, {clocks}"
        " FROM custody_clock WHERE exhibit_id = %s",
        [stranger, barrel.pk],
    )
    admin.execute(
        "INSERT INTO custody_seal (number, seal_class, applied_at, exhibit_id) VALUES ('HS-X', 'H', now(), %s)",
        [stranger],
    )
    return stranger


def rebuild(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "rebuild_projection"],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_exhibit_that_no_event_made_is_named_removed_with_its_clocks_and_the_rest_rebuilt(
    committed_cast: Cast, admin: psycopg.Connection, child_environment: dict[str, str]
) -> None:
    _, (barrel,) = catch(committed_cast, 1)
    stranger = invent(admin, barrel)
    admin.execute("UPDATE custody_exhibit SET net_grams = 1 WHERE id = %s", [barrel.pk])
    with pytest.raises(CommandError, match=r"exhibit .* field net_grams"):
        call_command("verify_ledger")
    admin.execute(
        "UPDATE custody_exhibit SET net_grams = %s WHERE id = %s", [barrel.net_grams, barrel.pk]
    )
    with pytest.raises(CommandError, match=f"exhibit {stranger} is a row that no event made"):
        call_command("verify_ledger")
    admin.execute("UPDATE custody_exhibit SET net_grams = 1 WHERE id = %s", [barrel.pk])
    done = rebuild(child_environment)
    assert done.returncode == 0, done.stderr
    assert f"Removed exhibit {stranger}: no event made it." in done.stderr
    assert not Clock.objects.filter(exhibit_id=stranger).exists()
    call_command("verify_ledger")


def test_an_exhibit_that_no_event_made_may_bear_the_label_of_one_that_is_gone(
    committed_cast: Cast, admin: psycopg.Connection, child_environment: dict[str, str]
) -> None:
    _, (one, other) = catch(committed_cast, 2)
    stranger = invent(admin, one)
    for attached in ("clock", "seal"):
        admin.execute(f"DELETE FROM custody_{attached} WHERE exhibit_id = %s", [other.pk])
    admin.execute("DELETE FROM custody_exhibit WHERE id = %s", [other.pk])
    admin.execute("UPDATE custody_exhibit SET label = %s WHERE id = %s", [other.label, stranger])
    assert rebuild(child_environment).returncode == 0
    call_command("verify_ledger")


def test_what_refers_to_a_row_that_no_event_made_stops_the_rebuild_and_is_told(
    committed_cast: Cast, admin: psycopg.Connection, child_environment: dict[str, str]
) -> None:
    admin.execute(
        "INSERT INTO custody_officer (badge, password, unit_id, roles, name_commitment, is_active, head, version)"
        " SELECT 'ghost', '', unit_id, roles, name_commitment, true, head, version FROM custody_officer WHERE badge = 'officer'"
    )
    admin.execute(
        "INSERT INTO usersessions_usersession (session_key, user_id, created_at, last_seen_at, ip, user_agent, data)"
        " VALUES ('k', 'ghost', now(), now(), '127.0.0.1', '', '{}')"
    )
    done = rebuild(child_environment)
    assert done.returncode == 1
    assert "cannot be removed (officer ghost)" in done.stderr
    assert admin.execute(
        "SELECT count(*) FROM custody_officer WHERE badge = 'ghost'"
    ).fetchone() == (1,)
