"""Our own labels: opaque, easy to read aloud, with a check character that catches a slip.

A label is ``XX-NNNNNNNN-C``: a two-letter issuer, eight characters of Crockford's base 32 (no I, L, O, U)
and a check character over both by ISO/IEC 7064 MOD 37-2, which finds every single wrong character and
every swap of two neighbours.
"""

from __future__ import annotations

from custody.kit import ids
from custody.kit.errors import CustodyError

ISSUER = "NX"
_BODY = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"


class UnknownLabel(CustodyError):
    """{label} is not a label that you can act on here."""

    code = "unknown_label"
    category = "not_found"


class MisreadLabel(CustodyError):
    """{label} is not a label of ours, or was misread: it should look like NX-7K3M9Q2X-C."""

    code = "misread_label"


def check_character(text: str) -> str:
    """The ISO/IEC 7064 MOD 37-2 check character of digits and capital letters."""
    remainder = 0
    for character in text:
        remainder = (remainder + _CHECK.index(character)) * 2 % 37
    return _CHECK[(38 - remainder) % 37]


def new_label() -> str:
    """A new random label."""
    body = ids.choose(_BODY, 8)
    return f"{ISSUER}-{body}-{check_character(ISSUER + body)}"


def parse(text: str) -> str:
    """The label in its printed form, however it was typed.

    Raises:
        MisreadLabel: wrong length, a character that no label has, or a wrong check character.
    """
    compact = "".join(text.upper().split()).replace("-", "")
    if len(compact) != 11 or any(c not in _CHECK for c in compact):
        raise MisreadLabel(label=text)
    issuer, body, check = compact[:2], compact[2:10], compact[10]
    if any(c not in _BODY for c in body) or check_character(issuer + body) != check:
        raise MisreadLabel(label=text)
    return f"{issuer}-{body}-{check}"
