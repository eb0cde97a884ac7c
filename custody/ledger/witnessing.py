"""A witness: remembers what a log said last, and signs only what adds to it. Pure but for HTTP and its own files.

It needs neither our database nor our word: the log's key is given to it, and whatever the log serves is held
against both checkpoints, so that a forged tile leads nowhere.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from custody.kit.errors import CustodyError
from custody.ledger.memory import Memory, replace
from custody.ledger.merkle import (
    Node,
    ProofInvalid,
    consistency_proof,
    node_hash,
    verify_consistency,
)
from custody.ledger.notes import Note, SigningKey, VerifierKey
from custody.ledger.tlog import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Checkpoint,
    TilePath,
    opened,
    tile_width,
)

PATIENCE = 20  # seconds that one request may take
_LARGEST_ANSWER = 1_000_000


class LogUnreachable(CustodyError):
    """The log does not answer as it should: {why}."""

    code = "log_unreachable"
    category = "unavailable"


class ForkFound(CustodyError):
    """The log does not add to what it said before: {why}. Both checkpoints are kept in {folder}."""

    code = "fork_found"
    category = "conflict"


@dataclass(frozen=True)
class Log:
    """A log as it is reached.

    Attributes:
        url: where it is, without a slash at its end; ``/log/…`` follows.
        token: the credential that opens live checkpoints; empty for the public one.
    """

    url: str
    token: str = ""

    def checkpoint(self) -> str:
        """The newest checkpoint that is shown to us."""
        return self.get("checkpoint/live" if self.token else "checkpoint").decode()

    def get(self, path: str) -> bytes:
        """What is found below ``/log/``.

        Raises:
            LogUnreachable: nothing is, or it takes too long.
        """
        return self._asked(Request(f"{self.url}/log/{path}", headers=self._headers()))  # noqa: S310  checked below

    def post(self, path: str, body: str, media_type: str) -> None:
        """Send something.

        Raises:
            LogUnreachable: it was not taken.
        """
        headers = self._headers() | {"Content-Type": media_type}
        self._asked(
            Request(f"{self.url}/log/{path}", body.encode(), headers, method="POST")  # noqa: S310
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _asked(self, request: Request) -> bytes:
        if request.type not in {"http", "https"}:
            raise LogUnreachable(why=f"{self.url} is no address of the web")
        try:
            with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  http and https alone
                body: bytes = answer.read(_LARGEST_ANSWER)
                return body
        except HTTPError as error:
            raise LogUnreachable(why=f"{request.full_url}: {error.code}") from error
        except (URLError, OSError) as error:
            raise LogUnreachable(why=f"{request.full_url}: {error}") from error


@dataclass
class WitnessAtWork:
    """One witness of one log.

    Attributes:
        log: which.
        log_keys: the log's own keys, got from elsewhere than from the log.
        retired_keys: keys that the log had; what is remembered may be signed by them, and nothing new.
        key: by which it cosigns.
        folder: where it remembers, and keeps evidence.
        now: seconds since 1970.
    """

    log: Log
    log_keys: Sequence[VerifierKey]
    key: SigningKey
    folder: Path
    now: Callable[[], float] = time.time
    retired_keys: Sequence[VerifierKey] = ()
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.folder / "checkpoint")

    def round(self) -> str:
        """Look once, and cosign what adds to what was seen before; gives the cosigned note.

        Raises:
            ForkFound: it does not add to it.
            NoteInvalid: the log's signature does not hold.
            LogUnreachable: the log does not answer.
        """
        told = self.log.checkpoint()
        offered, note = opened(told, self.log_keys)
        held = self.memory.last()
        if held is not None:
            try:
                known = (*self.log_keys, *self.retired_keys)
                self._require_growth(opened(held, known)[0], offered)
            except ProofInvalid as error:
                raise self._fork(held, told, str(error)) from error
        # Remembered before it is said.
        self.memory.keep(told)
        line = self.key.cosign(note.text, int(self.now()))
        cosigned = Note(note.text, (*note.verified(self.log_keys), line)).format()
        if self.log.token:
            self.log.post("cosignatures", cosigned, "text/plain; charset=utf-8")
        return cosigned

    def _require_growth(self, held: Checkpoint, offered: Checkpoint) -> None:
        if held.origin != offered.origin:
            raise ProofInvalid(
                why=f"it called itself {held.origin}, and calls itself {offered.origin}"
            )
        if held.size == 0:
            return
        if offered.size < held.size:
            raise ProofInvalid(why=f"it had {held.size} events, and has {offered.size}")
        proof = consistency_proof(held.size, offered.size, TileReader(self.log, offered.size))
        verify_consistency(held.size, offered.size, proof, held.root, offered.root)

    def _fork(self, held: str, offered: str, why: str) -> ForkFound:
        evidence = self.folder / f"fork-{int(self.now())}"
        evidence.mkdir(parents=True, exist_ok=True)
        replace(evidence / "held", held)
        replace(evidence / "offered", offered)
        if self.log.token:
            told = json.dumps({"held": held, "offered": offered})
            try:
                self.log.post("disagreements", told, "application/json")
            except LogUnreachable as error:
                why = f"{why}; and it would not hear of it ({error})"
        return ForkFound(why=why, folder=evidence)


class TileReader:
    """Nodes of a log's tree, out of the tiles that it serves. They prove nothing until they lead to a known root."""

    def __init__(self, log: Log, size: int) -> None:
        self._log, self._size = log, size
        self._tiles: dict[TilePath, bytes] = {}

    def __call__(self, nodes: Collection[Node]) -> dict[Node, bytes]:
        return {node: self._node(node) for node in nodes}

    def _node(self, node: Node) -> bytes:
        level, height = divmod(node[0], TILE_HEIGHT)
        number, offset = divmod(node[1] << height, TILE_WIDTH)
        hashes = self._tile(TilePath(level, number, tile_width(level, number, self._size)))
        row = [hashes[at * 32 : at * 32 + 32] for at in range(offset, offset + (1 << height))]
        while len(row) > 1:
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        return row[0]

    def _tile(self, path: TilePath) -> bytes:
        if path not in self._tiles:
            hashes = self._log.get(f"tile/{path.format()}")
            if len(hashes) != path.width * 32:
                raise LogUnreachable(why=f"tile {path.format()} has not {path.width} hashes")
            self._tiles[path] = hashes
        return self._tiles[path]
