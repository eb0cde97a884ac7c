"""Each minute of the read log is hashed into the ledger: who trims or changes it is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from custody.audit import replay
from custody.ledger.models import Entry
from custody.people.rights import Relation
from custody.reading import digests
from custody.reading.digests import ReadsTampered, digest_reads, verify_reads
from custody.reading.models import DigestedMinute, Read, ReadAlert
from custody.reading.reviewing import set_canary
from custody.reading.rules import ReadFacts, alerts
from custody.reading.services import log_reading
from tests.cast import Cast, catch


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes are settled as soon as they are written, even the running one."""
    monkeypatch.setattr(digests, "SETTLED", -timedelta(minutes=1))


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
def test_a_minute_is_digested_once_and_holds(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    for _ in range(3):
        log_reading(cast.officer, {barrel.id: Relation.CUSTODY}, route="x/<y>")
    minutes = digest_reads()
    assert minutes in {1, 2}  # a minute may end meanwhile
    assert digest_reads() == 0
    assert sum(DigestedMinute.objects.values_list("rows", flat=True)) == 3
    assert Entry.objects.filter(kind="reads.digested").count() == minutes
    assert verify_reads() == minutes
    replay.compare()


@pytest.mark.django_db
def test_a_minute_that_is_not_over_is_left_alone(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    log_reading(cast.officer, {barrel.id: Relation.CUSTODY}, route="x")
    assert digest_reads() == 0


@pytest.fixture
def log(committed_cast: Cast, settled: None) -> Iterator[list[UUID]]:
    """Three reads, digested."""
    _, (barrel,) = catch(committed_cast)
    return [
        log_reading(committed_cast.officer, {barrel.id: Relation.CUSTODY}, route="x")
        for _ in range(3)
    ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM custody_read WHERE id = %s", "2 rows"),
        ("UPDATE custody_read SET badge = 'nobody' WHERE id = %s", "3 rows"),
        ("UPDATE custody_read SET objects_shown = '{}' WHERE id = %s", "3 rows"),
        ("UPDATE custody_read SET purpose = 'audit' WHERE id = %s", "3 rows"),
    ],
)
def test_whoever_gets_past_the_triggers_is_found(
    log: list[UUID], admin: psycopg.Connection, statement: str, found: str
) -> None:
    digest_reads()
    verify_reads()
    for row in admin.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname = 'read_append_only'"
    ).fetchall():
        admin.execute(f"ALTER TABLE {row[0]} DISABLE TRIGGER {row[1]}")
    admin.execute(statement, [log[1]])
    admin.commit()
    with pytest.raises(ReadsTampered, match=found):
        verify_reads()
    with pytest.raises(CommandError, match="read log"):
        call_command("verify_ledger")


def test_months_are_made_a_year_ahead_and_every_one_is_guarded(
    transactional_db: str, admin: psycopg.Connection
) -> None:
    rows = admin.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits"
        " WHERE inhparent = 'custody_read'::regclass ORDER BY 1"
    ).fetchall()
    names = [name for (name,) in rows]
    # the database may be of the month that has just ended
    now = datetime.now(UTC)
    months = {f"{one:%Y%m}" for one in (now, now.replace(day=1) - timedelta(days=1))}
    first = min(names).removeprefix("custody_read_")
    assert first in months
    assert f"custody_read_{int(first[:4]) + 1}{first[4:]}" in names
    assert "custody_read_default" in names
    assert len(names) == 14
    for name in names:
        guards = admin.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A'",
            [name],
        ).fetchone()
        assert guards is not None
        assert guards[0] >= 3, name
        with pytest.raises(psycopg.Error, match="append-only"):
            admin.execute(f"TRUNCATE {name}")
        admin.rollback()


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
def test_opening_a_canary_is_told_to_who_watches(cast: Cast) -> None:
    seizure, (_barrel,) = catch(cast)
    set_canary(cast.protector, seizure.id)
    log_reading(cast.officer, {seizure.id: Relation.UNIT}, route="seizures/")
    log_reading(cast.officer, {seizure.id: Relation.CASE}, route="seizures/<str:reference>")
    digest_reads()
    (alert,) = ReadAlert.objects.filter(kind="canary")
    assert alert.source == Read.objects.get(route="seizures/<str:reference>").id
    assert ReadAlert.objects.visible_to(cast.protector).filter(pk=alert.pk).exists()
    assert not ReadAlert.objects.visible_to(cast.officer).exists()
    assert not ReadAlert.objects.visible_to(cast.far_supervisor).exists()


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def facts(at: datetime = NOON, **more: Any) -> ReadFacts:
    told: dict[str, Any] = {
        "id": uuid4(),
        "at": at,
        "badge": "b",
        "route": "exhibits/<label>",
        "relation": "agency",
        "purpose": None,
        "objects": frozenset({uuid4()}),
    }
    return ReadFacts(**told | more)


def kinds(*rows: ReadFacts, before: tuple[ReadFacts, ...] = ()) -> list[str]:
    return [kind for kind, _ in alerts(rows, before, frozenset(), UTC)]


def test_reading_at_night_is_told_unless_it_is_in_hand_or_for_a_purpose() -> None:
    night = NOON.replace(hour=23)
    assert kinds(facts()) == []
    assert kinds(facts(night)) == ["off_hours"]
    assert kinds(facts(NOON.replace(hour=5))) == ["off_hours"]
    assert kinds(facts(night, relation="custody")) == []
    assert kinds(facts(night, relation="case")) == []
    assert kinds(facts(night, purpose="audit")) == []
    assert kinds(facts(night, route="exhibits/")) == []


def test_a_trail_without_case_duty_or_purpose_is_told() -> None:
    route = "exhibits/<label>/trail"
    assert kinds(facts(route=route)) == ["not_my_case"]
    assert kinds(facts(route=route, relation="case")) == []
    assert kinds(facts(route=route, purpose="audit")) == []


def test_very_much_at_once_is_told_once() -> None:
    many = tuple(
        facts(NOON + timedelta(seconds=n), objects=frozenset(uuid4() for _ in range(100)))
        for n in range(7)
    )
    assert kinds(*many) == ["bulk"]
    assert kinds(*many[4:], before=many[:4]) == ["bulk"]
    assert (
        kinds(
            *(
                facts(NOON + timedelta(minutes=11 * n), objects=one.objects)
                for n, one in enumerate(many)
            )
        )
        == []
    )


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 30))
def test_alerts_do_not_depend_on_where_minutes_are_cut(gaps: list[int], cut: int) -> None:
    at, rows = NOON, []
    for gap in gaps:
        at += timedelta(minutes=gap)
        rows.append(facts(at, objects=frozenset(uuid4() for _ in range(120))))
    whole = alerts(rows, (), frozenset(), UTC)
    first, second = rows[:cut], rows[cut:]
    parts = alerts(first, (), frozenset(), UTC) + alerts(second, first, frozenset(), UTC)
    assert whole == parts
