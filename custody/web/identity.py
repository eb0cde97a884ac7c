"""What an agency's provider says about who somebody is, checked whole before anybody believes it.

The sign-in library trusts whatever came straight from the provider's token endpoint. We ask for more: a signature by a
published key, the issuer that the operator wrote down, ourselves as the audience, a time that is not over, and a nonce
that this very browser was sent out with (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

#: Asymmetric alone: nobody who knows the client's secret can write a token.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
#: Two servers' clocks may differ by so many seconds.
LEEWAY = 30
_CLAIMS = ["iss", "aud", "exp", "iat", "sub", "nonce"]


class NotBelieved(OAuth2Error):
    """The provider said something, and it does not hold; the message tells what of it, and nothing that it said."""


def nonce_of(verifier: str) -> str:
    """The nonce that goes with a PKCE verifier, which only the session that started the sign-in holds."""
    return urlsafe_b64encode(sha256(f"nonce {verifier}".encode()).digest()).decode().rstrip("=")


class VerifiedAdapter(OpenIDConnectOAuth2Adapter):
    """The library's client of a provider, believing nothing unverified."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's metadata.

        Raises:
            NotBelieved: they are another issuer's (ASVS 5.0, 10.5.3).
        """
        config: dict[str, Any] = super().openid_config
        issuer = self.get_provider().app.settings["server_url"]
        if config.get("issuer") != issuer:
            raise NotBelieved("these metadata are of another issuer")
        return config

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str = ""
    ) -> dict[str, Any]:
        self._nonce = nonce_of(pkce_code_verifier)
        told: dict[str, Any] = super().get_access_token_data(
            request, app, client, pkce_code_verifier=pkce_code_verifier
        )
        if not told.get("id_token"):
            raise NotBelieved("the provider says nothing about who it is")
        return told

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, str]:
        """Issuer and subject of a token that is good; nothing else of it is kept.

        Raises:
            NotBelieved: it is not.
        """
        try:
            told = jwt.decode(
                id_token,
                key=self._key(jwt.get_unverified_header(id_token).get("kid")),
                algorithms=ALGORITHMS,
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=LEEWAY,
                options={"require": _CLAIMS},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise NotBelieved(f"the token is not good: {type(error).__name__}") from error
        if told.get("azp", app.client_id) != app.client_id:
            raise NotBelieved("the token was made for somebody else")
        if not compare_digest(str(told["nonce"]).encode(), self._nonce.encode()):
            raise NotBelieved("the token belongs to another sign-in")
        if not told["sub"]:
            raise NotBelieved("the token names nobody")
        return {"iss": told["iss"], "sub": told["sub"]}

    def _key(self, kid: str | None) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [
            key
            for key in jwt.PyJWKSet.from_dict(answer.json()).keys
            if key.public_key_use in {None, "sig"}
        ]
        # a provider with one key may leave its name out (OpenID Connect Core 1.0, 10.1)
        found = keys if kid is None else [key for key in keys if key.key_id == kid]
        if len(found) != 1:
            raise NotBelieved("the token is signed by a key that the provider does not publish")
        return found[0]


class VerifiedProvider(OpenIDConnectProvider):
    """A provider that is asked who somebody is, and for nothing else about them."""

    oauth2_adapter_class = VerifiedAdapter

    @property
    def server_url(self) -> str:
        issuer: str = self.app.settings["server_url"]
        return issuer.rstrip("/") + "/.well-known/openid-configuration"

    def get_pkce_params(self) -> dict[str, str]:
        params: dict[str, str] = super().get_pkce_params()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return ["openid"]

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """None: who links to us does not choose how the provider is asked."""
        return {}

    def redirect(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().redirect(request, *args, **kwargs)
        except (OAuth2Error, RequestException) as error:
            answer = render_authentication_error(request, self, exception=error)
        return answer


def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, once somebody presses the button."""
    answer = _asked(OAuth2LoginView, request, provider_id)
    if request.method == "GET":
        answer.posts_to = origins(request)  # type: ignore[attr-defined]
    return answer


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser comes back with what the provider says."""
    return _asked(OAuth2CallbackView, request, provider_id)


def origins(request: HttpRequest) -> list[str]:
    """Where forms of a page with the providers' buttons may lead in the end."""
    issuers = [urlsplit(app.settings["server_url"]) for app in get_adapter().list_apps(request)]
    return sorted({f"{issuer.scheme}://{issuer.netloc}" for issuer in issuers})


def _asked(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if "\0" in provider_id:
        raise Http404("There is no such provider.")
    try:
        answer: HttpResponse = view.adapter_view(VerifiedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404("There is no such provider.") from error
    return answer
