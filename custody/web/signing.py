"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView

from custody.demo.cast import PASSWORD
from custody.ledger.queries import purpose
from custody.people.models import Officer


class SignInForm(AuthenticationForm):
    """Badge and password."""

    error_messages = {
        "invalid_login": "Badge and password do not fit together. Capitals and small letters differ.",
        "inactive": "This badge is on record, but out of service.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        badge, password = self.fields["username"], self.fields["password"]
        badge.label = "Badge"
        badge.widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        badge.error_messages["required"] = "Type your badge."
        password.error_messages["required"] = "Type your password."
        assert isinstance(password, forms.CharField)


class SignIn(LoginView):
    """The page that everybody sees first; on a demonstration it tells who can sign in."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if purpose() == "demonstration":
            context["password"] = PASSWORD
            context["logins"] = Officer.objects.filter(is_active=True).order_by("unit", "badge")
        return context


class SignOut(LogoutView):
    """Out, by POST alone."""
