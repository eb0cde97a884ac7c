"""Every text that a reader is told is in every language; nothing English stands on a page unmarked."""

from __future__ import annotations

import pytest

from tests.words import code, pages
from tests.words.catalogues import LANGUAGES, Catalogue, faults, said


@pytest.fixture(scope="module")
def texts() -> Catalogue:
    return said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_compiled(language: str, texts: Catalogue) -> None:
    """`python -m tests.words` adds what is new to the catalogues, and compiles them."""
    assert faults(language, texts) == []


def test_no_page_shows_a_text_that_is_not_marked_for_translation() -> None:
    found = {path.name: told for path in pages.every_page() if (told := pages.unmarked(path))}
    assert found == {}


def test_the_title_of_an_act_says_its_name_and_its_promise_in_every_language(
    texts: Catalogue,
) -> None:
    titles = [text for text, one in texts.items() if one.where == "acts"]
    assert len(titles) > 50
    assert all(text.count(": ") == 1 for text in titles)


def test_every_sentence_has_its_template_where_it_is_made() -> None:
    """Else nobody gathers it. A join is made of placeholders alone, and WHY_NOT is gathered by name."""
    found = {
        str(path.relative_to(pages.CUSTODY)) for path in code.every_module() if code.composed(path)
    }
    assert found == {"kit/sentences.py", "planning/explaining.py"}
