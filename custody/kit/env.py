"""Settings from the environment, read strictly: a value that is not understood stops the start.

Whatever is secret may come from a file instead: ``NAME_FILE`` holds the path, ``NAME`` is then left out.
"""

from __future__ import annotations

import os
from pathlib import Path

from custody.kit.errors import InvalidSetting


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file that ``name_FILE`` points to.

    Raises:
        InvalidSetting: both are set, or the file cannot be read or is empty.
    """
    file_name = os.environ.get(f"{name}_FILE", "")
    value = os.environ.get(name, "")
    if not file_name:
        return value or default
    if value:
        raise InvalidSetting(
            name=f"{name}_FILE", value=file_name, expected=f"{name} is set too; keep one of them"
        )
    try:
        content = Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidSetting(
            name=f"{name}_FILE", value=file_name, expected=f"it cannot be read ({fault})"
        ) from None
    if not content:
        raise InvalidSetting(name=f"{name}_FILE", value=file_name, expected="the file is empty")
    return content


def boolean(name: str, *, default: bool) -> bool:
    """``True`` or ``False``, spelt exactly so: a mistyped DEBUG must not pass for true.

    Raises:
        InvalidSetting: it is spelt otherwise.
    """
    value = os.environ.get(name, "")
    if value in {"True", "False"}:
        return value == "True"
    if value:
        raise InvalidSetting(name=name, value=value, expected="write True or False")
    return default


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within its limits.

    Raises:
        InvalidSetting: it is not a number, or outside ``least`` to ``most``.
    """
    value = os.environ.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise InvalidSetting(
            name=name, value=value, expected=f"write a whole number from {least} to {most}"
        )
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without empty words."""
    return [word for raw in text(name, default).split(",") if (word := raw.strip())]


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    """One of the ``options``.

    Raises:
        InvalidSetting: it is none of them.
    """
    value = os.environ.get(name, "") or default
    if value not in options:
        raise InvalidSetting(name=name, value=value, expected=f"write one of {', '.join(options)}")
    return value


def address(name: str) -> str:
    """A web address, or nothing.

    Raises:
        InvalidSetting: it is no http or https URL.
    """
    value = text(name)
    if value and not value.startswith(("https://", "http://")):
        raise InvalidSetting(name=name, value=value, expected="write https://…")
    return value
