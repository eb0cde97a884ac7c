"""Who acts when a command does."""

from __future__ import annotations

from django.core.management.base import CommandError

from custody.people.models import Officer


def acting(badge: str) -> Officer:
    """The officer in service with this badge.

    Raises:
        CommandError: there is none.
    """
    found = Officer.objects.select_related("unit").filter(pk=badge, is_active=True).first()
    if found is None:
        raise CommandError(f"{badge} is not an officer in service")
    return found
