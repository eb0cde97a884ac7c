"""The table of rights: every role in every relation to an exhibit, held against what is shown and what is offered."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest

from custody.handling.legal import legal_now
from custody.handling.register import ACTS
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.models import Assignment, AssignmentKind, Officer
from custody.people.rights import APART, READS, Relation, Right, Role, RolesApart, Shown, allowed
from custody.people.services import adopt_unit, enrol
from custody.seizures.lifecycle import TABLE
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import reach
from tests.cast import Cast, catch

pytestmark = pytest.mark.django_db

DESK = "CUSTOMS/DESK"
#: Offered on a barrel that was received, is bare and belongs to no order, when right and relation allow it.
#: Transfers, and what only the unit that had it may say, have a side of their own besides.
PLAIN = {
    "weigh",
    "assign_lane",
    "apply_seal",
    "sample",
    "store",
    "place_hold",
    "give_order",
    "neutralise",
    "report",
    "correct",
}


def somebody(role: Role) -> Officer:
    adopt_unit(agency="CUSTOMS", code="DESK", name="Desk", actor=SYSTEM)
    enrol(badge="somebody", name="Somebody", unit=DESK, roles=[role], actor=SYSTEM)
    return Officer.objects.get(pk="somebody")


def related(relation: Relation, barrel: Exhibit, officer: Officer) -> None:
    """Put the officer into a relation to the barrel, as rows tell it."""
    concerned, hands = ["POLICE", "POLICE/FAR"], "POLICE/FAR"
    if relation is Relation.CUSTODY:
        concerned, hands = [*concerned, "CUSTOMS", DESK], DESK
    elif relation is Relation.UNIT:
        concerned = [*concerned, "CUSTOMS", DESK]
    elif relation is Relation.AGENCY:
        concerned = [*concerned, "CUSTOMS"]
    elif relation is Relation.CASE:
        now = clock.now()
        Assignment.objects.create(
            code="case",
            kind=AssignmentKind.CASE,
            officer=officer,
            case=barrel.seizure_id,
            since=now - timedelta(hours=1),
            until=now + timedelta(hours=1),
            head="",
            version=1,
        )
    Exhibit.objects.filter(pk=barrel.pk).update(
        concerned=concerned, custodian_unit=hands, stage="received"
    )
    Seizure.objects.filter(pk=barrel.seizure_id).update(concerned=concerned)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("relation", Relation)
def test_every_cell_holds(cast: Cast, role: Role, relation: Relation) -> None:
    _, (barrel,) = catch(cast)
    officer = somebody(role)
    related(relation, barrel, officer)
    rows = list(Exhibit.objects.visible_to(officer))
    if READS[role][relation] is Shown.NOTHING:
        assert rows == []
        assert not Seizure.objects.visible_to(officer).exists()
        return
    (row,) = rows
    found = reach(officer, rows)[row.id]
    assert (found.relation, found.shown) == (relation, READS[role][relation])
    offered = {option.act for option in legal_now(officer, rows)[row.id]}
    expected = {
        act.name for act in ACTS.values() if allowed(role, Right(TABLE[act.kind].right), relation)
    }
    assert offered <= expected
    assert offered & PLAIN == expected & PLAIN


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids="-".join)
def test_roles_that_watch_each_other_are_not_given_to_one_person(
    cast: Cast, pair: tuple[Role, Role]
) -> None:
    before = Entry.objects.count()
    if set(pair) in [set(one) for one in APART]:
        with pytest.raises(RolesApart):
            enrol(badge="both", name="Both", unit="CUSTOMS/QUAY", roles=pair, actor=SYSTEM)
        assert Entry.objects.count() == before
        assert not Officer.objects.filter(pk="both").exists()
    else:
        enrol(badge="both", name="Both", unit="CUSTOMS/QUAY", roles=pair, actor=SYSTEM)


def test_who_seizes_does_not_audit_and_who_orders_does_not_witness() -> None:
    assert {Role.OFFICER, Role.AUDITOR} in [set(one) for one in APART]
    for role in Role:
        rights = {right for right in Right if allowed(role, right, Relation.CUSTODY)}
        assert not {Right.ORDER, Right.WITNESS} <= rights
        assert not (Right.INTERCEPT in rights and Right.OVERSEE in rights)


def test_every_right_is_somebodys() -> None:
    for right in Right:
        assert any(allowed(role, right, Relation.CUSTODY) for role in Role), right
