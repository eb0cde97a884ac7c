"""How one gets in: what the sign-in library asks of us."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse

from custody.kit.sealing import open_secret, seal_secret
from custody.people.backoff import (
    TooManyFailures,
    forget_failures,
    note_failure,
    require_patience,
)
from custody.people.models import Officer

DEVICE_COOKIE_DAYS = 90
_SIGNER = TimestampSigner(salt="custody.device")


def device_cookie() -> str:
    """The name of the cookie by which an officer's own device is known."""
    return "__Host-custody-device" if settings.PRODUCTION else "custody-device"


def knows(request: HttpRequest, badge: str) -> bool:
    """Whether this officer signed in on this device before."""
    try:
        told = _SIGNER.unsign(
            request.COOKIES.get(device_cookie(), ""), max_age=DEVICE_COOKIE_DAYS * 24 * 3600
        )
    except BadSignature:
        return False
    return badge in told.split(" ")


def remember_device(request: HttpRequest, response: HttpResponse, badge: str) -> None:
    """Let the device be known as this officer's, beside at most nine others of a shared one."""
    try:
        told = _SIGNER.unsign(request.COOKIES.get(device_cookie(), "")).split(" ")
    except BadSignature:
        told = []
    badges = [badge, *(one for one in told if one != badge)][:10]
    response.set_cookie(
        device_cookie(),
        _SIGNER.sign(" ".join(badges)),
        max_age=DEVICE_COOKIE_DAYS * 24 * 3600,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


class AccountAdapter(DefaultAccountAdapter):
    """Officers enter by adoption: nobody signs up, and no mail is sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Badge and password do not fit together. Capitals and small letters differ.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """There are no addresses to send to."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Officer | None:
        """The officer, or None; the same words and the same time for an unknown badge and a wrong password.

        Raises:
            ValidationError: too many failures from here.
        """
        badge = str(credentials.get("username", ""))
        place = {"address": self.get_client_ip(request), "own_device": knows(request, badge)}
        try:
            require_patience(badge, **place)
        except TooManyFailures as error:
            raise ValidationError(str(error), code="wait", params=error.params) from error
        found: Officer | None = super().authenticate(request, **credentials)
        if found is None:
            note_failure(badge, **place)
        else:
            forget_failures(badge, **place)
        return found


class IdentityAdapter(DefaultSocialAccountAdapter):
    """An agency's provider says who somebody is; which badge that is, an administrator has said before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted: a copy of the database signs nobody in."""

    def encrypt(self, text: str) -> str:
        return seal_secret(text, "second factors")

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text, "second factors")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There are no addresses to send to."""
