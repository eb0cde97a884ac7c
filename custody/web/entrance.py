"""How one gets in: what the sign-in library asks of us."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import user_logged_in as entered
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import PermissionDenied, ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from custody.audit.words import said
from custody.kit import clock
from custody.kit.sealing import open_secret, seal_secret
from custody.people.backoff import (
    TooManyFailures,
    forget_failures,
    note_failure,
    require_patience,
)
from custody.people.models import Officer
from custody.people.pseudonyms import who
from custody.web.devices import knows, remember
from custody.web.identity import NotBelieved, VerifiedProvider

logger = logging.getLogger(__name__)


def note(badge: str, way: str, *, good: bool) -> None:
    """Log that somebody tried to get in, by a hash of the badge."""
    level = logging.INFO if good else logging.WARNING
    logger.log(level, "sign-in by %s %s: %s", way, "good" if good else "failed", who(badge))


@receiver(user_logged_in)
def _entered(user: Officer, **_: Any) -> None:
    note(user.badge, "all factors", good=True)


@receiver(entered)
def _at_home(request: HttpRequest, response: HttpResponse, user: Officer, **_: Any) -> None:
    """By password, passkey or provider: with all factors proved, the device is known as theirs."""
    remember(request, response, user.badge)


@receiver(user_logged_out)
def _left(user: Officer | None, **_: Any) -> None:
    if user:
        logger.info("signed out: %s", who(user.badge))


class AccountAdapter(DefaultAccountAdapter):
    """Officers enter by adoption: nobody signs up, and no mail is sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "Badge and password do not fit together. Capitals and small letters differ."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Officer, password: str) -> None:
        """The officer's own from now on, and no first one any more."""
        user.password_until = None
        super().set_password(user, password)

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
            note(badge, "password, too early", good=False)
            raise ValidationError(said(error), code="wait", params=error.params) from error
        found: Officer | None = super().authenticate(request, **credentials)
        if found and found.password_until and found.password_until <= clock.now():
            found = None  # a first password that nobody used in time
        note(badge, "password", good=found is not None)
        if found is None:
            note_failure(badge, **place)
        else:
            forget_failures(badge, **place)
        return found


class IdentityAdapter(DefaultSocialAccountAdapter):
    """An agency's provider says who somebody is; which badge that is, an administrator has said before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign in, and nothing else: nobody links a provider to a badge in a browser, their own neither.

        Raises:
            PermissionDenied: something else was asked for.
        """
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise PermissionDenied

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Exception | None = None, **_: Any
    ) -> None:
        """Tell operators what did not hold; never what the provider said."""
        why = exception if isinstance(exception, NotBelieved) else type(exception).__name__
        logger.warning("sign-in by the provider %s failed: %s", provider.app.provider_id, why)

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Any:
        app = self.get_app(request, provider=provider, client_id=client_id)
        return VerifiedProvider(request, app=app)

    def get_requests_session(self) -> Any:
        """Providers are asked where the operator said, and nowhere that they send us."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted: a copy of the database signs nobody in."""

    def encrypt(self, text: str) -> str:
        return seal_secret(text, "second factors")

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text, "second factors")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There are no addresses to send to."""
