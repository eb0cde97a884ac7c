"""What a production start refuses: each refusal names the setting and its cure.

Settings are judged when they are read, so for every command. The database role is judged where serving begins
(``config.wsgi`` and Celery's worker and beat) and by ``manage.py check --database default``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from custody.kit.roles import unsafe_rights

DEVELOPMENT_SECRET = "development only: this key is published with the source"  # noqa: S105
SHORTEST_SECRET = 50


def refuse(faults: Sequence[str]) -> None:
    """Stop the start with all faults at once.

    Raises:
        ImproperlyConfigured: there is a fault.
    """
    if faults:
        raise ImproperlyConfigured(
            "refusing to start in production mode:\n"
            + "\n".join(f"  - {fault}" for fault in faults)
        )


def unsafe_settings(values: Mapping[str, Any]) -> list[str]:
    """The settings that production must not run with, each with its cure."""
    faults = []
    secret = values["SECRET_KEY"]
    if secret == DEVELOPMENT_SECRET:
        faults.append(
            "CUSTODY_SECRET_KEY is the published default: set it, or CUSTODY_SECRET_KEY_FILE, to"
            f" {SHORTEST_SECRET} or more random characters"
        )
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
        faults.append(
            f"CUSTODY_SECRET_KEY is too weak: set it to {SHORTEST_SECRET} or more random characters"
        )
    if values["DEBUG"]:
        faults.append("CUSTODY_DEBUG is True: set it to False, it shows case data on error pages")
    hosts = values["ALLOWED_HOSTS"]
    if not hosts:
        faults.append("CUSTODY_ALLOWED_HOSTS is empty: list the host names this site answers to")
    elif "*" in hosts:
        faults.append("CUSTODY_ALLOWED_HOSTS holds '*': list the host names this site answers to")
    if not values["DATABASE_URL"]:
        faults.append(
            "DATABASE_URL is missing: set it to postgresql://custody_app:password@host:port/database"
        )
    if not values["CELERY_BROKER_URL"]:
        faults.append(
            "CELERY_BROKER_URL is missing: set it, for instance to amqp://user:password@host:port/"
        )
    return faults


def unsafe_database() -> list[str]:
    """What the database role may do that it must not, each with its cure."""
    connection = connections["default"]
    connection.ensure_connection()
    return [
        f"DATABASE_URL: {fault}; use the login that `manage.py prepare_database` makes for the app"
        for fault in unsafe_rights(connection.connection)
    ]


def refuse_unsafe_database() -> None:
    """Stop a serving process whose database role is too strong.

    Raises:
        ImproperlyConfigured: in production mode, when the role is a superuser or owns the ledger.
    """
    if settings.PRODUCTION:
        try:
            refuse(unsafe_database())
        finally:
            # gunicorn and Celery fork after this: two processes must not share one connection.
            connections["default"].close()


@register(Tags.database)
def check_database_role(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The same refusal for ``manage.py check --database default``."""
    if not settings.PRODUCTION or "default" not in (databases or ()):
        return []
    return [Error(fault, id="custody.E001") for fault in unsafe_database()]
