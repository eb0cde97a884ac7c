"""Checkpoints, proofs and tile paths are written as C2SP writes them, and nothing else is read as one."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.ledger.merkle import ProofInvalid, inclusion_proof, leaf_hash
from custody.ledger.notes import Note, NoteInvalid
from custody.ledger.tlog import Checkpoint, Proof, TilePath, opened, tile_width
from tests.ledger.test_notes import LOG, WITNESS
from tests.ledger.trees import Nodes, head

LEAVES = [b"leaf %d" % number for number in range(11)]
CHECKPOINT = Checkpoint("log.example", 11, head(LEAVES))
SIGNED = Note(CHECKPOINT.format(), (LOG.sign(CHECKPOINT.format()),)).format()
PROOF = Proof(4, tuple(inclusion_proof(4, 11, Nodes(LEAVES))), SIGNED)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    root = b64encode(head(LEAVES)).decode()
    assert CHECKPOINT.format() == f"log.example\n11\n{root}\n"
    extended = Checkpoint("log.example", 11, head(LEAVES), ("one", "two"))
    assert Checkpoint.parse(extended.format()) == extended
    assert opened(SIGNED, [LOG.verifier])[0] == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log.example\n11\n",
        "log.example\n011\n" + b64encode(head([])).decode() + "\n",
        "log.example\n-1\n" + b64encode(head([])).decode() + "\n",
        "log.example\n11\n" + b64encode(head([])[1:]).decode() + "\n",
        "log.example\n11\n" + b64encode(head([])).decode(),
        "log.example\n11\n" + b64encode(head([])).decode() + "\n\n",
        "\n11\n" + b64encode(head([])).decode() + "\n",
        "log.example\n" + "9" * 30 + "\n" + b64encode(head([])).decode() + "\n",
        "log.example\n\u0661\n" + b64encode(head([])).decode() + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint.parse(text)


def test_a_checkpoint_under_another_origin_than_its_keys_name_is_not_believed() -> None:
    text = Checkpoint("other.example", 11, head(LEAVES)).format()
    with pytest.raises(NoteInvalid):
        opened(Note(text, (LOG.sign(text),)).format(), [LOG.verifier])


def test_a_witness_alone_makes_no_checkpoint() -> None:
    text = CHECKPOINT.format()
    with pytest.raises(NoteInvalid):
        opened(Note(text, (WITNESS.cosign(text, 1),)).format(), [LOG.verifier])


def test_a_proof_is_one_text_that_holds_by_itself() -> None:
    text = PROOF.format()
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 4\n")
    assert text.endswith("\n\n" + SIGNED)
    assert Proof.parse(text) == PROOF
    assert PROOF.verify(leaf_hash(LEAVES[4]), [LOG.verifier]) == CHECKPOINT
    with pytest.raises(ProofInvalid):
        PROOF.verify(leaf_hash(LEAVES[5]), [LOG.verifier])


def test_extra_bytes_are_kept_and_prove_nothing() -> None:
    proof = Proof(PROOF.index, PROOF.path, SIGNED, b"extra")
    assert Proof.parse(proof.format()) == proof
    assert "\nextra ZXh0cmE=\nindex 4\n" in proof.format()


@given(st.data())
def test_a_proof_with_a_character_changed_is_refused(data: st.DataObject) -> None:
    whole = PROOF.format()
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.characters().filter(lambda one: one != whole[place]))
    changed = whole[:place] + other + whole[place + 1 :]
    with pytest.raises((ProofInvalid, NoteInvalid)):
        Proof.parse(changed).verify(leaf_hash(LEAVES[4]), [LOG.verifier])


@given(st.text() | st.text().map(lambda text: "c2sp.org/tlog-proof@v1\n" + text))
def test_whatever_is_no_proof_raises_the_one_error(text: str) -> None:
    with pytest.raises(ProofInvalid):
        Proof.parse(text)


def test_tiles_are_found_where_c2sp_puts_them() -> None:
    assert TilePath(0, 1_234_067).format() == "0/x001/x234/067"
    assert TilePath(2, 5, 17).format() == "2/005.p/17"


@given(st.integers(0, 63), st.integers(0, 10**18), st.integers(1, 256))
def test_a_tile_path_is_read_as_it_was_written(level: int, number: int, width: int) -> None:
    path = TilePath(level, number, width)
    assert TilePath.parse(path.format()) == path


@pytest.mark.parametrize(
    "path",
    ["", "0", "0/0", "0/0000", "00/000", "64/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/x000/001",
     "0/001/002", "0/000/", "-1/000", "0/\u0661\u0661\u0661", "entries/000", "0/000.p/7\n"],
)  # fmt: skip
def test_other_paths_are_no_tiles(path: str) -> None:
    with pytest.raises(ProofInvalid):
        TilePath.parse(path)


def test_widths_are_those_of_the_specifications_example() -> None:
    widths = {
        (level, number): tile_width(level, number, 70_000)
        for level, number in [(0, 272), (0, 273), (0, 274), (1, 0), (1, 1), (2, 0), (3, 0)]
    }
    assert list(widths.values()) == [256, 112, 0, 256, 17, 1, 0]
