"""A fresh proof of who calls by the session of the pages, before what the pages ask one for."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from custody.kit.errors import CustodyError
from custody.people.proofs import lacks_fresh_proof


class ProofRequired(CustodyError):
    """By the session of the pages this takes a proof of who you are that is no older than five minutes: give it at {where}, and ask again."""

    code = "proof_required"
    category = "forbidden"


def by_browser(request: Request) -> bool:
    """Whether a browser's session calls: a token or a client is a proof of its own each time."""
    return isinstance(request.successful_authenticator, SessionAuthentication)


def require_fresh_proof(request: Request) -> None:
    """Pass if who calls need not prove afresh who they are.

    Raises:
        ProofRequired: a browser's session calls, and its officer's last proof is too old. A stolen cookie, or a phone that
            was left open, does here no more than on the pages.
    """
    if by_browser(request) and lacks_fresh_proof(request._request):  # noqa: SLF001  the library asks Django's own
        raise ProofRequired(where="/account/reauthenticate/")
