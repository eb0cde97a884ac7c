"""An address that will go says so for as long as it is there: in the headers of each answer, and in the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.http import http_date


@dataclass(frozen=True)
class Deprecation:
    """What a resource declares when something else is to be used.

    Attributes:
        since: from when on it should not be used any more.
        until: when it goes.
        instead: the address of what to use.
    """

    since: date
    until: date
    instead: str

    @property
    def headers(self) -> dict[str, str]:
        """`Deprecation` of RFC 9745, `Sunset` of RFC 8594 and the link to the successor of RFC 5829."""
        return {
            "Deprecation": f"@{_seconds(self.since)}",
            "Sunset": http_date(_seconds(self.until)),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }

    @property
    def sentence(self) -> str:
        """What the OpenAPI document adds to the description."""
        return f"Not to be used since {self.since}; it goes on {self.until}. Use `{self.instead}`."


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
