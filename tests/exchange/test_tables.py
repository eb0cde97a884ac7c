"""Tables are read as they were meant or not at all, and hold nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custody.exchange import tables
from custody.exchange.tables import UnreadableTable, harmless, plain, read, write

REQUIRED, OPTIONAL = ("reference", "amount"), ("note",)
GOOD = b"reference,amount\r\nA,25.5\r\n"

_cells = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=30)


def read_plainly(content: bytes) -> list[dict[str, str]]:
    return [dict(line.cells) for line in read(content, required=REQUIRED, optional=OPTIONAL)]


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableTable) as caught:
        read(content, required=REQUIRED, optional=OPTIONAL)
    return str(caught.value)


@given(st.lists(st.tuples(_cells.filter(bool), _cells.filter(bool), _cells), min_size=1))
@example([("=cmd()", "@x", "'=1"), ("''-", "+1", "-")])
def test_what_is_written_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    names = (*REQUIRED, *OPTIONAL)
    told = [dict(zip(names, row, strict=True)) for row in rows]
    again = read_plainly(write(names, told).encode())
    assert again == [{name: cell for name, cell in row.items() if cell} for row in told]


@given(_cells)
@example("=cmd|' /C calc'!A0")
@example("'=1")
@example("\t=1")
@example("\uff1dcmd()")
def test_no_cell_is_a_formula_and_none_is_lost(cell: str) -> None:
    written = harmless(cell)
    assert not written.startswith(
        ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    )
    assert plain(written) == cell


@given(st.binary(max_size=300))
@example(GOOD)
@example(b"\xff\xfe" + GOOD.decode().encode("utf-16-le"))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for line in _tried(content):
        assert set(line.cells) | {"", *REQUIRED, *OPTIONAL} == {"", *REQUIRED, *OPTIONAL}


@given(st.text(max_size=200))
def test_any_text_below_a_good_head_is_read_or_refused(text: str) -> None:
    for line in _tried(b"reference,amount\n" + text.encode("utf-8", "replace")):
        assert line.faults or all(cell.isprintable() for cell in line.cells.values())


def _tried(content: bytes) -> list[tables.Line]:
    try:
        return read(content, required=REQUIRED, optional=OPTIONAL)
    except UnreadableTable:
        return []


def test_a_byte_order_mark_blank_lines_and_another_order_of_columns_do_no_harm() -> None:
    content = b"\xef\xbb\xbfamount,note,reference\n\n25.5, ,A\n,,\n"
    (line,) = read(content, required=REQUIRED, optional=OPTIONAL)
    assert (line.number, line.cells, line.faults) == (3, {"amount": "25.5", "reference": "A"}, {})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "column reference is missing"),
        (b"reference,amount\n", "no rows"),
        (b"reference;amount\nA;25,5\n", "commas, not by semicolons"),
        (b"reference\tamount\nA\t25\n", "commas, not by semicolons or tabs"),
        (b"reference,amount,colour\nA,1,red\n", "no column “colour”"),
        (b"reference,amount,amount\nA,1,1\n", "column amount stands twice"),
        (b"reference,note\nA,1\n", "column amount is missing"),
        ("reference,amount\nÅ,1\n".encode("latin-1"), "byte 17 is not UTF-8"),
        ("reference,amount\nA,1\n".encode("utf-16"), "is not UTF-8"),
        ("reference,amount\nA,1\n".encode("utf-16-le"), "NUL"),
        (b'reference,amount\nA,"1\n', "line 2"),
        (b"reference,amount\n" + b"A,1\n" * 1_001, "more than 1,000 rows"),
        (b" " * 2_000_001, "more than 2,000,000 bytes"),
        (b"reference,amount\nA," + b"1" * 140_000, "field larger"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content: bytes, words: str) -> None:
    assert words in refused(content)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (b"A,25,5", "", "3 cells and the head has 2; a decimal comma"),
        (b"A", "", "1 cells"),
        (b",25", "reference", "empty"),
        (b'"A\nB",25', "reference", "not printable"),
        ("A\u202eB,25".encode(), "reference", "not printable"),
        (b"A," + b"1" * 201, "amount", "longer than 200"),
    ],
)
def test_what_is_wrong_with_the_form_of_a_row_is_named(row: bytes, column: str, words: str) -> None:
    content = b"reference,amount\nZ,1\n" + row + b"\n"
    _, line = read(content, required=REQUIRED, optional=OPTIONAL)
    assert line.number == 3
    assert words in line.faults[column]


def test_a_spreadsheet_finds_the_same_cells() -> None:
    text = write(("reference", "note"), [{"reference": 'A"B', "note": "C, D"}])
    assert list(csv.reader(io.StringIO(text))) == [["reference", "note"], ['A"B', "C, D"]]
