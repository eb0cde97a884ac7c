"""``manage.py print_openapi``: the REST interface as it is, into the file that clients are generated from."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.generators import SchemaGenerator

from custody.management.breaking import breaking

FILE = Path("docs/openapi.json")
#: Tags whose clients we promised something: 1.0 and later.
RELEASES = "v[1-9]*"


class Command(BaseCommand):
    """Write the OpenAPI document into the repository, or say in what it differs from it."""

    help = f"Write the OpenAPI document to {FILE}; with --check, print every difference from it, and what breaks clients of the last release, and fail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]
        schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        text = json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        path = Path(settings.BASE_DIR) / FILE
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
            return
        committed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._keep_promises(json.loads(text))
        found = list(differences(committed, json.loads(text)))
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(
                f"{len(found)} differences from {FILE}: if they are meant, run print_openapi and commit it"
            )

    def _keep_promises(self, schema: Any) -> None:
        """Pass if clients of the last release, from 1.0 on, are served as before.

        Raises:
            CommandError: naming what would break them.
        """
        tag = _git("describe", "--tags", "--abbrev=0", "--match", RELEASES)
        if tag is None:
            return
        released = _git("show", f"{tag.strip()}:{FILE.as_posix()}")
        found = list(breaking(json.loads(released), schema)) if released else []
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(
                f"{len(found)} differences from {tag.strip()} would break its clients: keep what was, "
                "declare its Deprecation, and offer the other beside it"
            )


def _git(*arguments: str) -> str | None:
    """What git says in the project's folder; None where it knows of no such thing, or is not there."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def differences(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """What changed between two JSON documents, a line each: ``+`` came, ``-`` went, ``~`` is another.

    Args:
        old: as committed.
        new: as it is.
        at: where both stand in the whole.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            where = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
            if name not in new:
                yield f"- {where}"
            elif name not in old:
                yield f"+ {where}"
            else:
                yield from differences(old[name], new[name], where)
    elif old != new:
        yield f"~ {at}: {json.dumps(old)} → {json.dumps(new)}"
