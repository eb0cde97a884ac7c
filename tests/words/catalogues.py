"""The catalogues: brought up to what is said today, compiled, and held against it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import polib

from tests.words import code, described, pages
from tests.words.message import Message, placeholders

LOCALE = pages.CUSTODY / "locale"
LANGUAGES = ("de", "fr", "nl")

Catalogue = dict[str, Message]


def said() -> Catalogue:
    """Every text that readers are told, by its English."""
    found: Catalogue = {}
    places: dict[str, set[str]] = defaultdict(set)
    for message in (
        *(one for path in pages.every_page() for one in pages.marked(path)),
        *(one for path in code.every_module() for one in code.written(path)),
        *described.described(),
    ):
        known = found.get(message.one)
        places[message.one].add(message.where)
        if known is not None and known.many != message.many:
            raise ValueError(f"{message.one}: counted in two ways, and a catalogue keeps one")
        if known is None:
            found[message.one] = message
    return {
        one: Message(one, found[one].many, min(places[one]))
        for one in sorted(found, key=lambda text: (min(places[text]), text))
    }


def source(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update(language: str, texts: Catalogue) -> tuple[int, int]:
    """Add what is new with nothing to say for it, drop what nobody says any more, and compile.

    Returns:
        How many texts there are, and for how many of them the language has nothing yet.
    """
    path = source(language)
    old = {one.msgid: one for one in polib.pofile(str(path))}
    new = polib.POFile(wrapwidth=0)
    new.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);"
        if language == "fr"
        else "nplurals=2; plural=(n != 1);",
    }
    for text, message in texts.items():
        entry = polib.POEntry(msgid=text, occurrences=[(message.where, "")])
        known = old.get(text)
        if message.many:
            entry.msgid_plural = message.many
            entry.msgstr_plural = {0: "", 1: ""}
            if known is not None:
                entry.msgstr_plural |= known.msgstr_plural or {0: known.msgstr}
        elif known is not None:
            entry.msgstr = known.msgstr or known.msgstr_plural.get(0, "")
        new.append(entry)
    new.save(str(path))
    new.save_as_mofile(str(path.with_suffix(".mo")))
    return len(new), len(new.untranslated_entries())


def faults(language: str, texts: Catalogue) -> list[str]:
    """What is wrong with a catalogue, each with the text that it is about."""
    path = source(language)
    known = {one.msgid: one for one in polib.pofile(str(path))}
    compiled = {one.msgid: one for one in polib.mofile(str(path.with_suffix(".mo")))}
    found = [f"nobody says any more: {text}" for text in known.keys() - texts.keys()]
    for text, message in texts.items():
        entry = known.get(text)
        if entry is None or bool(entry.msgid_plural) is not bool(message.many):
            found.append(f"not in the catalogue: {text}")
            continue
        told = [*entry.msgstr_plural.values()] if message.many else [entry.msgstr]
        if not all(told):
            found.append(f"not translated: {text}")
            continue
        wanted = placeholders(message.many or text)
        found += [
            f"other placeholders: {text}"
            for one in told
            if placeholders(one) not in (wanted, placeholders(text))
        ]
        if message.where == "acts" and not all(":" in one for one in told):
            found.append(f"no colon between name and promise: {text}")
        made = compiled.get(text)
        if made is None or (made.msgstr, made.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
            found.append(f"compiled otherwise: {text}")
    return sorted(found)
