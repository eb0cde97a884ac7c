"""``python -m tests.ledger.print_guard``: write anew how a database stands guard that has just been migrated."""

from __future__ import annotations

import os

import django

from tests.postgres import running_server

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command

    from custody.ledger import guard
    from tests.conftest import _enter

    with running_server() as server:
        server.prepare()
        _enter(server, server.template)
        call_command("migrate", verbosity=0)
        guard.FACTS.write_text(guard.facts())
