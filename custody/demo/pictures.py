"""Pictures that stand for photographs: the same words give the same bytes."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

_SIZE = (640, 480)
_SEA, _SIGN = "#27404d", "#f2efe6"


def picture(words: str) -> bytes:
    """A PNG that says what it stands for."""
    made = Image.new("RGB", _SIZE, _SEA)
    drawn = ImageDraw.Draw(made)
    drawn.rectangle((60, 190, 580, 290), fill=_SIGN)
    drawn.text((80, 225), words, fill=_SEA, font_size=24)
    target = io.BytesIO()
    made.save(target, "PNG")
    return target.getvalue()
