"""Systems that call by themselves: OAuth 2.0 client credentials, each for one service officer, narrowed by scopes."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, Token
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from custody.kit.errors import CustodyError
from custody.people.models import Officer

SCOPES = {
    "read": "See what the service officer may see",
    "act": "Record acts as the service officer",
}


class ScopeMissing(CustodyError):
    """This token is not for that: it lacks the scope {scope}."""

    code = "scope_missing"
    category = "forbidden"


class ClientAdapter(DefaultOIDCAdapter):
    """The scopes that there are."""

    scope_display = SCOPES


class ClientAuthentication(BaseAuthentication):
    """``Authorization: Bearer …`` with a token of the token endpoint. Only its hash is kept; it lasts an hour."""

    def authenticate(self, request: Request) -> tuple[Officer, Token] | None:
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != b"bearer":
            return None
        found = (
            Token.objects.valid()
            .by_value(words[1].decode("ascii", "replace"))
            .filter(type=Token.Type.ACCESS_TOKEN, client__owner__is_active=True)
            .select_related("client__owner__unit")
            .first()
        )
        if found is None or not isinstance(found.client, Client):
            raise AuthenticationFailed("This token is unknown, has expired or was revoked.")
        officer = found.client.owner
        assert isinstance(officer, Officer)
        return officer, found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Scoped(BasePermission):
    """A client's token does what its scopes say, and nothing else; an officer's own token all that the officer may."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, Token):
            scope = "read" if request.method in SAFE_METHODS else "act"
            if scope not in request.auth.get_scopes():
                raise ScopeMissing(scope=scope)
        return True


def system_of(request: Request) -> str | None:
    """The client by which a system of somebody else's gets the answer; None for officers themselves."""
    token = request.auth
    return f"{token.client.name} ({token.client_id})" if isinstance(token, Token) else None


class ClientScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The client credentials as the OpenAPI document tells them."""

    target_class = "custody.api.clients.ClientAuthentication"
    name = "client"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/identity/o/api/token", "scopes": SCOPES}},
            "description": "For systems: a client of `manage.py create_client BADGE`.",
        }
