"""Codes as SVG, for paper and for screens: QR for cameras, Code 128 for scanners that read nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import segno
from barcode.codex import Code128
from barcode.errors import IllegalCharacterError
from barcode.writer import SVGWriter

#: The narrowest bar, in millimetres, the best first: three and two dots of a label printer of 203 an inch, on which
#: anything between them is blurred; two is what scanners are promised to read (ISO/IEC 15417 asks for 0.25 or more).
_NARROWEST_BARS = (0.375, 0.25)
#: The standard's quiet zone, in narrowest bars, on either side.
_QUIET = 10


def qr_code(text: str, *, on_screen: bool = False) -> str:
    """A QR code that says this, as an SVG element. A quarter of it may be worn off and it still reads.

    Args:
        text: what it says.
        on_screen: with a light ground of its own, since a page may be dark, and no size, which the page gives.
    """
    picture = BytesIO()
    segno.make_qr(text, error="q").save(
        picture,
        kind="svg",
        border=4 if on_screen else 2,
        light="white" if on_screen else None,
        omitsize=on_screen,
        xmldecl=False,
    )
    return picture.getvalue().decode()


@dataclass(frozen=True)
class Bars:
    """A Code 128 as SVG, with its size in millimetres, quiet zones included."""

    svg: str
    width: float
    height: float


def bars(text: str, *, room: float, height: float) -> Bars | None:
    """A Code 128 that says this, or None where there is no room for it, or a character of it has no code.

    Args:
        text: what it says.
        room: how wide it may be, in millimetres.
        height: how high it is, in millimetres.
    """
    try:
        modules = len(Code128(text).build()[0]) + 2 * _QUIET
    except IllegalCharacterError:
        return None
    module = next((one for one in _NARROWEST_BARS if modules * one <= room), None)
    if module is None:
        return None
    svg = Code128(text, writer=SVGWriter()).render(
        {
            "module_width": module,
            "module_height": height,
            "quiet_zone": _QUIET * module,
            "margin_top": 0,
            "margin_bottom": 0,
            "write_text": False,
        }
    )
    return Bars(svg.decode(), modules * module, height)
