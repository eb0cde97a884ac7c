"""``manage.py print_lifecycle``: the transition table, for the documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.people.rights import HOLDERS, Right, roles_with
from custody.seizures.lifecycle import as_markdown


def page() -> str:
    """``docs/lifecycle.md``: the table, and who holds the rights that it names."""
    rights = "\n".join(
        f"| `{right.value}` | {', '.join(roles_with(right)) or 'nobody'} |" for right in Right
    )
    roles = ", ".join(role.value for role in HOLDERS)
    return (
        "# The life of an exhibit\n\n"
        "Printed by `python manage.py print_lifecycle`; a test keeps this page and the code equal.\n\n"
        f"{as_markdown()}\n\n"
        "## Who holds which right\n\n"
        f"Roles: {roles}.\n\n"
        f"| Right | Roles |\n|---|---|\n{rights}\n"
    )


class Command(BaseCommand):
    """Write the page, or check that it is the one that the code stands for."""

    help = "Print the lifecycle's table into docs/lifecycle.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say whether the page is right"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "lifecycle.md"
        if not options["check"]:
            path.write_text(page(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page():
            raise CommandError("docs/lifecycle.md is not what the code says: run print_lifecycle")
