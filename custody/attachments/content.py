"""What a file is, judged by its bytes and by nothing that is said of it; and what is shown of it. Pure."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass
from enum import StrEnum

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from custody.kit.errors import CustodyError

pillow_heif.register_heif_opener(thumbnails=False)

#: Judged before a pixel is decoded: a few kilobytes may stand for gigabytes. Phones of 2026 take up to 50 million.
MOST_PIXELS = 64_000_000
#: The longest side of what is shown, and of what stands in a list, in pixels.
SHOWN, SMALL = 1_600, 320
_QUALITY = 82


class Kind(StrEnum):
    PHOTOGRAPH = "photograph"
    DOCUMENT = "document"


class EmptyFile(CustodyError):
    """The file is empty."""

    code = "empty_file"


class FileTooLarge(CustodyError):
    """The file has more than {most} bytes."""

    code = "file_too_large"


class NotAccepted(CustodyError):
    """This is none of the kinds of file that are kept: JPEG, PNG, WebP and HEIC photographs, and PDF."""

    code = "file_not_accepted"


class DamagedFile(CustodyError):
    """The file is damaged or cut short: {why}."""

    code = "file_damaged"


class TooManyPixels(CustodyError):
    """The photograph has {width} times {height} pixels; at most {most} in all are read."""

    code = "too_many_pixels"


@dataclass(frozen=True)
class Examined:
    """What a file turned out to be.

    Attributes:
        media_type: of the original.
        shown, small: what is served of a photograph, as JPEG; None of a document.
    """

    kind: Kind
    media_type: str
    shown: bytes | None = None
    small: bytes | None = None


def examine(data: bytes, *, most: int) -> Examined:
    """Find out what these bytes are, and make what is served of them.

    Args:
        data: the file.
        most: how many bytes it may have.

    Raises:
        EmptyFile, FileTooLarge, NotAccepted, DamagedFile, TooManyPixels: it is not kept.
    """
    if not data:
        raise EmptyFile
    if len(data) > most:
        raise FileTooLarge(most=most)
    found = _form(data)
    # A file that is an archive too carries something that nobody sees.
    if found is None or zipfile.is_zipfile(io.BytesIO(data)):
        raise NotAccepted
    form, media_type = found
    if form == "PDF":
        _check_pdf(data)
        return Examined(Kind.DOCUMENT, media_type)
    picture = _decoded(data, form)
    return Examined(
        Kind.PHOTOGRAPH, media_type, shown=_jpeg(picture, SHOWN), small=_jpeg(picture, SMALL)
    )


def _form(data: bytes) -> tuple[str, str] | None:
    """The form that the first bytes say, with its media type."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG", "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG", "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP", "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1", b"heim", b"heis"}:
        return "HEIF", "image/heic"
    if data.startswith((b"%PDF-1.", b"%PDF-2.")):
        return "PDF", "application/pdf"
    return None


def _check_pdf(data: bytes) -> None:
    end = data.rstrip(b"\r\n\t \0")
    if not end.endswith(b"%%EOF") or b"startxref" not in end[-1024:]:
        raise DamagedFile(why="a PDF ends with its table and %%EOF")


def _decoded(data: bytes, form: str) -> Image.Image:
    """The picture, upright, without anything that was said about it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.filterwarnings("ignore", category=UserWarning)
            with Image.open(io.BytesIO(data), formats=[form]) as source:
                width, height = source.size
                if width * height > MOST_PIXELS:
                    raise TooManyPixels(width=width, height=height, most=MOST_PIXELS)
                # JPEG can be decoded at a half, a quarter or an eighth of its size: less to hold
                source.draft("RGB", (2 * SHOWN, 2 * SHOWN))
                source.load()
                picture = ImageOps.exif_transpose(source)
                return _on_white(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise TooManyPixels(width="too many", height="too many", most=MOST_PIXELS) from None
    except UnidentifiedImageError:
        raise NotAccepted from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, RuntimeError) as error:
        raise DamagedFile(why=str(error)[:120]) from error


def _on_white(picture: Image.Image) -> Image.Image:
    picture.thumbnail((SHOWN, SHOWN))
    plain = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        plain.paste(layer, mask=layer.getchannel("A"))
    else:
        plain.paste(picture.convert("RGB"))
    return plain


def _jpeg(picture: Image.Image, longest: int) -> bytes:
    """New bytes of the pixels alone: no EXIF, no position, no comment, no profile."""
    made = picture.copy()
    made.thumbnail((longest, longest))
    target = io.BytesIO()
    made.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return target.getvalue()
