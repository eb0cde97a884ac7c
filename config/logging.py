"""What is logged, and how: one line of JSON an event in production, plain lines otherwise.

Only names, codes and counts are logged, never what a request or an event holds: beside its message a line tells what
stands in :data:`TOLD`, and whatever else is put beside one is not written.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

#: What our own code may put beside a message, as ``extra``: a rule's code, an act's name, a number of the ledger, an id
#: of a clock, a keyed hash of a badge.
TOLD = ("act", "clock", "code", "count", "fault", "seq", "silent", "who", "why")


def _told(record: logging.LogRecord) -> dict[str, Any]:
    """What it tells beside its message; of a library's nothing, which may call a secret by one of our names."""
    if record.name.partition(".")[0] != "custody":
        return {}
    return {name: getattr(record, name) for name in TOLD if hasattr(record, name)}


def _json(told: Any) -> str:
    # An object would tell itself by its label.
    return json.dumps(told, ensure_ascii=False, default=lambda one: type(one).__name__)


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
            **_told(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _json(line)


class PlainLines(logging.Formatter):
    """A line for people, what it tells beside its message behind it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the library's name
        told = "".join(f" {name}={_json(one)}" for name, one in _told(record).items())
        return super().formatMessage(record) + told


class Routes(logging.Filter):
    """Puts the route in the place of a path: paths hold labels and case references."""

    def filter(self, record: logging.LogRecord) -> bool:
        if hasattr(record, "request"):
            match = record.request.resolver_match
            record.msg = "%s: /%s"
            record.args = (getattr(record, "status_code", "?"), match.route if match else "…")
        return True


def logging_for(*, production: bool) -> dict[str, Any]:
    """Django's ``LOGGING``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logging.JsonLines"},
            "plain": {"()": "config.logging.PlainLines"},
        },
        "filters": {
            "routes": {"()": "config.logging.Routes"},
            "traced": {"()": "config.tracing.Traced"},
        },
        "handlers": {
            "console": {
                "filters": ["routes", "traced"],
                "class": "logging.StreamHandler",
                "formatter": "json" if production else "plain",
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # Its default handlers mail tracebacks with local variables, which hold case data.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Queries carry their parameters.
            "django.db.backends": {"level": "WARNING"},
        },
    }
