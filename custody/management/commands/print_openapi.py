"""``manage.py print_openapi``: the REST interface as it is, into the file that clients are generated from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.generators import SchemaGenerator

FILE = Path("docs/openapi.json")


class Command(BaseCommand):
    """Write the OpenAPI document into the repository, or say in what it differs from it."""

    help = f"Write the OpenAPI document to {FILE}; with --check, print every difference from it and fail."

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
        found = list(differences(committed, json.loads(text)))
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(
                f"{len(found)} differences from {FILE}: if they are meant, run print_openapi and commit it"
            )


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
