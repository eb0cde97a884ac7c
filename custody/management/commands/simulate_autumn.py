"""``manage.py simulate_autumn --out docs``: the Antwerp autumn of 2023 once more, into ``docs/antwerp-2023.md``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from custody.planning.antwerp.report import outcomes, page, pictures


class Command(BaseCommand):
    """Plan the autumn day by day under every scenario, and write what comes of it."""

    help = (
        "Plan the Antwerp autumn of 2023 under several assumptions; takes minutes, touches no data."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=Path("docs"), help="the folder; docs")

    def handle(self, *args: Any, **options: Any) -> None:
        found = outcomes()
        files = {"antwerp-2023.md": page(found), **pictures(found)}
        for name, text in files.items():
            (options["out"] / name).write_text(text, encoding="utf-8")
            self.stdout.write(str(options["out"] / name))
