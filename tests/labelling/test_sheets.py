"""The paper: another program reads every code on it, where the stock has its labels."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from custody.labelling.codes import bars
from custody.labelling.models import LabelPrinting
from custody.labelling.sheets import address, sheet, typeset
from custody.labelling.stocks import STOCKS, NoSuchPosition, Stock
from custody.seizures.labels import new_label

DOTS_A_MM = 200 / 25.4


def codes(page: bytes) -> dict[str, tuple[float, float]]:
    """What the codes of a page say, and where their middle is, in millimetres."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(page)), formats=zxingcpp.BarcodeFormat.QRCode)
    return {
        one.text: (
            (one.position.top_left.x + one.position.bottom_right.x) / 2 / DOTS_A_MM,
            (one.position.top_left.y + one.position.bottom_right.y) / 2 / DOTS_A_MM,
        )
        for one in found
    }


def read_in_order(paper: Stock, labels: Sequence[str], begin: int) -> None:
    pages = typeset("units", labels, paper, begin, "png")
    assert len(pages) == -(-(len(labels) + begin) // paper.places)
    told = [codes(page) for page in pages]
    for number, label in enumerate(labels, begin):
        page, position = divmod(number, paper.places)
        x, y = told[page][address("units", label)]
        left, top = map(float, paper.corner(position))
        assert left < x < left + float(paper.width)
        assert top < y < top + float(paper.height)


@pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS.keys())
def test_every_code_reads_and_lies_on_its_label(paper: Stock) -> None:
    read_in_order(paper, [new_label() for _ in range(min(paper.places + 1, 30))], begin=0)


def test_a_sheet_that_was_begun_is_gone_on_with() -> None:
    read_in_order(STOCKS["a4-21"], [new_label() for _ in range(3)], begin=19)


def test_places_have_a_door_of_their_own_and_odd_names_are_escaped() -> None:
    (page,) = typeset("places", ["VAULT A/1#é"], STOCKS["a4-8"], 0, "png")
    (text,) = codes(page)
    assert text.endswith("/p/VAULT%20A%2F1%23%C3%A9")


def test_a_printing_becomes_a_pdf_with_its_labels_to_be_read() -> None:
    label = new_label()
    printing = LabelPrinting(code="x", sort="units", labels=[label])
    made = sheet(printing, STOCKS["a4-21"], first_position=2)
    assert made.startswith(b"%PDF-")
    with pytest.raises(NoSuchPosition):
        sheet(printing, STOCKS["a4-21"], first_position=22)


#: What label printers print at, and offices: dots an inch.
PRINTERS = (203, 300, 600)
WITH_BARS = ("a4-21", "a4-8", "roll-62x29", "roll-100x50")


def printed(made: bytes, folder: Path, dots: int) -> Image.Image:
    """The first page of a PDF as a printer puts it down: black or white, dot by dot."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("needs pdftoppm")
    source = folder / "sheet.pdf"
    source.write_bytes(made)
    subprocess.run(
        ["pdftoppm", "-singlefile", "-mono", "-r", str(dots), source, folder / "page"], check=True
    )
    return Image.open(folder / "page.pbm").convert("L")


@pytest.mark.parametrize("dots", PRINTERS)
@pytest.mark.parametrize("code", WITH_BARS)
def test_both_codes_of_a_label_read_off_the_paper(code: str, dots: int, tmp_path: Path) -> None:
    labels = [new_label() for _ in range(2)]
    made = sheet(LabelPrinting(code="x", sort="units", labels=labels), STOCKS[code])
    found = zxingcpp.read_barcodes(printed(made, tmp_path, dots))
    told = {(one.format, one.text) for one in found}
    shown = labels[:1] if code.startswith("roll") else labels
    assert told == {(zxingcpp.BarcodeFormat.QRCode, address("units", one)) for one in shown} | {
        (zxingcpp.BarcodeFormat.Code128, one) for one in shown
    }


def test_where_there_is_no_room_for_both_the_qr_code_stays(tmp_path: Path) -> None:
    labels = [new_label()]
    made = sheet(LabelPrinting(code="x", sort="units", labels=labels), STOCKS["a4-65"])
    (found,) = zxingcpp.read_barcodes(printed(made, tmp_path, 300))
    assert found.text == address("units", labels[0])


@pytest.mark.parametrize(("text", "room"), [("VAULT é", 500), ("VAULT-A", 20)])
def test_bars_that_cannot_be_are_left_out(text: str, room: float) -> None:
    assert bars(text, room=room, height=6) is None


def test_bars_are_as_wide_as_they_say() -> None:
    made = bars("NX-7K3M9Q2X-C", room=60, height=6)
    assert made
    assert f'width="{made.width:.3f}mm" height="{made.height:.3f}mm"' in made.svg
