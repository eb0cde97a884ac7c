"""Numbers that others give: containers (ISO 6346), vessels (IMO), locations (UN/LOCODE)."""

from __future__ import annotations

import re

from custody.kit.errors import CustodyError


class InvalidContainerNumber(CustodyError):
    """{value} is not a container number: four letters, the last one U, J or Z, then seven digits of which the last checks the others (ISO 6346)."""

    code = "invalid_container_number"


class InvalidVesselNumber(CustodyError):
    """{value} is not an IMO ship number: seven digits, the last of which checks the others."""

    code = "invalid_vessel_number"


class InvalidLocation(CustodyError):
    """{value} is not a UN/LOCODE: two letters for the country and three characters for the place, as in BEANR."""

    code = "invalid_location"


def _letter_value(letter: str) -> int:
    """ISO 6346: A is 10, and multiples of 11 are passed over."""
    value = ord(letter) - ord("A") + 10
    return value + (value - 1) // 10


def container_check_digit(first_ten: str) -> int:
    """The check digit of a container number's first ten characters (ISO 6346)."""
    total = sum(
        (int(c) if c.isdigit() else _letter_value(c)) << position
        for position, c in enumerate(first_ten)
    )
    return total % 11 % 10


def container_number(text: str) -> str:
    """The number without spaces.

    Raises:
        InvalidContainerNumber: its form or its check digit is wrong.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", number) or int(
        number[10]
    ) != container_check_digit(number[:10]):
        raise InvalidContainerNumber(field="container_number", value=text)
    return number


def vessel_number(text: str) -> str:
    """The seven digits of an IMO ship number, with or without ``IMO`` before them.

    The check digit is the last digit of the first six weighted 7 down to 2.

    Raises:
        InvalidVesselNumber: its form or its check digit is wrong.
    """
    number = re.sub(r"^IMO", "", re.sub(r"\s", "", text).upper())
    if not re.fullmatch(r"[0-9]{7}", number) or sum(
        int(d) * w for d, w in zip(number[:6], range(7, 1, -1), strict=True)
    ) % 10 != int(number[6]):
        raise InvalidVesselNumber(field="vessel_imo", value=text)
    return number


def location(text: str) -> str:
    """A UN/LOCODE without its space; places are two to nine or letters, never 0 or 1.

    Raises:
        InvalidLocation: its form is wrong.
    """
    code = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", code):
        raise InvalidLocation(field="location", value=text)
    return code
