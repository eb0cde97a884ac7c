"""``manage.py link_identity BADGE --provider ID --subject SUB``: who an agency's provider means by a subject."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.people.models import Officer


class Command(BaseCommand):
    """Let a subject of a provider sign in as an officer; nobody is linked by signing in."""

    help = "Link a subject of an OpenID Connect provider to an officer, who then may sign in by it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("badge", help="the officer")
        parser.add_argument("--provider", required=True, help="provider_id of CUSTODY_OIDC_FILE")
        parser.add_argument(
            "--subject", required=True, help="the claim sub that the provider sends"
        )
        parser.add_argument("--remove", action="store_true", help="take the link away instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove(options)
            return
        officer = Officer.objects.filter(pk=options["badge"], is_active=True).first()
        if officer is None:
            raise CommandError(f"{options['badge']} is not an officer in service")
        known = SocialAccount.objects.filter(
            provider=options["provider"], uid=options["subject"]
        ).first()
        if known and known.user_id != officer.badge:
            raise CommandError(f"This subject is {known.user_id} already")
        SocialAccount.objects.get_or_create(
            provider=options["provider"], uid=options["subject"], defaults={"user": officer}
        )
        self.stdout.write(
            f"{options['subject']} of {options['provider']} signs in as {officer.badge}"
        )

    def _remove(self, options: dict[str, Any]) -> None:
        gone, _ = SocialAccount.objects.filter(
            user=options["badge"], provider=options["provider"], uid=options["subject"]
        ).delete()
        if not gone:
            raise CommandError("There is no such link")
        self.stdout.write(f"{options['subject']} of {options['provider']} signs nobody in any more")
