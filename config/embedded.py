"""Where the embedded PostgreSQL of ``make run`` is to be found. It trusts whoever reaches its socket."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

NAME = "custody"


def cluster(data: Path) -> Path:
    """The server's own folder."""
    return data / "postgres"


def socket_folder(data: Path) -> Path:
    """The folder of the server's socket: its own, or a shorter one where that path is too long for a socket.

    The running server says so itself, on the fifth line of ``postmaster.pid``.
    """
    try:
        lines = (cluster(data) / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return Path(lines[4].strip() or cluster(data))
    except (OSError, IndexError):
        return cluster(data)


def url(data: Path, login: str, name: str = NAME) -> str:
    """The address of a database on the embedded server, without a password: it asks for none."""
    return f"postgresql://{login}@/{name}?host={quote(str(socket_folder(data)), safe='/')}"
