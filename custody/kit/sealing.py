"""Secrets that have to be read again are kept encrypted: a copy of the database gives none of them away."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from custody.kit.errors import CustodyError


class SecretUnreadable(CustodyError):
    """A secret was kept under another CUSTODY_SECRET_KEY and cannot be read: make a new one."""

    code = "secret_unreadable"
    category = "conflict"


@cache
def _cipher(purpose: str, key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"custody {purpose}".encode()).derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))


def seal_secret(text: str, purpose: str) -> str:
    """The secret encrypted, under a key of its purpose that comes from ``CUSTODY_SECRET_KEY``."""
    return _cipher(purpose, settings.SECRET_KEY).encrypt(text.encode()).decode()


def open_secret(sealed: str, purpose: str) -> str:
    """What :func:`seal_secret` sealed.

    Raises:
        SecretUnreadable: it was sealed under another key, or for another purpose.
    """
    try:
        return _cipher(purpose, settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error
