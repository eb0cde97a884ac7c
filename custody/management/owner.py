"""Commands that change what the app's own role may not: they enter as the owner."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections


def require_owner() -> None:
    """Pass if there is a login that may become the owner.

    Raises:
        CommandError: naming the setting that is missing.
    """
    if "owner" not in settings.DATABASES:
        raise CommandError(
            "DATABASE_OWNER_URL is missing: set it to the login that may become custody_owner"
        )


def enter_as_owner() -> None:
    """Let everything that this process does in the database be done by the owner."""
    require_owner()
    connections["default"].close()
    connections["default"].settings_dict.update(connections["owner"].settings_dict)
