"""The time-stamp authorities that are asked about checkpoints, from a file that an operator writes (docs/operations.md)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from custody.kit.errors import InvalidSetting
from custody.ledger.authorities import Authority

_NEEDED = frozenset({"name", "url", "ca_file"})
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def authorities(file_name: str) -> tuple[Authority, ...]:
    """The authorities in a JSON list, each entry with ``name``, ``url`` and ``ca_file``; none without a file.

    Raises:
        InvalidSetting: the file cannot be read, an entry lacks a member or has another, a name is not one for a file or
            is there twice, an address is no http or https URL.
    """
    if not file_name:
        return ()
    try:
        told = json.loads(Path(file_name).read_text(encoding="utf-8"))
        found = tuple(
            Authority(one["name"], one["url"], Path(one["ca_file"]))
            for one in told
            if one.keys() == _NEEDED and all(isinstance(value, str) for value in one.values())
        )
    except (OSError, ValueError, AttributeError, TypeError) as fault:
        raise _invalid(file_name, f"it cannot be read ({fault})") from None
    if len(found) != len(told):
        raise _invalid(file_name, f"each entry has {', '.join(sorted(_NEEDED))} and nothing else")
    if len({one.name for one in found}) != len(found):
        raise _invalid(file_name, "no name stands there twice")
    for one in found:
        if not _NAME.fullmatch(one.name):
            raise _invalid(one.name, "a name has small letters, digits and hyphens, at most 40")
        if not one.url.startswith(("https://", "http://")):
            raise _invalid(one.url, "an address begins with https:// or http://")
    return found


def _invalid(value: str, expected: str) -> InvalidSetting:
    return InvalidSetting(name="CUSTODY_TIMESTAMP_FILE", value=value, expected=expected)
