"""``python -m tests.words``: bring the catalogues up to what is said today, for somebody to translate what is new."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests.words.catalogues import LANGUAGES, said, update

    texts = said()
    for language in LANGUAGES:
        every, left = update(language, texts)
        sys.stdout.write(f"{language}: {every} texts, {left} to translate\n")
