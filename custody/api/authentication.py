"""Who calls: officers by token, or by the session of the web pages."""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from custody.kit import clock
from custody.people.models import Officer

_TOKEN = re.compile(rb"[0-9A-Za-z]{16,256}")
_SCHEMES = (b"token", b"bearer")


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Token …`` with a token of ``manage.py create_token``; ``Bearer`` will do too."""

    def authenticate(self, request: Request) -> tuple[Officer, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in _SCHEMES:
            return None
        found = None
        if len(words) == 2 and _TOKEN.fullmatch(words[1]):
            found = self._judge(words[1].decode("ascii"))
        if found is None and words[0].lower() == b"token":
            raise AuthenticationFailed("This token is unknown, has expired or was revoked.")
        # another kind of token is called bearer too: see custody.api.clients
        return found

    def _judge(self, token: str) -> tuple[Officer, Any] | None:
        """Whose it is, in one query, so that a request costs no more than it must."""
        digest = hash_token(token)
        candidates = AuthToken.objects.filter(
            token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH]
        ).select_related("user__unit")
        for found in candidates:
            if compare_digest(digest, found.digest):
                if (found.expiry and found.expiry <= clock.now()) or not found.user.is_active:
                    break
                return found.user, found
        return None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token as the OpenAPI document tells it."""

    target_class = "custody.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            **build_bearer_security_scheme_object("Authorization", "Token"),
            "description": "`Authorization: Token …`, a token of `manage.py create_token BADGE`.",
        }
