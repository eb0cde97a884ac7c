"""Check an evidence bundle of a chain-of-custody ledger, offline, without trusting who made it.

    python3 verify.py [BUNDLE] --key VKEY            a folder or a zip; this file's own folder unless named
    python3 verify.py [BUNDLE] --fingerprint HEX     SHA-256 of the key, as published apart from the bundle

Needs Python 3.9 and nothing else; signatures go through `cryptography` if it is there, else through `openssl`.
Get the key or its fingerprint elsewhere than in the bundle: who forges a bundle forges the keys inside it too.
This program shares no code with the one that wrote the bundle.

Exit status: 0 all of it holds; 1 something is wrong, the first fault is named; 2 it was called wrongly;
3 consistent, but its origin is unproved: no key was given, or nothing here can check a signature.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "custody-bundle/1"
EVENT_KEYS = {"schema", "id", "act_id", "kind", "subject", "actor", "confirmers", "occurred_at"} | {
    "captured",
    "late",
    "nonce",
    "previous",
    "payload",
}
ED25519, COSIGNATURE = 1, 4
HEX = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
#: RFC 8032, 7.1, test 2: who judges signatures is judged first.
KNOWN_KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
KNOWN_TEXT = b"\x72"
KNOWN_MARK = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

#: What reading something malformed can end in, where no check of ours named it first.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, RuntimeError, LookupError, TypeError, ValueError),
    *(AttributeError, EOFError, OSError),
)

Subject = tuple[str, str]


class Wrong(Exception):
    """Something in the bundle is not as it has to be."""

    def __init__(self, where: str, field: str, what: str) -> None:
        super().__init__(where, field, what)
        self.where, self.field, self.what = where, field, what


class Unable(Exception):
    """What was asked for cannot be checked on this machine."""


# Bytes -----------------------------------------------------------------------------------------------------------


def read_bundle(path: Path) -> dict[str, bytes]:
    """Every file of a folder or a zip by its name; nothing is unpacked."""
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if one.is_file())
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for name in names:
            if names.count(name) > 1:
                raise Wrong(name, "name", "the zip holds this name twice")
        return {name: archive.read(name) for name in names if not name.endswith("/")}


def canonical(name: str, data: bytes) -> Any:
    """The value of canonical JSON (RFC 8785, without fractions): it can be read in one way only."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) != len(found):
            raise Wrong(name, "body", "a key stands there twice")
        return dict(found)

    def refuse(text: str) -> NoReturn:
        raise Wrong(name, "body", f"the number {text} is no whole number")

    try:
        told = json.loads(
            data.decode("utf-8"), object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse
        )
        again = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        same = again.encode("utf-8") == data
    except (ValueError, RecursionError):
        raise Wrong(name, "body", "it is no JSON") from None
    if not same:
        raise Wrong(name, "body", "it is not in canonical form (RFC 8785)")
    return told


def take(value: Any, name: str, key: str, kind: type) -> Any:
    """A part of something read, which has to be of its kind."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise Wrong(name, key, "it is missing or not of its form")
    return found


def unbase64(name: str, field: str, text: str) -> bytes:
    """Bytes written in base64 in the one way that there is."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise Wrong(name, field, "it is no base64")
    return data


# The tree (RFC 6962) ---------------------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); None if its length is wrong."""
    node, last, current = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            current = hashlib.sha256(b"\x01" + step + current).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = hashlib.sha256(b"\x01" + current + step).digest()
        node, last = node >> 1, last >> 1
    return current if last == 0 else None


# Keys, notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) -------------------------------


class Key:
    """A verifier key as C2SP writes it: ``name+hash+base64``."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        parts = self.text.split("+", 2)
        if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
            raise ValueError(f"{self.text!r} is no verifier key: name+hash+base64")
        self.name = parts[0]
        data = base64.b64decode(parts[2], validate=True)
        self.kind, self.public = (data or b"\0")[0], data[1:]
        digest = hashlib.sha256(self.name.encode() + b"\n" + data).digest()
        self.id, self.fingerprint = digest[:4], digest.hex()
        if self.kind not in (ED25519, COSIGNATURE) or len(self.public) != 32:
            raise ValueError(f"{self.name} is of a kind that this program does not know")
        if self.id.hex() != parts[1]:
            raise ValueError(f"the hash inside the key of {self.name} is wrong: it was mistyped")


class Note:
    """A signed note that is a checkpoint: origin, size and root, and the signatures under it."""

    def __init__(self, name: str, data: bytes) -> None:
        try:
            text, found, signatures = data.decode("utf-8").rpartition("\n\n")
        except UnicodeDecodeError:
            raise Wrong(name, "text", "it is no UTF-8") from None
        lines = text.split("\n")
        if not found or len(lines) < 3 or not lines[0] or not NUMBER.fullmatch(lines[1]):
            raise Wrong(name, "text", "it is no checkpoint: origin, size, root, signatures")
        self.name, self.body = name, (text + "\n").encode()
        self.origin, self.size = lines[0], int(lines[1])
        self.root = unbase64(name, "root", lines[2])
        self.signatures: list[tuple[str, bytes]] = []
        for line in signatures.splitlines():
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "\u2014":
                raise Wrong(name, "signatures", f"a line is no signature: {line[:60]}")
            self.signatures.append((parts[1], unbase64(name, "signatures", parts[2])))

    def check(self, key: Key) -> None:
        """Pass if this key signed it."""
        for signer, data in self.signatures:
            if (signer, data[:4]) != (key.name, key.id):
                continue
            message, signature = self.body, data[4:]
            if key.kind == COSIGNATURE:
                since = int.from_bytes(signature[:8], "big")
                message, signature = b"cosignature/v1\ntime %d\n" % since + self.body, signature[8:]
            if not ed25519(key.public, message, signature):
                raise Wrong(self.name, "signatures", f"the signature of {key.name} is false")
            return
        raise Wrong(self.name, "signatures", f"{key.name} did not sign it with that key")


def _by_library(public: bytes, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _by_openssl(public: bytes, message: bytes, signature: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        key, text, mark = (Path(folder, name) for name in ("key", "text", "mark"))
        key.write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
        text.write_bytes(message)
        mark.write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin"]
        return _run([*command, "-inkey", str(key), "-in", str(text), "-sigfile", str(mark)])


def _run(command: list[str]) -> bool:
    program = shutil.which(command[0])
    if program is None:
        raise Unable(f"{command[0]} is not on this machine")
    return subprocess.run([program, *command[1:]], capture_output=True, check=False).returncode == 0


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds, by a judge that knows a true one from a false one."""
    known, text, mark = bytes.fromhex(KNOWN_KEY), KNOWN_TEXT, bytes.fromhex(KNOWN_MARK)
    for judge in (_by_library, _by_openssl):
        try:
            if judge(known, text, mark) and not judge(known, text + b"!", mark):
                return len(signature) == 64 and judge(public, message, signature)
        except (ImportError, Unable):  # noqa: PERF203  two at most
            continue
    raise Unable("no signature can be checked here: there is neither `cryptography` nor OpenSSL 3")


# Events ----------------------------------------------------------------------------------------------------------


class Event:
    """One event of the bundle, read from its exact bytes."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        match = re.fullmatch(r"events/(\d{12})\.json", name)
        if not match:
            raise Wrong(name, "name", "files of events are called after their number")
        self.seq, self.leaf = int(match.group(1)), leaf_hash(data)
        told = self.told = canonical(name, data)
        if not isinstance(told, dict) or set(told) != EVENT_KEYS or told["schema"] != 1:
            raise Wrong(name, "body", "it has not the keys of an event of schema 1")
        subject = take(told, name, "subject", dict)
        self.subject: Subject = (take(subject, name, "type", str), take(subject, name, "id", str))
        self.kind: str = take(told, name, "kind", str)
        self.payload: dict[str, Any] = take(told, name, "payload", dict)
        self.previous = told["previous"]
        if self.previous is not None and not HEX.fullmatch(str(self.previous)):
            raise Wrong(name, "previous", "it is no hash")

    @property
    def born(self) -> dict[str, Any]:
        """What an exhibit's first event says it is."""
        found = self.payload.get("exhibit")
        return found if isinstance(found, dict) else {}

    def said(self, wanted: set[str]) -> bool:
        """Whether it names one of these."""
        return any(text in wanted for _, text in texts_in(self.payload, ""))


def texts_in(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in a value, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_in(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts_in(inner, f"{path}[{number}]")


class Bundle:
    """A bundle and what was found about it, in plain words, in order."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.holds: list[str] = []
        self.open: list[str] = []

    def under(self, folder: str) -> list[str]:
        return sorted(name for name in self.files if name.startswith(folder + "/"))

    def file(self, name: str) -> bytes:
        if name not in self.files:
            raise Wrong(name, "file", "it is missing")
        return self.files[name]

    def check_files(self) -> None:
        """Nothing is missing, nothing was added, each has the hash that the manifest lists."""
        try:
            self.manifest = json.loads(self.file("manifest.json").decode("utf-8"))
        except (ValueError, RecursionError):
            raise Wrong("manifest.json", "body", "it is no JSON") from None
        if take(self.manifest, "manifest.json", "format", str) != FORMAT:
            raise Wrong("manifest.json", "format", f"this program reads {FORMAT}")
        listed = take(self.manifest, "manifest.json", "files", dict)
        for name in sorted(listed):
            if hashlib.sha256(self.file(name)).hexdigest() != listed[name]:
                raise Wrong(name, "SHA-256", "it is not what manifest.json lists")
        for name in sorted(set(self.files) - set(listed) - {"manifest.json"}):
            raise Wrong(name, "file", "manifest.json does not list it: it was added")
        self.holds.append(f"{len(listed)} files are those that manifest.json lists, unchanged.")

    def check_events(self) -> None:
        """Each event is in canonical form and lies in the tree of the checkpoint, at its number."""
        self.note = Note("checkpoint", self.file("checkpoint"))
        self.events = [Event(name, self.files[name]) for name in self.under("events")]
        if not self.events:
            raise Wrong("events/", "file", "there is none")
        for event in self.events:
            self._check_proof(event)
        proofs = {f"proofs/{event.seq:012}.tlog-proof" for event in self.events}
        for name in sorted(set(self.under("proofs")) - proofs):
            raise Wrong(name, "file", "there is no event for this proof")
        self.holds.append(
            f"{len(self.events)} events are in canonical form and lie, each at its number, in the tree "
            f"of {self.note.size} events of {self.note.origin} with root {self.note.root.hex()}."
        )

    def _check_proof(self, event: Event) -> None:
        name = f"proofs/{event.seq:012}.tlog-proof"
        head, found, note = self.file(name).partition(b"\n\n")
        lines = head.decode("utf-8", "replace").split("\n")
        if not found or lines[0] != "c2sp.org/tlog-proof@v1":
            raise Wrong(name, "text", "it is no c2sp.org/tlog-proof@v1")
        if note != self.files["checkpoint"]:
            raise Wrong(name, "checkpoint", "it is not the bundle's checkpoint")
        if lines[1:2] and lines[1].startswith("extra "):
            del lines[1]
        if lines[1:2] != [f"index {event.seq}"]:
            raise Wrong(name, "index", f"it is not the number of event {event.seq}")
        path = [unbase64(name, "hashes", line) for line in lines[2:]]
        inside = event.seq < self.note.size
        if not inside or root_from(event.leaf, event.seq, self.note.size, path) != self.note.root:
            raise Wrong(event.name, "leaf", f"the proof {name} does not lead to the root")

    def check_chains(self) -> None:
        """No event is missing between two; whatever joins leads to what it names; nothing strange is among them."""
        told = take(self.manifest, "manifest.json", "subject", dict)
        self.main: Subject = (str(told.get("type")), str(told.get("id")))
        joints = {
            (event.payload.get("container"), event.payload.get("container_leaf"))
            for event in self.events
            if event.kind == "exhibit.packed"
        }
        chains: dict[Subject, list[Event]] = {}
        for event in self.events:
            chain = chains.setdefault(event.subject, [])
            joined = (event.subject[1], event.previous) in joints
            if event.previous != (chain[-1].leaf.hex() if chain else None) and (
                not joined or self.main in (event.subject, ("seizure", self.main[1]))
            ):
                raise Wrong(
                    event.name,
                    "previous",
                    "the event of {} {} before it is missing".format(*event.subject),
                )
            chain.append(event)
        if self.main not in chains:
            raise Wrong("manifest.json", "subject", "no event is about it")
        self.chains = chains
        leaves = {event.leaf.hex() for event in self.events}
        for event in self.events:
            for key in ("container_leaf", "whole_leaf", "unit_leaf"):
                named = event.payload.get(key)
                if named and event.kind != "exhibit.packed" and named not in leaves:
                    raise Wrong(event.name, key, "the event that it names is missing")
        self._check_belonging()
        self._check_cover()
        self.holds.append(
            f"{len(chains)} chains: each event names the one before it on the same subject; "
            "none is missing between two."
        )

    def _check_belonging(self) -> None:
        first = self.chains[self.main][0]
        case = self.main[1] if self.main[0] == "seizure" else str(first.born.get("seizure"))
        own, before = {self.main[1]}, 0
        while len(own) > before:
            before = len(own)
            for event in self.events:
                if event.subject[1] in own:
                    own |= {str(event.payload.get("container")), str(event.born.get("made_from"))}
                elif self.main[1] == event.born.get("seizure"):
                    own.add(event.subject[1])
        # an erasure names the event that spoke of what it erased
        told = {case, *(str(event.told["id"]) for event in self.events)}
        for subject, chain in self.chains.items():
            if subject[0] in ("exhibit", "seizure"):
                belongs = subject[1] in own or subject == ("seizure", case)
            else:
                belongs = any(event.said(own | told) for event in chain)
            if not belongs:
                raise Wrong(
                    chain[0].name, "subject", "{} {} has no part in this bundle".format(*subject)
                )

    def _check_cover(self) -> None:
        told = [
            {
                "type": subject[0],
                "id": subject[1],
                "events": len(chain),
                "first": chain[0].seq,
                "last": chain[-1].seq,
            }
            for subject, chain in sorted(self.chains.items())
        ]
        if self.manifest.get("covers") != told:
            raise Wrong("manifest.json", "covers", "it does not tell what the bundle holds")

    def check_disclosures(self) -> None:
        """Each text is the one that an event committed to."""
        places: dict[str, str] = {}
        for event in self.events:
            for path, text in texts_in(event.told, ""):
                if path.endswith(".commitment"):
                    places.setdefault(text, f"event {event.seq}, {path[1:-11]}")
        names = self.under("disclosures")
        for name in names:
            told = canonical(name, self.files[name])
            if not isinstance(told, list) or [type(one) for one in told] != [str] * 3:
                raise Wrong(name, "body", "it is not [salt, name, text]")
            coded = base64.urlsafe_b64encode(self.files[name]).rstrip(b"=")
            commitment = hashlib.sha256(coded).hexdigest()
            if name != f"disclosures/{commitment}.json":
                raise Wrong(
                    name, "text", "it is not what was committed to: salt, name or text was changed"
                )
            if commitment not in places:
                raise Wrong(name, "text", "no event in this bundle commits to it")
            del places[commitment]
        self.holds.append(f"{len(names)} texts are, word by word, those that the events commit to.")
        self._tell_absent("texts", places)

    def check_attachments(self) -> None:
        """Each photograph or document is the one whose hash an event holds."""
        places = {
            text: f"event {event.seq}, payload{path}"
            for event in self.events
            for path, text in texts_in(event.payload, "")
            if path.endswith(".sha256")
        }
        names = self.under("attachments")
        for name in names:
            digest = hashlib.sha256(self.files[name]).hexdigest()
            if name.partition("/")[2].partition(".")[0] != digest:
                raise Wrong(name, "SHA-256", "it is not the file that it is called after")
            if digest not in places:
                raise Wrong(name, "SHA-256", "no event in this bundle names it")
            del places[digest]
        if names:
            self.holds.append(f"{len(names)} attachments have the hashes that events name.")
        self._tell_absent("attachments", places)

    def _tell_absent(self, what: str, places: dict[str, str]) -> None:
        """Say where something is spoken of that is not here, and by which event it was erased, if by any."""
        erased = {e.subject[1]: e.seq for e in self.events if e.kind == "content.erased"}
        told = [
            place + (f" (erased by event {erased[one]})" if one in erased else " (withheld)")
            for one, place in places.items()
        ]
        if told:
            self.open.append(f"{len(told)} {what} are not here: {'; '.join(told)}.")

    def check_timestamps(self, authority: Path | None) -> None:
        """Each time-stamp (RFC 3161) is of this checkpoint, by an authority under the given certificates."""
        names = [name for name in self.under("timestamps") if name.endswith(".tsr")]
        if names and authority is None:
            self.open.append(
                f"{len(names)} timestamps were not checked: give --tsa CERTIFICATES.pem."
            )
            return
        if authority and not names:
            raise Wrong("timestamps/", "file", "there is none to check")
        stamped = "timestamps/checkpoint"  # as the log signed it, before witnesses did
        if names and Note(stamped, self.file(stamped)).body != self.note.body:
            raise Wrong(stamped, "text", "it is another checkpoint")
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                data, reply = Path(folder, "data"), Path(folder, "reply")
                data.write_bytes(self.file(stamped))
                reply.write_bytes(self.files[name])
                command = ["openssl", "ts", "-verify", "-data", str(data), "-in", str(reply)]
                if not _run([*command, "-CAfile", str(authority)]):
                    raise Wrong(
                        name, "timestamp", "it is not of this checkpoint, or not by that authority"
                    )
        if names:
            self.holds.append(f"{len(names)} timestamps are of this checkpoint, by that authority.")

    def check_signatures(
        self, key: str | None, fingerprint: str | None, witnesses: list[Key]
    ) -> None:
        """The log signed the checkpoint, and so did each of these witnesses."""
        origin = self.note.origin
        lines = self.file("keys.txt").decode("utf-8", "replace").splitlines()
        try:
            keys = [Key(key)] if key else [Key(line) for line in lines if line.strip()]
        except ValueError as fault:
            raise Wrong("keys.txt", "key", str(fault)) from None
        if fingerprint:
            wanted = re.sub(r"[\s:]", "", fingerprint).lower()
            keys = [one for one in keys if one.fingerprint == wanted]
        keys = [one for one in keys if one.name == origin and one.kind == ED25519]
        if not keys:
            raise Wrong(
                "checkpoint",
                "origin",
                f"the key that it is to be checked with is none of {origin}",
            )
        signers = {data[:4] for _, data in self.note.signatures}
        signer = next((one for one in keys if one.id in signers), keys[0])
        self.note.check(signer)
        given = (
            "the key that you named" if key or fingerprint else "a key that came with the bundle"
        )
        self.holds.append(f"{origin} signed the checkpoint, with {given}: {signer.fingerprint}.")
        for witness in witnesses:
            self.note.check(witness)
            self.holds.append(f"The witness {witness.name} signed it too.")
        others = {name for name, _ in self.note.signatures} - {
            origin,
            *(one.name for one in witnesses),
        }
        if others:
            self.open.append(
                "Signatures not checked (give --witness KEY): {}.".format(", ".join(sorted(others)))
            )


# The door --------------------------------------------------------------------------------------------------------


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n", maxsplit=1)[0],
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    trust = parser.add_mutually_exclusive_group()
    trust.add_argument("--key", metavar="VKEY", help="the log's verifier key: name+hash+base64")
    trust.add_argument(
        "--fingerprint", metavar="HEX", help="SHA-256 of the key, as it was published"
    )
    parser.add_argument(
        "--witness",
        metavar="VKEY",
        action="append",
        default=[],
        type=Key,
        help="who has to have cosigned",
    )
    parser.add_argument(
        "--tsa", metavar="PEM", type=Path, help="certificates to check timestamps by"
    )
    parser.add_argument(
        "--trail", action="store_true", help="print the events, from their exact bytes"
    )
    return parser


def print_trail(bundle: Bundle) -> None:
    """The events in a line each: what the signed bytes say, whatever the readable pages say."""
    labels = {e.subject[1]: e.born["label"] for e in bundle.events if e.born.get("label")}
    for event in bundle.events:
        who = [event.told["actor"], *event.told["confirmers"]]
        print(
            event.seq,
            event.told["occurred_at"],
            event.kind,
            labels.get(event.subject[1], "{} {}".format(*event.subject)),
            "by " + ", ".join(one["badge"] for one in who),
        )


def check(options: argparse.Namespace) -> int:
    """Check everything, in order, up to the first fault; the exit status."""
    bundle = Bundle({})
    proved = bool(options.key or options.fingerprint)
    try:
        bundle.files = read_bundle(options.bundle)
        bundle.check_files()
        bundle.check_events()
        bundle.check_chains()
        bundle.check_disclosures()
        bundle.check_attachments()
        try:
            bundle.check_signatures(options.key, options.fingerprint, options.witness)
            bundle.check_timestamps(options.tsa)
        except Unable as lack:
            bundle.open.append(f"{lack}.")
            proved = False
        if options.trail:
            print_trail(bundle)
    except UNREADABLE as fault:
        return told(
            bundle,
            f"WRONG: the bundle is not of its form ({type(fault).__name__}: {fault})",
            1,
        )
    except Wrong as wrong:
        return told(bundle, f"WRONG: {wrong.where}, {wrong.field}: {wrong.what}", 1)
    bundle.open.append(
        "That nothing was recorded after the last event shown here: ask for a newer bundle."
    )
    bundle.open.append(
        "trail.html and trail.pdf are made for reading; the record is events/ (--trail)."
    )
    if proved:
        return told(bundle, "ALL OF IT HOLDS", 0)
    return told(
        bundle, "CONSISTENT, ORIGIN UNPROVED: give --key or --fingerprint, got elsewhere", 3
    )


def told(bundle: Bundle, verdict: str, status: int) -> int:
    for line in bundle.holds:
        print("holds:     ", line)
    for line in bundle.open:
        print("not proved:", line)
    print(verdict)
    return status


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    parser = arguments()
    options = parser.parse_args()
    try:
        if options.key is not None:
            Key(options.key)
    except ValueError as fault:
        parser.error(str(fault))
    if options.fingerprint is not None and not HEX.fullmatch(
        re.sub(r"[\s:]", "", options.fingerprint).lower()
    ):
        parser.error("a fingerprint is 64 hexadecimal digits")
    if not options.bundle.exists() or (options.tsa and not options.tsa.exists()):
        parser.error("there is no such file")
    return check(options)


if __name__ == "__main__":
    sys.exit(main())
