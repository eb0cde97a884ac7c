"""Systems call by OAuth 2.0 client credentials: scoped, hashed, short, revoked at once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from allauth.idp.oidc.models import Token
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from custody.ledger.events import SYSTEM
from custody.people.rights import Role
from custody.people.services import enrol
from custody.reading.models import Read
from tests.cast import Cast, catch

pytestmark = pytest.mark.django_db


@pytest.fixture
def credentials(cast: Cast) -> dict[str, str]:
    return made("officer", "read", "act")


def made(badge: str, *scopes: str) -> dict[str, str]:
    out = StringIO()
    call_command("create_client", badge, "--scopes", *scopes, stdout=out)
    return dict(line.split("=", 1) for line in out.getvalue().split())


def token(credentials: dict[str, str], status: int = 200, **more: str) -> Any:
    answer = Client().post(
        "/identity/o/api/token", {"grant_type": "client_credentials", **credentials, **more}
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def ask(value: str, method: str = "GET", path: str = "exhibits/", told: Any = None) -> Any:
    return Client().generic(
        method,
        f"/api/v1/{path}",
        told or "",
        content_type="application/json",
        headers={"authorization": f"Bearer {value}", "idempotency-key": "by-a-system-1"},
    )


REPORT = '{"exhibit": "%s", "what": "seal", "details": "?"}'


def test_a_client_gets_a_token_and_acts_as_its_service_officer(
    cast: Cast, credentials: dict[str, str]
) -> None:
    _, (barrel,) = catch(cast)
    told = token(credentials)
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == 3600
    assert ask(told["access_token"]).json()["results"]
    answer = ask(told["access_token"], "POST", "acts/report", REPORT % barrel.label)
    assert answer.status_code == 201
    assert set(Read.objects.values_list("badge", flat=True)) == {"officer"}


def test_whom_a_system_asks_for_stands_beside_its_own_name_in_the_read_log(
    cast: Cast, credentials: dict[str, str]
) -> None:
    _, (barrel,) = catch(cast)
    value = token(credentials)["access_token"]
    for asked in ("", "?recipient=Port", f"?recipient={'x' * 200}"):
        assert ask(value, path=f"exhibits/{barrel.label}/epcis{asked}").status_code == 200
    client = OAuthClient.objects.get()
    system = f"{client.name} ({client.pk})"
    told = Read.objects.order_by("read_at").values_list("recipients", flat=True)
    assert list(told) == [system, f"{system}, for Port", f"{system}, for {'x' * 200}"]


def test_a_scope_narrows_what_a_token_does(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    value = token(made("officer", "read"))["access_token"]
    assert ask(value).status_code == 200
    refused = ask(value, "POST", "acts/report", REPORT % barrel.label)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    both = made("officer", "read", "act")
    narrowed = token(both, scope="act")["access_token"]
    assert ask(narrowed).status_code == 403
    token(made("officer", "read"), 400, scope="act")


def test_neither_secret_nor_token_is_kept(credentials: dict[str, str]) -> None:
    value = token(credentials)["access_token"]
    assert OAuthClient.objects.get().secret != credentials["client_secret"]
    assert value not in str(Token.objects.values())


@pytest.mark.parametrize("value", ["wrong", "é", "x" * 3000, "a b"])
def test_a_token_of_nobody_is_401(cast: Cast, value: str) -> None:
    answer = ask(value)
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_secret_gets_nothing(credentials: dict[str, str]) -> None:
    token(credentials | {"client_secret": "wrong"}, 401)
    token({"client_id": "nobody", "client_secret": "wrong"}, 401)
    assert not Token.objects.exists()


def test_an_expired_token_is_401(credentials: dict[str, str]) -> None:
    value = token(credentials)["access_token"]
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(value).status_code == 401


def test_everything_ends_at_once_when_it_is_revoked(
    cast: Cast, credentials: dict[str, str]
) -> None:
    value = token(credentials)["access_token"]
    browser = Client()
    cast.officer.set_password("tests only")
    cast.officer.save(update_fields=["password"])
    browser.post("/sign-in/", {"login": "officer", "password": "tests only"})
    assert browser.get("/").status_code == 200
    call_command("revoke", "officer", stdout=StringIO())
    assert ask(value).status_code == 401
    token(credentials, 401)
    assert browser.get("/").status_code == 302


def test_a_leaver_is_out_from_the_next_request_on(cast: Cast, credentials: dict[str, str]) -> None:
    value = token(credentials)["access_token"]
    browser = Client()
    browser.force_login(cast.officer)
    assert browser.get("/").status_code == 200
    enrol(
        badge="officer",
        name="Officer",
        unit="CUSTOMS/QUAY",
        roles=[Role.OFFICER],
        actor=SYSTEM,
        active=False,
    )
    assert ask(value).status_code == 401
    assert browser.get("/").status_code == 302


def test_a_client_is_for_somebody_in_service(cast: Cast) -> None:
    with pytest.raises(CommandError, match="not an officer in service"):
        made("nobody", "read")
