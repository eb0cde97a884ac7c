"""``manage.py adopt FILE.json``: agencies, units, officers, places, policies, profiles, protocols, mailboxes and the like, each by an
event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.adopting.files import EntryRefused, UnreadableFile, adopt_as_system, read
from custody.adopting.kinds import KINDS


class Command(BaseCommand):
    """Adopt everything in a file, all or nothing."""

    help = (
        f"Adopt what a JSON file holds under {', '.join(KINDS)}: each entry by an event, all or nothing. "
        "What is on record already gets a new version; a lot of reagent is taken into stock once. "
        'The policy "flanders-2024" and the profile "belgium" are known by name; of every profile that is shipped, '
        "code and effective_at will do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = adopt_as_system(read(options["file"].read_bytes()))
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        except UnreadableFile as error:
            raise CommandError(f"{options['file']}: {error.params['why']}") from error
        except EntryRefused as refused:
            raise CommandError(f"{refused.params['where']}: {refused.error!r}") from refused
        for kind, count in counts.items():
            self.stdout.write(f"{kind}: {count}")
