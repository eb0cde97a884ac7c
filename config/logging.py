"""What is logged, and how: one line of JSON an event in production, plain lines otherwise.

Only names, codes and counts are logged, never what a request or an event holds.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


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
            "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
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
