"""The quick look finds the root that a slow one finds, and names what does not hold together."""

from __future__ import annotations

import psycopg
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from custody.handling.report import Report
from custody.ledger import merkle, quick
from custody.ledger.faults import LedgerFault
from custody.ledger.models import Entry
from custody.ledger.verify import verify, verify_quickly
from tests.burning.paper import permit
from tests.cast import Cast, catch, do


@given(st.integers(0, 300), st.integers(0, 8))
def test_trees_of_stretches_make_the_tree_of_all(size: int, height: int) -> None:
    leaves = [merkle.leaf_hash(bytes([one % 251, one // 251])) for one in range(size)]
    whole = merkle.Growing()
    for begin in range(0, size, 1 << height):
        for root, tall in merkle.full_trees(leaves[begin : begin + (1 << height)]):
            whole.add_tree(root, tall)
    assert (whole.size, whole.root()) == (size, merkle.root(leaves))


@pytest.fixture
def ledger(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """Some events, of which a process looks at a few; how many."""
    catch(committed_cast, 20)
    monkeypatch.setattr(quick, "_CHUNK", 16)
    return Entry.objects.count()


@pytest.mark.parametrize(("stretch", "kept"), [(1, 1), (1, 3), (1, 4_096), (4_096, 4_096)])
def test_a_chain_that_breaks_is_named_within_a_stretch_and_between_two(
    committed_cast: Cast,
    admin: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    stretch: int,
    kept: int,
) -> None:
    """With stretches of one event, every link of a chain lies between two, and few subjects are remembered."""
    _, (barrel, _) = catch(committed_cast, 2)
    for _ in range(3):
        do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    monkeypatch.setattr(quick, "_CHUNK", stretch)
    monkeypatch.setattr(quick, "_KEPT", kept)
    assert verify_quickly(processes=2) == verify()
    first, *_, last = Entry.objects.filter(subject_id=str(barrel.id)).order_by("seq")
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER ALL")
    for previous in (bytes(first.leaf), None):
        admin.execute("UPDATE custody_entry SET previous = %s WHERE seq = %s", [previous, last.seq])
        with pytest.raises(LedgerFault) as found:
            verify_quickly(processes=2)
        assert (found.value.seq, found.value.field) == (last.seq, "previous")


def test_a_subject_whose_name_has_spaces_is_remembered_by_the_whole_of_it(
    committed_cast: Cast, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit("OVAM 1 bis")
    catch(committed_cast, 5)
    permit("OVAM 1 bis", sessions_per_week=3)
    monkeypatch.setattr(quick, "_CHUNK", 1)
    monkeypatch.setattr(quick, "_KEPT", 1)
    assert verify_quickly(processes=2) == verify()
    last = Entry.objects.filter(subject_id="OVAM 1 bis").order_by("-seq")[0].seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER ALL")
    admin.execute("UPDATE custody_entry SET previous = NULL WHERE seq = %s", [last])
    with pytest.raises(LedgerFault) as found:
        verify_quickly(processes=2)
    assert (found.value.seq, found.value.field) == (last, "previous")


def test_it_finds_the_same_root_as_the_whole_verification(
    ledger: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_quickly(processes=2) == verify()
    call_command("verify_ledger", "--quick")
    assert capsys.readouterr().out.startswith(f"{ledger} events hold together.")


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE custody_entry SET body = body || ' '::bytea WHERE seq = 37", "body"),
        ("DELETE FROM custody_entry WHERE seq = 37", "seq"),
        (
            "UPDATE custody_entry SET previous = leaf, body = body WHERE seq = 37",
            "previous",
        ),
    ],
)
def test_what_is_wrong_is_named(
    ledger: int, admin: psycopg.Connection, statement: str, name: str
) -> None:
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER ALL")
    admin.execute(statement)
    with pytest.raises(LedgerFault) as found:
        verify_quickly(processes=2)
    assert (found.value.seq, found.value.field) == (37, name)
    with pytest.raises(CommandError, match="seq 37"):
        call_command("verify_ledger", "--quick")
