"""What every answer tells browsers, and how sessions and passwords end."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from config.settings import AUTH_PASSWORD_VALIDATORS, PASSWORD_HASHERS
from custody.people.models import Officer
from tests.cast import PASSWORD, Cast, catch
from tests.config.test_production_refusals import ROOT, sound
from tests.web.conftest import browse

__all__ = ["browse"]

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/",
    "/sign-in/",
    "/account/password/",
    "/account/sessions/",
    "/account/second-factor/",
    "/people/",
    "/nowhere/",
    "/livez",
    "/metrics",
    "/api/v1/",
    "/api/v1/exhibits/",
    "/api/v1/docs/",
    "/api/v1/nowhere",
    "/static/web/frame.css",
    "/static/web/nothing.css",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("badge", ["supervisor", None])
def test_every_answer_bears_the_rules(cast: Cast, address: str, badge: str | None) -> None:
    client = Client()
    if badge:
        client.force_login(cast.officers[badge])
    answer = client.get(address)
    rules = dict(
        one.strip().partition(" ")[::2] for one in answer["Content-Security-Policy"].split(";")
    )
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Permissions-Policy"].startswith("camera=(self), geolocation=()")
    assert "Access-Control-Allow-Origin" not in answer
    assert "Server" not in answer
    assert "X-Powered-By" not in answer
    if answer.status_code != 304 and answer.headers.get("Content-Type", "").startswith("text/"):
        assert "charset" in answer["Content-Type"]
    if address.startswith("/static/") and answer.status_code == 200:
        assert "max-age" in answer["Cache-Control"]
    else:
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/api/v1/exhibits/", "/account/password/"])
def test_trace_and_other_methods_are_not_answered(cast: Cast, address: str) -> None:
    client = Client()
    client.force_login(cast.officer)
    for method in ("TRACE", "PROPFIND", "CONNECT"):
        answer = client.generic(method, address, headers={"x-echo": "echo this"})
        assert answer.status_code == 405 or answer["Location"] == "/", method
        assert b"echo this" not in answer.content


def test_signing_out_clears_what_the_browser_has(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer)
    answer = client.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def in_production(code: str) -> str:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import django; django.setup(); from django.conf import settings; {code}",
        ],
        cwd=ROOT,
        env=sound() | {"DJANGO_SETTINGS_MODULE": "config.settings", "CUSTODY_MODE": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_cookies_in_production_belong_to_this_host_and_to_tls_alone() -> None:
    told = in_production(
        "from custody.web.devices import device_cookie;"
        "print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, device_cookie());"
        "print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,"
        " settings.SESSION_COOKIE_HTTPONLY, settings.CSRF_COOKIE_HTTPONLY);"
        "print(settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.DEBUG);"
        "print(settings.SECURE_SSL_REDIRECT, settings.SECOND_FACTOR)"
    ).split()
    names, rest = told[:3], told[3:]
    assert all(name.startswith("__Host-") for name in names)
    assert rest[:4] == ["True"] * 4
    assert rest[4:8] == ["31536000", "True", "False", "True"]


def moved(client: Client, **seconds: int) -> None:
    session = client.session
    for name, back in seconds.items():
        session[f"custody_{name}"] -= back
    session.save()


@pytest.mark.parametrize(
    ("back", "status"),
    [
        ({"used": 59 * 60}, 200),
        ({"used": 61 * 60}, 302),
        ({"began": 11 * 3600}, 200),
        ({"began": 13 * 3600}, 302),
    ],
    ids=str,
)
def test_a_session_ends_an_hour_after_its_last_use_and_a_shift_after_it_began(
    cast: Cast, back: dict[str, int], status: int
) -> None:
    client = Client()
    client.force_login(cast.officer)
    assert client.get("/").status_code == 200
    moved(client, **back)
    assert client.get("/").status_code == status
    assert client.get("/api/v1/me").status_code == (200 if status == 200 else 401)


def entered(officer: Officer) -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"login": officer.badge, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def officer(cast: Cast) -> Officer:
    cast.officer.set_password(PASSWORD)
    cast.officer.save(update_fields=["password"])
    return cast.officer


def test_another_password_ends_every_other_session(officer: Officer) -> None:
    here, there = entered(officer), entered(officer)
    chosen = "four words of one's own"
    told = {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen}
    assert here.post("/account/password/", told | {"oldpassword": "wrong"}).status_code == 200
    assert here.post("/account/password/", told).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_signing_in_makes_a_session_of_a_new_name(officer: Officer) -> None:
    client = Client()
    client.get("/sign-in/")
    client.session["x"] = 1
    client.session.save()
    before = client.session.session_key
    client.post("/sign-in/", {"login": officer.badge, "password": PASSWORD})
    assert client.session.session_key != before
    first = client.session.session_key
    client.post("/sign-out/")
    client.cookies["custody"] = first
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short", False),
        ("elevenchars", False),
        ("123456789012345678901234", True),
        ("all small letters here", True),
        ("x" * 13 + "é 漢字 \U0001f511", True),
        ("correct horse battery " * 5, True),
        ("z7" * 64, True),
        ("1qaz2wsx3edc", False),
        ("custodycocaine", False),
        ("officer CUSTOMS quay", False),
        ("narcotics1234", False),
    ],
)
def test_passwords_are_long_and_not_known(
    cast: Cast, settings: Any, password: str, *, good: bool
) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = AUTH_PASSWORD_VALIDATORS
    if good:
        validate_password(password, cast.officer)
        return
    with pytest.raises(ValidationError):
        validate_password(password, cast.officer)


def test_passwords_are_taken_as_they_are_and_kept_by_argon2(
    officer: Officer, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    officer.set_password(PASSWORD)
    officer.save(update_fields=["password"])
    chosen = "  Spaces around, and CAPITALS é " + "x" * 90
    client = entered_by_force(officer)
    told = {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen}
    assert client.post("/account/password/", told).status_code == 302
    officer.refresh_from_db()
    assert officer.password.startswith("argon2$argon2id$")
    assert officer.check_password(chosen)
    for wrong in (chosen.strip(), chosen.lower(), chosen[:72]):
        assert not officer.check_password(wrong)


def entered_by_force(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def test_a_password_field_masks_and_lets_password_managers_in(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_an_address_cannot_be_forged_by_a_header(cast: Cast) -> None:
    """Without a proxy told of, what a client says about its address is nothing."""
    stranger = Client()
    for number in range(8):
        answer = stranger.post(
            "/sign-in/",
            {"login": "officer", "password": f"guess {number}"},
            headers={"x-forwarded-for": f"192.0.2.{number}"},
        )
    assert answer.status_code == 429


def test_an_error_tells_nobody_what_went_wrong_inside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (barrel,) = catch(cast)
    client = Client(raise_request_exception=False)
    client.force_login(cast.officer)

    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("custody.web.exhibits.show", fall)
    answer = client.get(f"/exhibits/{barrel.label}/")
    assert answer.status_code == 500
    for secret in ("secret inside", "Traceback", "RuntimeError", barrel.label):
        assert secret not in answer.content.decode()
