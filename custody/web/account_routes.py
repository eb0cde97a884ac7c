"""The sign-in library's own pages: second factors, sessions, a fresh proof, the agencies' providers.

Nobody signs up, and no mail is sent: what there is no address for cannot be reached.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.socialaccount import views as identity
from django.urls import include, path

from custody.web.identity import callback, start
from custody.web.signing import SignIn, SignOut

urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", SignOut.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("by/login/cancelled/", identity.login_cancelled, name="socialaccount_login_cancelled"),
    path("by/<str:provider_id>/login/", start, name="openid_connect_login"),
    path("by/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]
