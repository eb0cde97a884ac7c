"""What a file is, is judged by its bytes: what would harm whoever opens it, or is no picture at all, is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pillow_heif
import pytest
from PIL import Image

from custody.attachments.content import (
    MOST_PIXELS,
    SHOWN,
    SMALL,
    DamagedFile,
    EmptyFile,
    Examined,
    FileTooLarge,
    Kind,
    NotAccepted,
    TooManyPixels,
    examine,
)
from tests.files import PAPER, PLACE, paper, picture

MOST = 1_000_000


def judged(data: bytes) -> Examined:
    return examine(data, most=MOST)


def opened(data: bytes | None) -> Image.Image:
    assert data
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


def archive(start: bytes = b"", comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    target.write(start)
    with zipfile.ZipFile(target, "a") as file:
        file.writestr("payload.exe", b"MZ")
        file.comment = comment
    return target.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A few bytes that say that they are very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data) & 0xFFFFFFFF)
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
def test_photographs_are_known_by_their_bytes(form: str, media_type: str) -> None:
    found = judged(picture(form=form))
    assert (found.kind, found.media_type) == (Kind.PHOTOGRAPH, media_type)
    assert opened(found.shown).format == opened(found.small).format == "JPEG"


def test_a_photograph_of_an_iphone_is_taken() -> None:
    target = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "green")).save(target)
    found = judged(target.getvalue())
    assert found.media_type == "image/heic"
    assert opened(found.shown).size == (64, 48)


def test_a_paper_is_known_by_its_bytes_and_nothing_is_made_of_it() -> None:
    assert judged(paper()) == Examined(Kind.DOCUMENT, "application/pdf")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_the_camera_noted_is_not_shown(form: str) -> None:
    """EXIF, comments and position are gone; what the camera said of up and down has been done."""
    data = picture(60, 30, form, note=PLACE)
    assert PLACE in data
    found = judged(data)
    for made in (found.shown, found.small):
        picture_shown = opened(made)
        assert made is not None
        assert PLACE not in made
        assert not picture_shown.getexif()
        assert not {"comment", "icc_profile", "exif", "xmp"} & set(picture_shown.info)
        assert picture_shown.size == (30, 60)


def test_what_follows_the_pixels_is_not_shown() -> None:
    hidden = b"<script>alert(1)</script>" * 10
    found = judged(picture() + hidden)
    assert found.shown is not None
    assert b"script" not in found.shown


def test_what_is_shown_has_bounds() -> None:
    found = judged(picture(3_000, 30))
    assert opened(found.shown).size == (SHOWN, 16)
    assert max(opened(found.small).size) == SMALL


def test_what_is_seen_through_stands_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(target, "PNG")
    assert opened(judged(target.getvalue()).shown).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("width", "height"), [(50_000, 50_000), (8_001, 8_000), (1, MOST_PIXELS + 1)]
)
def test_a_few_bytes_that_stand_for_gigabytes_are_refused(width: int, height: int) -> None:
    with pytest.raises(TooManyPixels):
        judged(png_of(width, height))


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00" + b"\0" * 100,
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 100,
        archive(),
        b"%PDF",
        b"  " + PAPER,
        b"hello",
        b"\xff\xd8\xff" + archive(),
    ],
    ids=["program", "page", "svg", "gif", "zip", "short", "late", "text", "zip called jpeg"],
)
def test_what_is_none_of_these_is_refused(data: bytes) -> None:
    with pytest.raises((NotAccepted, DamagedFile)):
        judged(data)


@pytest.mark.parametrize(
    "data",
    [
        archive(picture()),
        archive(picture(form="PNG")),
        archive(PAPER, comment=b"startxref\n9\n%%EOF"),
    ],
    ids=["jpeg", "png", "pdf"],
)
def test_what_is_an_archive_too_is_refused(data: bytes) -> None:
    with pytest.raises(NotAccepted):
        judged(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_what_was_cut_short_is_refused(form: str, part: float) -> None:
    whole = picture(400, 300, form)
    with pytest.raises((DamagedFile, NotAccepted)):
        judged(whole[: int(len(whole) * part)])


def test_a_paper_that_was_cut_short_is_refused() -> None:
    with pytest.raises(DamagedFile):
        judged(PAPER[:-10])


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(EmptyFile):
        judged(b"")
    with pytest.raises(FileTooLarge):
        judged(b"\xff\xd8\xff" + b"\0" * MOST)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_damage_anywhere_is_refused_by_name_or_survived(form: str) -> None:
    """A byte turned here and there never ends in anything but a picture or a refusal of ours."""
    if form == "HEIF":
        target = io.BytesIO()
        pillow_heif.from_pillow(Image.new("RGB", (64, 48), "green")).save(target)
        whole = target.getvalue()
    else:
        whole = picture(form=form)
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        data = bytearray(whole)
        data[place] ^= 0xFF
        try:
            judged(bytes(data))
        except (NotAccepted, DamagedFile, TooManyPixels):
            continue
