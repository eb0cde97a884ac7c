"""What stands in a log where a badge would."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def who(badge: str) -> str:
    """A badge as logs tell it: nobody without our key learns it, and one officer's lines can be followed."""
    return salted_hmac("custody.log", badge, algorithm="sha256").hexdigest()[:16]
