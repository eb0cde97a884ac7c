"""Permits, crews, vehicles and sessions can be made anew from their events alone, and a row that lies is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from custody.audit import replay
from custody.burning.models import Crew, Permit, Session, VehicleCapacity
from custody.handling.book import CancelSession, MissSession, Requisition
from custody.kit import clock
from custody.ledger.models import Entry
from tests.burning.paper import crew, permit, vehicle
from tests.burning.scenes import HOUR, asked, burn, certify, confirmed, log, plan, ready, slot
from tests.cast import Cast, do

ROWS = (Permit, Crew, VehicleCapacity, Session)


def whole() -> list[list[tuple[object, ...]]]:
    return [sorted(model.objects.values_list(), key=str) for model in ROWS]


def test_rows_that_were_changed_lost_or_invented_are_made_right(
    committed_cast: Cast, admin: psycopg.Connection, child_environment: dict[str, str]
) -> None:
    cast = committed_cast
    permit(), permit(sessions_per_week=99), crew(), vehicle()
    (barrel,) = ready(cast)
    burnt = plan(cast, confirmed(cast), [barrel], crew="CREW-1", vehicle="VAN-A")
    burn(cast, burnt, [barrel])
    log(cast, burnt)
    certify(cast, burnt)
    cancelled = asked(cast, 5 * HOUR)
    do(cast.supervisor, CancelSession(session=cancelled.id, reason="Nothing to burn."))
    do(cast.supervisor, Requisition(plant="PLANT-A", **slot(9 * HOUR), reason="Armed men."))
    with clock.simulated(clock.now()) as time:
        missed = asked(cast, 20 * HOUR)
        time.advance(21 * HOUR)
        do(cast.supervisor, MissSession(session=missed.id, reason="The lorry broke down."))
    kinds = set(Entry.objects.filter(subject_type="session").values_list("kind", flat=True))
    assert len(kinds) == 9
    before = whole()
    replay.compare()

    admin.execute("UPDATE custody_session SET cap_grams = 9, units = '{}'")
    with pytest.raises(replay.RowFault, match="session"):
        replay.compare()
    for statement in (
        "UPDATE custody_permit SET caps = '[]', minimum_temperature_celsius = 1",
        "DELETE FROM custody_session",
        "DELETE FROM custody_crew",
        "UPDATE custody_vehicle_capacity SET capacity_grams = 1",
    ):
        admin.execute(statement)
    subprocess.run(
        [sys.executable, "manage.py", "rebuild_projection"],
        check=True,
        env=child_environment,
        cwd=Path(__file__).parents[2],
    )
    assert whole() == before
    replay.compare()
    call_command("verify_ledger")
