"""Nothing is certified while a unit is missing, unexpected or in doubt; and each of them is named."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.burning.errors import NotReconciled, SessionEnded
from custody.burning.projection import SCANS
from custody.burning.reconciling import unreconciled
from custody.deadlines.models import Flag
from custody.deadlines.services import acknowledge
from custody.handling.certify import Certify
from custody.handling.presence import Miss
from custody.ledger import events
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from tests.burning.paper import permit
from tests.burning.scenes import burn, certify, confirmed, fresh, log, plan, ready, stage
from tests.cast import Cast, do

django = pytest.mark.django_db


def refused(cast: Cast, session: UUID) -> tuple[str, ...]:
    """What is missing, one by one."""
    before = Entry.objects.count()
    with pytest.raises(NotReconciled) as found:
        do(cast.operator, Certify(session=session))
    assert Entry.objects.count() == before
    return found.value.legal


@django
def test_what_burnt_as_it_was_planned_is_certified(
    cast: Cast, rows_equal_their_replay: None
) -> None:
    permit()
    barrels = ready(cast, 2)
    row = burn(cast, plan(cast, confirmed(cast), barrels), barrels)
    name = log(cast, row)
    row = certify(cast, row)
    assert (row.state, row.logs) == ("certified", [name])
    told = events.read(bytes(Entry.objects.get(kind="session.certified").body)).payload
    units = told["units"]
    assert [unit["label"] for unit in units] == sorted(one.label for one in barrels)
    leaves = {
        bytes(leaf).hex()
        for leaf in Entry.objects.filter(kind="exhibit.incinerated").values_list("leaf", flat=True)
    }
    assert {unit["burnt_leaf"] for unit in units} == leaves
    assert units[0]["witnesses"] == ["second_operator", "keeper"]
    assert units[0]["kiln_grams"] == units[0]["staged_grams"] == "25000.000"
    assert (told["lowest_celsius"], told["logs"]) == (1_100, [name])
    with pytest.raises(SessionEnded):
        do(cast.operator, Certify(session=row.id))


@django
def test_a_missing_barrel_blocks_it_until_the_plan_says_that_it_never_came(
    cast: Cast, rows_equal_their_replay: None
) -> None:
    permit()
    here, gone = ready(cast, 2)
    row = burn(cast, plan(cast, confirmed(cast), [here, gone]), [here])
    log(cast, row)
    assert refused(cast, row.id) == (f"not staged: {gone.label}",)
    do(cast.operator, stage([gone], row.id))
    assert refused(cast, row.id) == (f"not loaded: {gone.label}",)
    do(cast.operator, Miss(exhibits=(gone.label,), searched="Around the kiln."))
    plan(cast, row, [here])
    assert certify(cast, row).state == "certified"


@django
def test_an_unexpected_barrel_blocks_it_until_somebody_plans_it_in(
    cast: Cast, rows_equal_their_replay: None
) -> None:
    permit()
    planned, unexpected = ready(cast, 2)
    row = burn(cast, plan(cast, confirmed(cast), [planned]), [planned, unexpected])
    log(cast, row)
    assert refused(cast, row.id) == (f"not planned: {unexpected.label}",)
    plan(cast, row, [planned, unexpected])
    assert certify(cast, row).state == "certified"


@django
def test_an_overweight_reading_blocks_it_until_a_supervisor_has_judged_it(
    cast: Cast, rows_equal_their_replay: None
) -> None:
    permit()
    (barrel,) = ready(cast)
    row = burn(cast, plan(cast, confirmed(cast), [barrel]), [barrel], gross=Decimal(26_000))
    assert refused(cast, row.id) == (
        f"discrepancy not judged: {barrel.label}",
        "no temperature log is attached",
    )
    log(cast, row)
    for flag in Flag.objects.filter(cause="discrepancy"):
        acknowledge(cast.supervisor, flag.id, reason="Rain on the lid.")
    row = certify(cast, fresh(row))
    (unit,) = events.read(bytes(Entry.objects.get(kind="session.certified").body)).payload["units"]
    assert (unit["staged_grams"], unit["kiln_grams"]) == ("25000.000", "26000.000")


@django
def test_only_the_plant_certifies_and_logs(cast: Cast) -> None:
    permit()
    (barrel,) = ready(cast)
    row = burn(cast, plan(cast, confirmed(cast), [barrel]), [barrel])
    with pytest.raises(RightMissing):
        do(cast.supervisor, Certify(session=row.id))
    with pytest.raises(NotReconciled):
        do(cast.operator, Certify(session=row.id))


IDS = [UUID(int=number) for number in range(6)]
LABELS = {one: f"L{one.int}" for one in IDS}
some = st.frozensets(st.sampled_from(IDS))


@given(planned=some, staged=some, loaded=some, burnt=some, disputed=some, logged=st.booleans())
def test_it_is_withheld_exactly_while_a_scan_differs_from_the_plan(
    planned: frozenset[UUID],
    staged: frozenset[UUID],
    loaded: frozenset[UUID],
    burnt: frozenset[UUID],
    disputed: frozenset[UUID],
    logged: bool,
) -> None:
    scans = dict(zip(SCANS, (staged, loaded, burnt), strict=True))
    found = unreconciled(planned, scans, LABELS, disputed=disputed, logged=logged)
    whole = bool(planned) and staged == loaded == burnt == planned
    assert (not found) == (whole and not disputed and logged)
    said = "; ".join(found)
    for one in IDS:
        wrong = {one in planned, *(one in scan for scan in scans.values())} == {True, False}
        assert (LABELS[one] in said) == (wrong or one in disputed)


def test_many_units_are_counted_after_the_first_dozen() -> None:
    many = [UUID(int=number) for number in range(20)]
    labels = {one: f"L{one.int:02}" for one in many}
    scans = dict.fromkeys(SCANS, ())
    (told,) = unreconciled(many, scans, labels, logged=True)
    assert told.endswith("L11 and 8 more")
