"""Where the bytes lie: a folder of this machine, or S3-compatible storage; both behind Django's storage interface."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from custody.kit.errors import CustodyError

ALIAS = "attachments"
ORIGINAL, SHOWN, SMALL = "original", "shown", "small"
FORMS = (ORIGINAL, SHOWN, SMALL)
_PRIVATE = 0o700


class StorageAway(CustodyError):
    """Where photographs and documents are kept does not answer. Ask again in a moment."""

    code = "storage_away"
    category = "unavailable"


class Folder(FileSystemStorage):
    """A folder that only its owner reads. A file is there whole or not at all, also after a power cut."""

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        self._make(target.parent)
        # mkstemp makes it for the owner alone
        number, unfinished = tempfile.mkstemp(dir=target.parent, prefix=".unfinished-")
        try:
            with os.fdopen(number, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(target)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _sync(target.parent)
        return name

    def _make(self, folder: Path) -> None:
        root = Path(self.location)
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            inside = one == root or root in one.parents
            one.mkdir(mode=_PRIVATE if inside else 0o777, exist_ok=True)
            _sync(one.parent)


def _sync(folder: Path) -> None:
    """Make the folder's own entries last."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def storage() -> Iterator[Storage]:
    """The storage that the settings name.

    Raises:
        StorageAway: it does not answer, or refuses.
    """
    try:
        yield storages[ALIAS]
    except (BotoCoreError, ClientError, PermissionError) as error:
        raise StorageAway from error


def path_of(form: str, sha256: str) -> str:
    """The name of a file in the storage; nothing of it comes from a client."""
    return f"{form}/{sha256[:2]}/{sha256}"


def put(form: str, sha256: str, data: bytes) -> None:
    """Lay bytes down, whole, unless they lie there already."""
    name = path_of(form, sha256)
    with storage() as kept:
        if not kept.exists(name):
            kept.save(name, ContentFile(data))


def read(form: str, sha256: str) -> bytes:
    """The bytes.

    Raises:
        FileNotFoundError: there are none.
        StorageAway: it does not answer.
    """
    with storage() as kept, kept.open(path_of(form, sha256)) as file:
        data: bytes = file.read()
        return data


def there(form: str, sha256: str) -> bool:
    with storage() as kept:
        return kept.exists(path_of(form, sha256))


def remove(sha256: str) -> None:
    """Remove every form of a file; what is not there is no matter."""
    for form in FORMS:
        remove_path(path_of(form, sha256))


def remove_path(name: str) -> None:
    """Remove one file by its full name."""
    with storage() as kept:
        kept.delete(name)


def files() -> Iterator[tuple[str, str]]:
    """Every file that lies there: its full name, and the last part of it."""
    for form in FORMS:
        for shelf in _listed(form)[0]:
            for name in _listed(f"{form}/{shelf}")[1]:
                yield f"{form}/{shelf}/{name}", name


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        with storage() as kept:
            folders, names = kept.listdir(folder)
    except FileNotFoundError:
        return [], []
    return sorted(folders), sorted(names)


def laid_at(name: str) -> datetime:
    """When a file was laid down."""
    with storage() as kept:
        return kept.get_modified_time(name)
