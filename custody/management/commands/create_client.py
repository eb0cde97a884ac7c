"""``manage.py create_client BADGE``: a client for a system that calls by itself."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.people.models import Officer

SCOPES = ("read", "act")


class Command(BaseCommand):
    """Print a new client's id and secret; only the secret's hash is kept."""

    help = "Make an OAuth 2.0 client (client credentials) for a service officer. The secret is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge", help="the service officer by whom the system acts")
        parser.add_argument("--name", default="", help="what the system is called")
        parser.add_argument(
            "--scopes", nargs="+", choices=SCOPES, default=["read"], help="what its tokens are for"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.filter(pk=options["badge"], is_active=True).first()
        if officer is None:
            raise CommandError(f"{options['badge']} is not an officer in service")
        secret = get_adapter().generate_client_secret()
        client = Client(name=options["name"] or officer.badge, owner=officer)
        client.set_secret(secret)
        client.set_scopes(options["scopes"])
        client.set_default_scopes(options["scopes"])
        client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
        client.save(force_insert=True)
        self.stdout.write(f"client_id={client.id}\nclient_secret={secret}")
