"""Tables as bytes: RFC 4180 in UTF-8, read so that nothing can be taken for something else. Pure.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula and runs it. What is written
here gets an apostrophe in front of it; what is read loses that one again (OWASP: CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from custody.kit.errors import CustodyError

MOST_BYTES = 2_000_000
MOST_ROWS = 1_000
LONGEST_CELL = 200
#: Their wide forms too, and what a spreadsheet skips in front of them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class UnreadableTable(CustodyError):
    """The table cannot be read: {why}."""

    code = "unreadable_table"


@dataclass(frozen=True)
class Line:
    """One row of a table.

    Attributes:
        number: of the line where it begins, as an editor counts: the head is line 1.
        cells: by column; what is empty is not there.
        faults: what is wrong with its form, by column; ``""`` for the row as a whole.
    """

    number: int
    cells: Mapping[str, str]
    faults: Mapping[str, str]


def read(content: bytes, *, required: Sequence[str], optional: Sequence[str]) -> list[Line]:
    """The rows of a table.

    Args:
        content: UTF-8 with or without a byte order mark; commas between cells.
        required, optional: the columns there are, in whatever order.

    Raises:
        UnreadableTable: it is too large, not UTF-8, no table, or its head names other columns.
    """
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    lines: list[Line] = []
    try:
        head = _head(next(reader, []), required, optional)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(_line(begins, head, cells, required))
            if len(lines) > MOST_ROWS:
                raise UnreadableTable(
                    why=f"it has more than {MOST_ROWS:,} rows; cut it between two seizures"
                )
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(why=f"line {reader.line_num}: {error}") from error
    if not lines:
        raise UnreadableTable(why="it has no rows")
    return lines


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise UnreadableTable(why=f"it has more than {MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            why=f"byte {error.start} is not UTF-8; save it as “CSV UTF-8”"
        ) from error
    if "\0" in text:
        raise UnreadableTable(why="it holds a NUL character; it is not a text, or in UTF-16")
    return text


def _head(cells: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> list[str]:
    head = [cell.strip() for cell in cells]
    if len(head) < 2 and any(";" in cell or "\t" in cell for cell in head):
        raise UnreadableTable(why="cells are divided by commas, not by semicolons or tabs")
    doubled = sorted({name for name in head if head.count(name) > 1})
    if doubled:
        raise UnreadableTable(why=f"column {doubled[0]} stands twice")
    for name in required:
        if name not in head:
            raise UnreadableTable(why=f"column {name} is missing")
    for name in head:
        if name not in required and name not in optional:
            raise UnreadableTable(why=f"there is no column “{name[:40]}”")
    return head


def _line(number: int, head: Sequence[str], cells: Sequence[str], required: Sequence[str]) -> Line:
    if len(cells) != len(head):
        why = f"it has {len(cells)} cells and the head has {len(head)}; a decimal comma, perhaps?"
        return Line(number, {}, {"": why})
    told = {name: plain(cell.strip()) for name, cell in zip(head, cells, strict=True)}
    faults = {name: "it is empty" for name in required if not told[name]}
    for name, cell in told.items():
        if len(cell) > LONGEST_CELL:
            faults[name] = f"it is longer than {LONGEST_CELL} characters"
        elif not cell.isprintable():
            faults[name] = "it holds a character that is not printable"
    return Line(number, {name: cell for name, cell in told.items() if cell}, faults)


def write(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, str | None]],
    headings: Mapping[str, object] | None = None,
) -> str:
    """A table of these rows, the head first, with nothing in it that a spreadsheet would run.

    Args:
        columns: their names, which programs know them by.
        headings: what people call every one of them, if the table is for people.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([str(headings[name]) for name in columns] if headings else columns)
    for row in rows:
        writer.writerow([harmless(row.get(name) or "") for name in columns])
    return text.getvalue()


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def plain(cell: str) -> str:
    """What :func:`harmless` was given."""
    guarded = cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA)
    return cell[1:] if guarded else cell
