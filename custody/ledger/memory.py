"""The last checkpoint, kept in a file outside of any database: what a signer or a witness goes by. Pure."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custody.kit.errors import CustodyError


class MemoryInUse(CustodyError):
    """Another process already works with {path}."""

    code = "memory_in_use"
    category = "conflict"


class Memory:
    """One signed note in one file; it is replaced whole, and on the disk before :meth:`keep` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> str | None:
        """What was kept last; None if nothing ever was. A file that is spoilt is told as it is: no note, so refused."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def keep(self, note: str) -> None:
        """Keep this one from now on."""
        replace(self.path, note)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else work with it while the block runs.

        Raises:
            MemoryInUse: somebody does.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise MemoryInUse(path=self.path) from None
            yield


def replace(path: Path, text: str) -> None:
    """Put a text in the place of a file, whole or not at all, and onto the disk."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
