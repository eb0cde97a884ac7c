"""The command that signs: it enters as the signer, whose role alone adds tiles and checkpoints."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections


def enter_as_signer() -> None:
    """Let everything that this process does in the database be done by the signer.

    Raises:
        CommandError: naming the setting that is missing.
    """
    if "signer" not in settings.DATABASES:
        raise CommandError("DATABASE_SIGNER_URL is missing: set it to the login of the signer")
    connections["default"].close()
    connections["default"].settings_dict.update(connections["signer"].settings_dict)
