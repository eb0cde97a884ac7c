"""A fresh proof of who sits at a browser: what both doors ask for before what cannot be taken back.

The sign-in library tells it from inside alone, and promises nobody that this stays: nothing else of ours reaches in there.
"""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    is_reauthentication_required,
)
from django.conf import settings
from django.http import HttpRequest

from custody.ledger.queries import purpose


def in_force() -> bool:
    """Whether second factors are asked for: in production always, else unless this is a demonstration."""
    if settings.PRODUCTION or settings.SECOND_FACTOR == "required":
        return True
    return settings.SECOND_FACTOR == "outside-demonstrations" and purpose() == "production"


def lacks_fresh_proof(request: HttpRequest) -> bool:
    """Whether the one whose session this is last proved who they are more than five minutes ago, and has to."""
    return in_force() and is_reauthentication_required(request, app="custody")


def forget_suspended(request: HttpRequest) -> None:
    """Drop what was sent without a proof: the library keeps it, and goes on with it after the next one for that address."""
    request.session.pop(STATE_SESSION_KEY, None)
