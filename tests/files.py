"""Files for tests: pictures as cameras make them, papers, and what only looks like either."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from custody.attachments.models import Upload
from custody.attachments.services import bring
from custody.kit import ids
from custody.people.models import Officer
from custody.people.rights import Right
from tests.cast import Cast

PAPER = b"%PDF-1.7\n1 0 obj <<>> endobj\nxref\n0 1\ntrailer <<>>\nstartxref\n9\n%%EOF\n"
#: Where the quay is: what no reader of a photograph is to learn.
PLACE = b"51.2993 N 4.2803 E"


def picture(
    width: int = 64, height: int = 48, form: str = "JPEG", *, note: bytes = b"", **more: Any
) -> bytes:
    """A picture that nobody took before, with a note of the camera in it."""
    made = Image.new("RGB", (width, height), "#" + ids.nonce()[:6])
    for place in range(0, width, 7):
        made.putpixel((place, place % height), (int(ids.nonce()[:2], 16), 0, 0))
    if note:
        exif = Image.Exif()
        exif[0x010E] = note.decode()
        exif[0x0112] = 6
        more |= {"exif": exif.tobytes()}
        if form == "JPEG":
            more |= {"comment": note}
    target = io.BytesIO()
    made.save(target, form, **more)
    return target.getvalue()


def paper() -> bytes:
    """A document that nobody wrote before."""
    return PAPER.replace(b"<<>> endobj", f"({ids.nonce()}) endobj".encode())


def brought(who: Cast | Officer, data: bytes) -> str:
    """Brought by one officer, or by all who may: its hash."""
    row = bring(who if isinstance(who, Officer) else who.officer, data)
    if not isinstance(who, Officer):
        Upload.objects.bulk_create(
            [
                Upload(attachment=row, officer=one, used_at=row.uploaded_at)
                for one in who.officers.values()
                if one.rights & {Right.PHOTOGRAPH, Right.DOCUMENT}
            ],
            ignore_conflicts=True,
        )
    return row.sha256
