"""``manage.py revoke BADGE``: everything by which somebody gets in, taken away at once."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client, Token
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from knox.models import AuthToken

from custody.people.models import Officer


class Command(BaseCommand):
    """Tokens, clients and sessions of an officer end; password and second factors stay."""

    help = "End every token, client and session of an officer at once. To take a leaver out of service, adopt them inactive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge", help="whose")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.filter(pk=options["badge"]).first()
        if officer is None:
            raise CommandError(f"{options['badge']} is not an officer on record")
        sessions = UserSession.objects.filter(user=officer)
        keys = list(sessions.values_list("session_key", flat=True))
        counts = {
            "tokens": AuthToken.objects.filter(user=officer).delete()[0],
            "client tokens": Token.objects.filter(client__owner=officer).delete()[0],
            "clients": Client.objects.filter(owner=officer).delete()[0],
            "sessions": Session.objects.filter(session_key__in=keys).delete()[0],
        }
        sessions.delete()
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()) + " ended")
