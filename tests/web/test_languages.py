"""Pages in the reader's language: chosen on the device, else the browser's; numbers and dates with it, programs apart."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from custody.audit.words import mass, moment, said
from custody.kit.sentences import Sentence, joined
from custody.web.inputs import GramsField, NumberField
from tests.cast import Cast
from tests.web.conftest import Browser

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


def lang_of(page: bytes) -> str:
    return page.decode().partition('<html lang="')[2].partition('"')[0]


@pytest.mark.django_db
def test_the_browser_says_which_language_it_wants(client: Client) -> None:
    for asked, given in (("nl-BE,fr;q=0.5", "nl"), ("fr", "fr"), ("de-AT", "de"), ("ja", "en-gb")):
        answer = client.get("/sign-in/", headers={"accept-language": asked})
        assert lang_of(answer.content) == given
        assert answer["Content-Language"] == given
        assert {"Accept-Language", "Cookie"} <= {one.strip() for one in answer["Vary"].split(",")}


@pytest.mark.django_db
def test_what_the_reader_chose_counts_for_more_and_stays(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    where = "http://testserver/flags/?page=2"
    answer = browser.post("/language/", {"language": "fr"}, headers={"referer": where})
    assert answer["Location"] == where
    told = answer.cookies["custody-language"]
    assert (told["httponly"], told["samesite"]) == (True, "Lax")
    page = browser.get("/flags/", headers={"accept-language": "nl"})
    assert lang_of(page.content) == "fr"


@pytest.mark.django_db
def test_choosing_a_language_leads_nowhere_else(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "https://example.org/"})
    assert answer["Location"] == "/"
    assert (
        Client(enforce_csrf_checks=True).post("/language/", {"language": "de"}).status_code == 403
    )


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_missed_in_the_readers_language(client: Client) -> None:
    answer = client.get("/nowhere/", headers={"accept-language": "de"})
    assert answer.status_code == 404
    assert lang_of(answer.content) == "de"


@pytest.mark.django_db
def test_programs_are_answered_in_one_language(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)
    answers = [
        browser.get("/api/v1/exhibits/NX-00000000-0", headers={"accept-language": language})
        for language in ("en", "fr")
    ]
    assert answers[0].status_code == 404
    assert answers[0].json() == answers[1].json()
    assert "Content-Language" not in answers[1]


@pytest.mark.parametrize(
    ("language", "small", "large"),
    [
        ("en-gb", "12.5", "1234.5"),
        ("nl", "12,5", "1234,5"),
        ("fr", "12,5", "1234,5"),
        ("de", "12,5", "1234,5"),
    ],
)
def test_masses_have_the_decimal_mark_of_the_language(
    language: str, small: str, large: str
) -> None:
    with translation.override(language):
        assert mass(Decimal("12.500")) == f"{small}{NO_BREAK}g"
        assert mass(Decimal(1_234_500)) == f"{large[0]}{NARROW}{large[1:]}{NO_BREAK}kg"


def test_times_have_the_words_of_the_language() -> None:
    at = datetime(2026, 5, 8, 9, 5, tzinfo=UTC)
    with translation.override("en-gb"):
        assert moment(at) == "Fri 8 May 2026, 09:05 UTC"
    for language, word in (("nl", "mei"), ("fr", "mai"), ("de", "Mai")):
        with translation.override(language):
            assert word in moment(at).casefold() or word in moment(at)


@pytest.mark.parametrize("language", ["en-gb", "nl", "fr", "de"])
def test_a_decimal_comma_and_a_point_are_understood_in_every_language(language: str) -> None:
    with translation.override(language):
        for typed in ("12,5", "12.5", "12,50 g"):
            assert GramsField().clean(typed) == Decimal("12.5")
            assert NumberField().clean(typed.removesuffix(" g")) == Decimal("12.5")
        shown = GramsField().prepare_value(Decimal("1234.567"))
        assert GramsField().clean(shown) == Decimal("1234.567")


@pytest.mark.parametrize(
    ("language", "typed"), [("en-gb", "1,250"), ("nl", "1.250"), ("fr", "1.250"), ("de", "1.250")]
)
def test_what_may_be_a_thousand_or_one_is_asked_again(language: str, typed: str) -> None:
    with translation.override(language), pytest.raises(ValidationError):
        GramsField().clean(typed)


def test_a_sentence_is_said_whole_with_the_sentences_in_it() -> None:
    inner = Sentence("{label} is on hold", label="NX-1")
    both = joined([inner, "Stored"], "; ")
    assert both == "NX-1 is on hold; Stored"
    assert said(both) == both
    with translation.override("nl"):
        assert said(both).endswith("; Opgeslagen")
        assert said(both).startswith("NX-1 ")
