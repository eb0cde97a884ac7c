"""Signed notes (C2SP signed-note): a text and the signatures under it. Pure.

Each key has a name and a type, and the type's byte says by which algorithm it signs: Ed25519 for the log, time-stamped
Ed25519 for its witnesses. A signature by a key that the reader does not know is kept and believed nothing.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from custody.kit.errors import CustodyError

#: More signatures than any honest note has; a reader's work must have a bound.
MOST_SIGNATURES = 64
MOST_BYTES = 1_000_000
_SECRET = "PRIVATE+KEY+"  # noqa: S105  how such a file begins
_NAME = re.compile(r"[^\s+]+")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NoteInvalid(CustodyError):
    """The signed note does not hold: {why}."""

    code = "note_invalid"


class KeyInvalid(CustodyError):
    """This is no key: {why}."""

    code = "key_invalid"


class KeyType(IntEnum):
    """The algorithms that are understood, by the byte that C2SP assigns to each."""

    ED25519 = 0x01
    #: What a witness says, and when: cosignature/v1.
    COSIGNATURE = 0x04


@dataclass(frozen=True)
class VerifierKey:
    """A public key that a reader got from somewhere it trusts.

    Attributes:
        name: whose, such as ``custody.example``; no spaces, no plus sign.
        type: by which algorithm it signs.
        public: 32 bytes (RFC 8032).
    """

    name: str
    type: KeyType
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as it is handed on: name, id and bytes."""
        told = b64encode(bytes([self.type]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{told}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key that was handed on.

        Raises:
            KeyInvalid: it is none, or its id is another key's.
        """
        name, key_id, told = _parted(text)
        key = cls(name, *_typed(told))
        if key.id.hex() != key_id:
            raise KeyInvalid(why="name and bytes do not go with its id")
        return key


@dataclass(frozen=True)
class Signature:
    """One line under a note.

    Attributes:
        name: of the key.
        key_id: of the key; four bytes.
        value: what the algorithm made.
    """

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, without its end."""
        return f"— {self.name} {b64encode(self.key_id + self.value).decode()}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line.

        Raises:
            NoteInvalid: it is no signature.
        """
        match = _SIGNATURE_LINE.fullmatch(line) if isinstance(line, str) else None
        if match is None:
            raise NoteInvalid(why="a line below the text is no signature")
        told = from_base64(match[2])
        if told is None or len(told) <= 4:
            raise NoteInvalid(why="a signature is not written as one")
        return cls(match[1], told[:4], told[4:])

    @property
    def time(self) -> int:
        """When a witness says that it signed: seconds since 1970. Only of a cosignature."""
        return int.from_bytes(self.value[:8], "big")


@dataclass(frozen=True)
class Note:
    """A text with the signatures under it, believed or not.

    Attributes:
        text: ends in a newline.
        signatures: as they stand, unknown ones too.
    """

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, told: str) -> Self:
        """Take a note apart; nothing is verified.

        Raises:
            NoteInvalid: it is not of a note's form.
        """
        if not isinstance(told, str) or len(told) > MOST_BYTES:
            raise NoteInvalid(why="it is no text, or too long a one")
        try:
            told.encode()
        except UnicodeEncodeError:
            raise NoteInvalid(why="it holds a lone surrogate") from None
        if _CONTROLS.search(told):
            raise NoteInvalid(why="it holds control characters")
        text, blank, below = told.rpartition("\n\n")
        if not blank or not text or not below.endswith("\n"):
            raise NoteInvalid(why="it does not end in signatures under a blank line")
        lines = below[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise NoteInvalid(why="it has too many signatures")
        return cls(text + "\n", tuple(map(Signature.parse, lines)))

    def format(self) -> str:
        """The note as one text."""
        return self.text + "\n" + "".join(f"{one.line}\n" for one in self.signatures)

    def with_signatures(self, added: Iterable[Signature]) -> Self:
        """The same text with further signatures under it."""
        return type(self)(self.text, (*self.signatures, *added))

    def verified(self, keys: Sequence[VerifierKey]) -> tuple[Signature, ...]:
        """The signatures by known keys, all of which hold.

        Args:
            keys: those that the reader trusts.

        Raises:
            NoteInvalid: none is by a known key, or one that claims to be does not hold.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[tuple[str, bytes], Signature] = {}
        for one in self.signatures:
            key = known.get((one.name, one.key_id))
            if key is not None:
                verify(self.text, one, key)
                found.setdefault((one.name, one.key_id), one)
        if not found:
            raise NoteInvalid(why="it bears no signature by a key that is trusted")
        return tuple(found.values())


def verify(text: str, signature: Signature, key: VerifierKey) -> None:
    """Pass if the key made this signature under this text.

    Raises:
        NoteInvalid: it did not.
    """
    value, message = signature.value, text.encode()
    if key.type is KeyType.COSIGNATURE:
        if len(value) < 8 or signature.time >= 2**63:
            raise NoteInvalid(why=f"the signature of {key.name} bears no time")
        message, value = _cosigned(text, signature.time), value[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError):
        raise NoteInvalid(why=f"the signature of {key.name} does not hold") from None


class SigningKey:
    """A key that signs; its bytes never leave it but for its file."""

    def __init__(self, name: str, key_type: KeyType, private: Ed25519PrivateKey) -> None:
        self._private = private
        public = private.public_key().public_bytes_raw()
        self.verifier = VerifierKey(_named(name), key_type, public)

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier.name})"

    @classmethod
    def generate(cls, name: str, key_type: KeyType) -> Self:
        """A new key.

        Raises:
            KeyInvalid: the name cannot be a key's.
        """
        return cls(name, key_type, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, secret: str) -> Self:
        """Read what :meth:`secret` wrote.

        Raises:
            KeyInvalid: it is something else.
        """
        if not isinstance(secret, str) or not secret.startswith(_SECRET):
            raise KeyInvalid(why="it does not begin as a signing key does")
        name, key_id, told = _parted(secret.removeprefix(_SECRET))
        key_type, seed = _typed(told)
        key = cls(name, key_type, Ed25519PrivateKey.from_private_bytes(seed))
        if key.verifier.id.hex() != key_id:
            raise KeyInvalid(why="name and bytes do not go with its id")
        return key

    def secret(self) -> str:
        """The key as its file holds it."""
        told = b64encode(bytes([self.verifier.type]) + self._private.private_bytes_raw()).decode()
        return f"{_SECRET}{self.verifier.name}+{self.verifier.id.hex()}+{told}"

    def named(self, name: str) -> SigningKey:
        """The same key under another name."""
        return SigningKey(name, self.verifier.type, self._private)

    def sign(self, text: str) -> Signature:
        """Sign a text as the log does."""
        assert self.verifier.type is KeyType.ED25519, "a witness says when"
        return Signature(self.verifier.name, self.verifier.id, self._private.sign(text.encode()))

    def cosign(self, text: str, time: int) -> Signature:
        """Sign a text as a witness does.

        Args:
            text: a checkpoint that adds to all that the witness saw before.
            time: seconds since 1970.
        """
        assert self.verifier.type is KeyType.COSIGNATURE, "a log signs the text alone"
        value = time.to_bytes(8, "big") + self._private.sign(_cosigned(text, time))
        return Signature(self.verifier.name, self.verifier.id, value)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _named(name: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not name.isprintable():
        raise KeyInvalid(why="a name has no spaces and no plus sign")
    return name


def _parted(text: str) -> tuple[str, str, bytes]:
    """Name, id and bytes of ``name+id+base64``, where base64 may hold plus signs."""
    if not isinstance(text, str) or text.count("+") < 2:
        raise KeyInvalid(why="it is not of the form name+id+key")
    name, key_id, told = text.split("+", 2)
    decoded = from_base64(told)
    if decoded is None:
        raise KeyInvalid(why="its bytes are not written in base64")
    return _named(name), key_id, decoded


def _typed(told: bytes) -> tuple[KeyType, bytes]:
    if len(told) != 33:
        raise KeyInvalid(why="it has not 32 bytes")
    try:
        return KeyType(told[0]), told[1:]
    except ValueError:
        raise KeyInvalid(why=f"its algorithm {told[0]:#04x} is not known here") from None


def from_base64(told: str) -> bytes | None:
    """The bytes that a text stands for; None where it stands for none, or another text is how they are written."""
    try:
        decoded = b64decode(told.encode(), validate=True)
    except (NotBase64, ValueError):
        return None
    return decoded if b64encode(decoded).decode() == told else None
