"""What can be wrong with the adoption of a profile."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class ProfileInThePast(CustodyError):
    """A profile holds from {earliest} at the earliest, so that it never judges anew what has been done."""

    code = "profile_in_the_past"


class ProfileOverlaps(CustodyError):
    """The profile {code} holds from that moment on already."""

    code = "profile_overlaps"
    category = "conflict"
