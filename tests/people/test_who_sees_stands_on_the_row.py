"""``seen_by``, kept by the database, says what reading every container and every exhibit of a seizure says."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from custody.handling.pack import Pack, Unpack
from custody.handling.transport import Dispatch, Receive
from custody.kit.roles import APP_PLANS
from custody.seizures.models import Exhibit, Seizure
from tests.cast import Cast, catch, do


def assert_true_for_all() -> None:
    """Read it the slow way."""
    rows = {row.id: row for row in Exhibit.objects.all()}
    of_seizures = {row.id: {*row.concerned} for row in Seizure.objects.all()}
    for row in rows.values():
        expected, around = set(row.concerned), row.within_id
        while around:
            expected |= {*rows[around].concerned}
            around = rows[around].within_id
        assert {*row.seen_by} == expected, row.label
        of_seizures[row.seizure_id] |= {*row.concerned}
    for seizure in Seizure.objects.all():
        assert {*seizure.seen_by} == of_seizures[seizure.id], seizure.reference


@pytest.mark.django_db
def test_contents_follow_their_containers_and_seizures_their_exhibits(cast: Cast) -> None:
    _, bricks = catch(cast, 3, form="block", gross="1000", tare=None)
    assert_true_for_all()
    packed = do(cast.officer, Pack(exhibits=tuple(b.label for b in bricks[:2]), form="bag"))
    bag = Exhibit.objects.get(pk=packed.lines[0].subject_id)
    packed = do(cast.officer, Pack(exhibits=(bag.label, bricks[2].label), form="pallet"))
    pallet = Exhibit.objects.get(pk=packed.lines[0].subject_id)
    assert_true_for_all()
    brick = Exhibit.objects.filter(pk=bricks[0].pk)
    sent = Dispatch(
        exhibits=(pallet.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
    )
    do(cast.officer, sent, cast.driver)
    assert_true_for_all()
    assert brick.visible_to(cast.driver).exists()
    assert Seizure.objects.visible_to(cast.driver).exists()
    do(cast.keeper, Receive(exhibits=(pallet.label,), place="VAULT-A"), cast.driver)
    assert_true_for_all()
    assert not brick.visible_to(cast.driver).exists()
    assert not Seizure.objects.visible_to(cast.driver).exists()
    do(cast.keeper, Unpack(container=pallet.label))
    assert_true_for_all()
    assert brick.visible_to(cast.keeper).exists()


@pytest.mark.parametrize("badge", ["officer", "analyst", "outsider"])
def test_what_one_may_see_is_found_by_index_alone(
    committed_cast: Cast, admin: psycopg.Connection, badge: str
) -> None:
    _, (known,) = catch(committed_cast)
    admin.execute("SET session_replication_role = replica")
    admin.execute(
        """
        INSERT INTO custody_exhibit
        SELECT made.* FROM custody_exhibit known, generate_series(1, 20000) n,
            LATERAL jsonb_populate_record(known, jsonb_build_object(
                'id', md5('exhibit ' || n)::uuid, 'label', 'B-' || n,
                'seen_by', CASE WHEN n % 200 = 0 THEN '["LAB", "LAB/DRUGS"]' ELSE to_jsonb(known.seen_by) END
            )) made
        """
    )
    admin.execute("ANALYZE custody_exhibit")
    reader = getattr(committed_cast, badge)
    seen = Exhibit.objects.visible_to(reader)
    with connection.cursor() as cursor:
        for name, value in APP_PLANS.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
    for question in (seen.order_by("label")[:51], seen.filter(label=known.label)):
        told = question.explain(format="json")
        assert "Seq Scan" not in told, told
