"""Signing in and out."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from allauth.socialaccount.adapter import get_adapter
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from custody.demo.cast import PASSWORD
from custody.ledger.queries import purpose
from custody.people.models import Officer
from custody.web.devices import badges_of, close_drafts
from custody.web.devices import forget as forget_device
from custody.web.identity import origins


class SignInForm(LoginForm):
    """Badge and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        badge, password = self.fields["login"], self.fields["password"]
        badge.label, password.label = _("Badge"), _("Password")
        badge.widget.attrs = {
            "autocapitalize": "none",
            "autocomplete": "username webauthn",
            "spellcheck": "false",
        }
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""
        badge.error_messages["required"] = _("Type your badge.")
        password.error_messages["required"] = _("Type your password.")


class SignIn(LoginView):
    """The page that everybody sees first; on a demonstration it tells who can sign in."""

    form_class = SignInForm
    template_name = "sign_in.html"

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response.posts_to = origins(self.request)  # type: ignore[attr-defined]
        return response

    def get_initial(self) -> dict[str, Any]:
        """The badge that was tapped, if it is one of this device's."""
        badge = self.request.GET.get("badge", "")
        return {"login": badge} if badge in badges_of(self.request) else {}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """429 with the seconds to wait, where guessing is slowed."""
        response: HttpResponse = super().form_invalid(form)
        for error in form.non_field_errors().as_data():
            if error.code == "wait":
                response.status_code = 429
                response.headers["Retry-After"] = str((error.params or {})["seconds"])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["recent"] = badges_of(self.request)
        context["providers"] = get_adapter().list_apps(self.request)
        if purpose() == "demonstration":
            context["password"] = PASSWORD
            context["logins"] = Officer.objects.filter(is_active=True).order_by("unit", "badge")
        return context


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take a badge off the list of those that signed in on this device."""
    response = redirect("sign_in")
    forget_device(request, response, request.POST.get("badge", ""))
    return response


class SignOut(LogoutView):
    """Out, by POST alone; the browser forgets what it has of us, but not that the device is the officer's own.

    Who switches tells the page (``next``) that the next one, once signed in, comes back to.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        officer = request.user
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        if isinstance(officer, Officer) and not request.user.is_authenticated:
            close_drafts(request, response, officer.badge)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
