"""What a camera sees, as a film that Chromium takes for one."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import typst
from PIL import Image

from custody.labelling.codes import bars
from custody.labelling.sheets import typeset
from custody.labelling.stocks import STOCKS

SIZE = (640, 480)
#: Frames a second, and how long each picture is held up.
RATE, FRAMES = 5, 5


def film(path: Path, pictures: Sequence[Image.Image]) -> Path:
    """These pictures, one after another, over and over, as uncompressed video (YUV4MPEG2)."""
    with path.open("wb") as target:
        target.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            light, *colours = picture.convert("YCbCr").split()
            planes = [light, *(one.resize((SIZE[0] // 2, SIZE[1] // 2)) for one in colours)]
            frame = b"".join(one.tobytes() for one in planes)
            target.write((b"FRAME\n" + frame) * FRAMES)
    return path


def label(text: str) -> Image.Image:
    """A label as our printer makes it, on a barrel."""
    (page,) = typeset("units", [text], STOCKS["roll-62x29"], 0, "png")
    return _held_up(Image.open(BytesIO(page)))


def bars_alone(text: str) -> Image.Image:
    """A Code 128 and nothing else, as on a seal."""
    drawn = bars(text, room=80, height=12)
    assert drawn
    page = typst.compile(
        b'#set page(width: auto, height: auto, margin: 0mm)\n#image(bytes(sys.inputs.it), format: "svg")',
        format="png",
        ppi=150,
        sys_inputs={"it": drawn.svg},
    )
    assert isinstance(page, bytes)
    return _held_up(Image.open(BytesIO(page)))


def _held_up(thing: Image.Image) -> Image.Image:
    scene = Image.new("RGB", SIZE, "#7d8a80")
    thing = thing.convert("RGB")
    thing.thumbnail((SIZE[0] - 40, SIZE[1] - 40))
    scene.paste(thing, ((SIZE[0] - thing.width) // 2, (SIZE[1] - thing.height) // 2))
    return scene
