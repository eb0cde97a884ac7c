"""Signing keys in files of their own, which nobody but their owner may read and nobody changes. Pure.

A file holds the key as text, and for how long it is good: two keys may be good at once, so that one follows the other.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.notes import KeyInvalid, SigningKey

_MODE = 0o400


class KeyFileUnsafe(CustodyError):
    """{path} is not safe: {why}."""

    code = "key_file_unsafe"


@dataclass(frozen=True)
class DatedKey:
    """A signing key and the time in which it signs."""

    key: SigningKey
    not_before: datetime
    not_after: datetime

    def in_force(self, at: datetime) -> bool:
        """Whether it signs at a moment."""
        return self.not_before <= at < self.not_after


def write(path: Path, dated: DatedKey) -> None:
    """Put a new key into a file that is not there yet.

    Raises:
        KeyFileUnsafe: the file exists, or cannot be written.
    """
    text = (
        f"{dated.key.secret()}\n"
        f"not-before {clock.to_text(dated.not_before)}\n"
        f"not-after {clock.to_text(dated.not_after)}\n"
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileUnsafe(path=path, why=f"it cannot be made ({error.strerror})") from error


def read(path: Path) -> DatedKey:
    """The key in a file.

    Raises:
        KeyFileUnsafe: others could read or change it, or it cannot be read.
        KeyInvalid: it holds something else.
        InvalidTime: its times are none.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) or stat.S_IMODE(mode) != _MODE:
            raise KeyFileUnsafe(
                path=path, why=f"its mode is {stat.S_IMODE(mode):04o}: chmod 0400 it"
            )
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileUnsafe(path=path, why=f"it cannot be read ({error})") from error
    if len(lines) != 3 or [line.partition(" ")[0] for line in lines[1:]] != [
        "not-before",
        "not-after",
    ]:
        raise KeyInvalid(why=f"{path} does not hold a key, not-before and not-after")
    begin, end = (clock.from_text(line.partition(" ")[2]) for line in lines[1:])
    return DatedKey(SigningKey.parse(lines[0]), begin, end)
