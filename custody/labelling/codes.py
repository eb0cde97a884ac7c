"""QR codes as SVG, for paper and for screens."""

from __future__ import annotations

from io import BytesIO

import segno


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
