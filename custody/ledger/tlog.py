"""The texts of a transparency log: checkpoint, proof of inclusion, and where tiles are found. Pure.

Source: C2SP tlog-checkpoint, tlog-proof and tlog-tiles (https://c2sp.org).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from custody.ledger import merkle
from custody.ledger.merkle import LARGEST, ProofInvalid
from custody.ledger.notes import Note, NoteInvalid, VerifierKey, from_base64

#: Hashes in a full tile, and the levels of the tree that one tile spans.
TILE_WIDTH = 256
TILE_HEIGHT = 8
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_TILE = re.compile(r"(0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_LONGEST_PATH = 63


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of its tree at one moment.

    Attributes:
        origin: which log.
        size: how many leaves.
        root: over all of them; 32 bytes.
        extensions: further lines, which readers keep and do not judge.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def format(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text that was signed.

        Raises:
            NoteInvalid: it is no checkpoint.
        """
        if not isinstance(text, str) or not text.endswith("\n"):
            raise NoteInvalid(why="it is no checkpoint")
        lines = text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise NoteInvalid(why="a checkpoint has three lines or more, none of them empty")
        origin, size, root, *extensions = lines
        if not _DECIMAL.fullmatch(size) or int(size) >= LARGEST:
            raise NoteInvalid(why="its second line is no size")
        told = _hash(root)
        if told is None:
            raise NoteInvalid(why="its third line is no root")
        return cls(origin, int(size), told, tuple(extensions))


def opened(told: str, keys: Sequence[VerifierKey]) -> tuple[Checkpoint, Note]:
    """A signed checkpoint that is believed, and the note that it came in.

    Args:
        told: the signed note.
        keys: the log's own, got from elsewhere; one of them, named after the origin, has to have signed.

    Raises:
        NoteInvalid: it is none, or not signed by one of them.
    """
    note = Note.parse(told)
    checkpoint = Checkpoint.parse(note.text)
    note.verified([key for key in keys if key.name == checkpoint.origin])
    return checkpoint, note


@dataclass(frozen=True)
class Proof:
    """That a leaf is in a log, in one text that can be checked offline.

    Attributes:
        index: the leaf's number, from 0.
        path: from the leaf's sibling up.
        checkpoint: the signed note of the tree that it is in.
        extra: bytes that are not authenticated; None where there are none.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def format(self) -> str:
        """The ``.tlog-proof`` file."""
        extra = [] if self.extra is None else [f"extra {b64encode(self.extra).decode()}"]
        path = [b64encode(one).decode() for one in self.path]
        lines = [PROOF_HEADER, *extra, f"index {self.index}", *path, ""]
        return "".join(f"{line}\n" for line in lines) + self.checkpoint

    @classmethod
    def parse(cls, told: str) -> Self:
        """Take a proof apart; nothing is verified.

        Raises:
            ProofInvalid: it is not of a proof's form.
        """
        head, blank, checkpoint = told.partition("\n\n") if isinstance(told, str) else ("", "", "")
        lines = head.split("\n")
        if not blank or lines.pop(0) != PROOF_HEADER:
            raise ProofInvalid(why="it does not begin as a proof does")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
            if extra is None:
                raise ProofInvalid(why="its extra line is not base64")
        name, _, index = (lines.pop(0) if lines else "").partition(" ")
        if name != "index" or not _DECIMAL.fullmatch(index):
            raise ProofInvalid(why="it does not say which leaf it is about")
        path = tuple(found for line in lines if (found := _hash(line)) is not None)
        if len(path) != len(lines) or len(path) > _LONGEST_PATH:
            raise ProofInvalid(why="a line of it is no hash, or it has too many")
        return cls(int(index), path, checkpoint, extra)

    def verify(self, leaf: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
        """The believed checkpoint whose tree the leaf is in.

        Args:
            leaf: the leaf's hash.
            keys: the log's own, got from elsewhere.

        Raises:
            NoteInvalid: the checkpoint is not believed.
            ProofInvalid: the leaf is not in its tree.
        """
        checkpoint, _ = opened(self.checkpoint, keys)
        merkle.verify_inclusion(self.index, checkpoint.size, leaf, self.path, checkpoint.root)
        return checkpoint


@dataclass(frozen=True)
class TilePath:
    """Where a tile of hashes is found.

    Attributes:
        level: 0 for leaves; each further one is eight levels of the tree higher.
        number: of the tile on its level.
        width: how many hashes it has, 1 to 256.
    """

    level: int
    number: int
    width: int = TILE_WIDTH

    def format(self) -> str:
        """``L/x001/x234/067`` with ``.p/W`` after it where the tile is partial."""
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        path = "".join(f"x{one}/" for one in groups[:-1]) + groups[-1]
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"{self.level}/{path}{partial}"

    @classmethod
    def parse(cls, told: str) -> Self:
        """Read a path below ``tile/``.

        Raises:
            ProofInvalid: no tile has it, or it is not written as this one's is.
        """
        match = _TILE.fullmatch(told) if isinstance(told, str) else None
        if match is None:
            raise ProofInvalid(why="no tile is found there")
        number = int(match[2].replace("x", "").replace("/", ""))
        path = cls(int(match[1]), number, int(match[3] or TILE_WIDTH))
        if path.level > 63 or path.format() != told:
            raise ProofInvalid(why="no tile is found there")
        return path


def tile_width(level: int, number: int, size: int) -> int:
    """How many hashes a tile has in a tree of ``size`` leaves: 0 to 256."""
    on_level = size >> (TILE_HEIGHT * level)
    return max(0, min(TILE_WIDTH, on_level - number * TILE_WIDTH))


def _hash(told: str) -> bytes | None:
    decoded = from_base64(told)
    return decoded if decoded is not None and len(decoded) == 32 else None
