"""``manage.py preview_policy``: what would have been late under another policy."""

from __future__ import annotations

import json
from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.deadlines.clocks import Level
from custody.deadlines.preview import Comparison, Tally, labels, preview
from custody.kit.errors import CustodyError

_SHOWN = 20


class Command(BaseCommand):
    """Judge the whole record by a policy, and change nothing."""

    help = "Say what would have been late if the policy of a JSON file had always held. Nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=FileType("rb"), help="The policy, as `adopt` takes it.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = preview(json.load(options["file"]))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise CommandError(f"The file is no JSON: {error}") from error
        except CustodyError as error:
            raise CommandError(f"{error.field}: {error}") from error
        self.stdout.write(_table(found))
        for told, exhibits in (
            ("Late only under it", found.newly_late),
            ("Late no longer under it", found.no_longer_late),
        ):
            named = labels(exhibits)
            more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
            self.stdout.write(f"{told}: {len(named)}. {', '.join(named[:_SHOWN])}{more}".rstrip())


def _table(found: Comparison) -> str:
    lines = [
        f"{'clock':<26}{'':<12}{'ran':>9}{'soon':>9}{'due':>9}{'escalated':>11}{'hours late':>13}"
    ]
    for name in sorted({*found.as_was, *found.would_be}):
        for told, tallies in (("as it was", found.as_was), ("would be", found.would_be)):
            lines.append(f"{name:<26}{told:<12}{_figures(tallies.get(name, Tally()))}")
    return "\n".join(lines)


def _figures(tally: Tally) -> str:
    soon, due, escalated = (
        tally.reached[level] for level in (Level.SOON, Level.DUE, Level.ESCALATED)
    )
    return f"{tally.ran:>9}{soon:>9}{due:>9}{escalated:>11}{tally.late_seconds / 3600:>13,.1f}"
