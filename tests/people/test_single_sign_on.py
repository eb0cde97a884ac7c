"""Officers sign in by their agency's provider: by the linked subject, and by a token that is good in every respect."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command
from django.test import Client

from config.providers import providers
from custody.kit.errors import InvalidSetting
from custody.people.models import Officer
from tests.cast import Cast
from tests.people.identity_providers import REAL, Liar, lying_provider, real_provider

pytestmark = pytest.mark.django_db

START = "/account/by/agency/login/"
BACK = "/account/by/agency/login/callback/"


def knows(settings: Any, issuer: str, name: str = "agency") -> None:
    """Let the operator have written this provider into the file."""
    app = {
        "provider_id": name,
        "name": "The agency",
        "client_id": "custody",
        "secret": "a secret of the tests",
        "settings": {"server_url": issuer, "fetch_userinfo": False},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }


def link(badge: str = "officer", subject: str = "s-1", provider: str = "agency") -> None:
    call_command(
        "link_identity", badge, "--provider", provider, "--subject", subject, stdout=StringIO()
    )


def link_gone() -> None:
    call_command(
        "link_identity",
        *("officer", "--provider", "agency", "--subject", "s-1", "--remove"),
        stdout=StringIO(),
    )


def who(client: Client) -> str | None:
    """The badge that is signed in."""
    return client.session.get("_auth_user_id")


# A real provider --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    if not REAL.exists():
        pytest.skip("needs the tools of make client-tools")
    with real_provider() as address:
        yield address


def go(client: Client, subject: str) -> Any:
    """The walk of a browser: the button, the provider's form, and back."""
    started = client.post(START)
    assert started.status_code == 302, started.content
    asked = parse_qs(urlsplit(started["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    at_provider = requests.post(
        started["Location"], data={"sub": subject}, allow_redirects=False, timeout=30
    )
    assert at_provider.status_code == 302, at_provider.text
    return client.get(at_provider.headers["Location"])


@pytest.mark.slow
def test_a_linked_subject_signs_in_as_its_badge(cast: Cast, settings: Any, issuer: str) -> None:
    knows(settings, issuer)
    link()
    client = Client()
    page = client.get("/sign-in/")
    assert "Sign in by The agency" in page.content.decode()
    assert f"form-action 'self' {issuer}" in page["Content-Security-Policy"]
    assert go(client, "s-1")["Location"] == "/"
    assert who(client) == "officer"
    assert "<b>officer</b>" in client.get("/").content.decode()
    kept = SocialAccount.objects.get().extra_data
    assert set(kept["id_token"]) == {"iss", "sub"}


@pytest.mark.slow
def test_nobody_is_linked_and_nobody_is_made_by_signing_in(
    cast: Cast, settings: Any, issuer: str
) -> None:
    knows(settings, issuer)
    before = Officer.objects.count()
    client = Client()
    for subject in ("s-2", "officer"):
        answer = go(client, subject)
        assert "no badge here is linked" in answer.content.decode()
        assert who(client) is None
    assert Officer.objects.count() == before
    assert not SocialAccount.objects.exists()


@pytest.mark.slow
def test_a_code_works_once(cast: Cast, settings: Any, issuer: str) -> None:
    knows(settings, issuer)
    link()
    client = Client()
    started = client.post(START)
    back = requests.post(
        started["Location"], data={"sub": "s-1"}, allow_redirects=False, timeout=30
    ).headers["Location"]
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 401
    assert who(client) is None


@pytest.mark.slow
def test_a_token_that_is_over_signs_nobody_in(cast: Cast, settings: Any) -> None:
    if not REAL.exists():
        pytest.skip("needs the tools of make client-tools")
    with real_provider(token_seconds=-120) as issuer:
        knows(settings, issuer)
        link()
        client = Client()
        assert go(client, "s-1").status_code == 401
        assert who(client) is None


# One that lies ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lying() -> Iterator[Liar]:
    with lying_provider() as liar:
        yield liar


@pytest.fixture
def liar(lying: Liar, cast: Cast, settings: Any) -> Liar:
    """The liar at its most honest, known to the house, with a badge linked to its subject."""
    lying.claims, lying.metadata, lying.answer = {}, {}, None
    lying.elsewhere = None
    lying.signed_by, lying.algorithm, lying.kid = None, "RS256", "k1"
    knows(settings, lying.issuer)
    link()
    return lying


def come_back(client: Client, liar: Liar, **told: str) -> Any:
    """Start, and come back as if the provider had sent us, with what it says about this sign-in."""
    started = client.post(START)
    assert started.status_code == 302
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(started["Location"]).query).items()
    }
    liar.nonce = asked["nonce"]
    return client.get(BACK, {"code": "c", "state": asked["state"], **told})


def refused(client: Client, answer: Any) -> bool:
    return (
        answer.status_code == 401
        and "nobody was signed in" in answer.content.decode()
        and who(client) is None
    )


def test_told_the_truth_the_liar_is_believed(liar: Liar) -> None:
    client = Client()
    assert come_back(client, liar)["Location"] == "/"
    assert who(client) == "officer"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"},
        {"aud": "somebody-else"},
        {"aud": ["custody", "somebody-else"], "azp": "somebody-else"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": None},
        {"iat": None},
        {"aud": None},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_in_one_respect_signs_nobody_in(
    liar: Liar, claims: dict[str, Any]
) -> None:
    liar.claims = claims
    client = Client()
    assert refused(client, come_back(client, liar))


def test_a_signature_by_a_key_that_is_not_published_is_refused(liar: Liar) -> None:
    liar.signed_by = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client = Client()
    assert refused(client, come_back(client, liar))
    liar.kid = "k2"
    assert refused(client, come_back(client, liar))


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("none", ""), ("HS256", "a secret of the tests, and long enough to be one")],
)
def test_an_algorithm_that_anybody_could_use_is_refused(
    liar: Liar, algorithm: str, key: str
) -> None:
    liar.algorithm, liar.signed_by = algorithm, key
    client = Client()
    assert refused(client, come_back(client, liar))


def test_a_provider_without_a_token_about_the_person_is_not_asked_otherwise(liar: Liar) -> None:
    liar.answer = {"access_token": "a", "token_type": "Bearer"}
    client = Client()
    assert refused(client, come_back(client, liar))


@pytest.mark.parametrize("state", ["", "x" * 16])
def test_a_wrong_state_is_refused(liar: Liar, state: str) -> None:
    client = Client()
    assert refused(client, come_back(client, liar, state=state))


def test_who_stops_at_the_provider_is_led_back(liar: Liar) -> None:
    client = Client()
    state = parse_qs(urlsplit(client.post(START)["Location"]).query)["state"][0]
    answer = client.get(BACK, {"error": "access_denied", "state": state})
    assert answer["Location"] == "/account/by/login/cancelled/"
    assert "Back to signing in" in client.get(answer["Location"]).content.decode()
    assert who(client) is None


def test_what_another_browser_started_is_not_taken_over(liar: Liar) -> None:
    officer, stranger = Client(), Client()
    started = officer.post(START)
    asked = parse_qs(urlsplit(started["Location"]).query)
    liar.nonce = asked["nonce"][0]
    assert refused(stranger, stranger.get(BACK, {"code": "c", "state": asked["state"][0]}))


def test_metadata_of_another_issuer_are_refused(liar: Liar) -> None:
    liar.metadata = {"issuer": "https://another.example"}
    client = Client()
    assert refused(client, client.post(START))


def test_a_provider_that_cannot_be_reached_is_told_kindly(liar: Liar, settings: Any) -> None:
    knows(settings, "http://127.0.0.1:9")
    client = Client()
    assert refused(client, client.post(START))


def test_a_provider_that_sends_us_elsewhere_is_not_followed(liar: Liar) -> None:
    liar.elsewhere = "http://127.0.0.1:9/"
    client = Client()
    assert refused(client, client.post(START))


def test_who_is_out_of_service_stays_out(liar: Liar, cast: Cast) -> None:
    Officer.objects.filter(pk="officer").update(is_active=False)
    client = Client()
    answer = come_back(client, liar)
    assert "out of service" in client.get(answer["Location"]).content.decode()
    assert who(client) is None
    with pytest.raises(CommandError, match="not an officer in service"):
        link("officer", "s-3")


def test_a_second_factor_is_asked_for_all_the_same(liar: Liar, cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    client = Client()
    come_back(client, liar)
    assert client.get("/")["Location"] == "/account/second-factor/"
    Authenticator.objects.create(user=cast.officer, type="totp", data={"secret": "x"})
    again = Client()
    assert come_back(again, liar)["Location"].startswith("/account/second-factor/authenticate/")
    assert who(again) is None


def test_a_subject_of_one_provider_is_nobody_at_another(liar: Liar, settings: Any) -> None:
    SocialAccount.objects.update(provider="another")
    client = Client()
    assert "no badge here is linked" in come_back(client, liar).content.decode()
    assert who(client) is None


def test_who_is_signed_in_links_nothing_to_their_own_badge(liar: Liar, cast: Cast) -> None:
    link_gone()
    client = Client()
    client.force_login(cast.keeper)
    for process in ("connect", "redirect"):
        started = client.post(f"{START}?process={process}")
        asked = parse_qs(urlsplit(started["Location"]).query)
        liar.nonce = asked["nonce"][0]
        answer = client.get(BACK, {"code": "c", "state": asked["state"][0]})
        assert answer.status_code == 401
    assert not SocialAccount.objects.exists()


def test_a_link_does_not_choose_what_the_provider_is_asked(liar: Liar) -> None:
    started = Client().post(f"{START}?auth_params=prompt%3Dnone&scope=email")
    asked = parse_qs(urlsplit(started["Location"]).query)
    assert "prompt" not in asked
    assert asked["scope"] == ["openid"]


def test_nobody_is_sent_to_a_provider_without_pressing_a_button(liar: Liar) -> None:
    page = Client().get(START)
    assert page.status_code == 200
    assert f"form-action 'self' {liar.issuer}" in page["Content-Security-Policy"]
    assert Client().get("/account/by/nobody/login/").status_code == 404


def test_a_subject_belongs_to_one_badge(cast: Cast) -> None:
    link()
    link()
    assert SocialAccount.objects.count() == 1
    with pytest.raises(CommandError, match="is officer already"):
        link("keeper")


def test_a_link_that_is_taken_away_signs_nobody_in(liar: Liar) -> None:
    link_gone()
    client = Client()
    assert "no badge here is linked" in come_back(client, liar).content.decode()
    assert who(client) is None
    with pytest.raises(CommandError, match="no such link"):
        link_gone()


def test_an_issuer_without_tls_is_refused(tmp_path: Any) -> None:
    told = (
        '[{"provider_id": "a", "name": "A", "client_id": "c", "secret": "s", "server_url": "%s"}]'
    )
    file = tmp_path / "oidc.json"
    file.write_text(told % "https://login.example")
    assert providers(str(file))
    file.write_text(told % "http://login.example")
    with pytest.raises(InvalidSetting, match="https"):
        providers(str(file))


@pytest.mark.parametrize("odd", ["%00", "a%00b", "x" * 3000])
def test_no_provider_has_an_odd_name(settings: Any, odd: str) -> None:
    knows(settings, "https://provider.example")
    for path in ("login", "login/callback"):
        assert Client().get(f"/account/by/{odd}/{path}/").status_code == 404
