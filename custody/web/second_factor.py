"""A second factor for whoever can write or hand records out, and a fresh proof before what cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable

from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from custody.people.models import Officer
from custody.people.proofs import forget_suspended, in_force, lacks_fresh_proof
from custody.people.rights import Right
from custody.web.session_limits import PUBLIC

#: Rights that make statistics and nothing else; all others write, look after reading, or hand records out.
READING = frozenset({Right.COUNT})


def _lacks(officer: Officer) -> bool:
    return not officer.rights <= READING and not is_mfa_enabled(officer)


def demand(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Lead who came with a first password to where they choose their own, and a signed-in writer without a second
    factor to the page that sets one up; and nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(PUBLIC):
            return get_response(request)
        officer = request.user
        if not isinstance(officer, Officer):
            return get_response(request)
        if officer.password_until and not _changes_password(request.path):
            if request.path.startswith("/api/"):
                return _refusal(
                    "first_password", "Choose your own password first: /account/password/."
                )
            return redirect("account_change_password")
        if _is_way_in(request.path) or not in_force():
            return get_response(request)
        if not _lacks(officer):
            return get_response(request)
        if request.path.startswith("/api/"):
            return _refusal(
                "second_factor_missing",
                "Set up a second factor on the pages first: /account/second-factor/.",
            )
        return redirect("mfa_index")

    return middleware


def _refusal(code: str, detail: str) -> JsonResponse:
    problem = {
        "type": f"/api/v1/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": 403,
        "detail": detail,
        "code": code,
        "field": None,
        "legal": [],
        "errors": [],
    }
    return JsonResponse(problem, status=403, content_type="application/problem+json")


def _changes_password(path: str) -> bool:
    return path.startswith(
        ("/account/password/", "/account/reauthenticate/", "/sign-out/", "/language/")
    )


def _is_way_in(path: str) -> bool:
    return path.startswith(("/account/", "/sign-in/", "/sign-out/", "/language/"))


def require_fresh_proof(request: HttpRequest) -> None:
    """Pass if who sits there proved who they are within the last five minutes, where second factors are in force.

    Raises:
        ReauthenticationRequired: the library asks for the proof and then goes on with the request.
    """
    if request.method != "POST" and in_force():
        # A proof that is given to read would send what somebody thought better of.
        forget_suspended(request)
    if lacks_fresh_proof(request):
        raise ReauthenticationRequired
