"""The zip: what stands in it under which name, and the manifest that lists all of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from custody.ledger.events import Subject

FORMAT = "custody-bundle/1"
VERIFIER = (Path(__file__).parent / "verify.py").read_bytes()
VERIFIER_SHA256 = sha256(VERIFIER).hexdigest()
#: A zip bears times; one that never changes keeps equal bundles equal.
_STILL = (1980, 1, 1, 0, 0, 0)
NOT_COVERED = (
    "What was recorded after the last event here: a newer bundle tells.",
    "Who bears which badge, and the rules adopted by the agency: they are about others too.",
    "Texts that were erased; events tell that they were, and when.",
    "The words of trail.html and trail.pdf: they are made from the events, for reading.",
)


@dataclass(frozen=True)
class Exact:
    """One event as it goes into a bundle: number, subject, exact bytes, and its proof."""

    seq: int
    subject: Subject
    body: bytes
    proof: str


def files_of(
    exact: Sequence[Exact],
    *,
    checkpoint: str,
    keys: Iterable[str],
    disclosures: Mapping[str, bytes],
    timestamps: Mapping[str, bytes],
    attachments: Mapping[str, bytes],
    papers: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Every file of a bundle but the manifest, by name.

    Args:
        exact: the events in the order of the ledger.
        checkpoint: the signed note that every proof leads to.
        keys: verifier keys of the log and of witnesses that it knows.
        disclosures: canonical bytes by commitment.
        timestamps: RFC 3161 replies, and the note that they are about, by name.
        attachments: originals by their name, which begins with their SHA-256.
        papers: what is made for reading, by name.
    """
    return {
        **{f"events/{one.seq:012}.json": one.body for one in exact},
        **{f"proofs/{one.seq:012}.tlog-proof": one.proof.encode() for one in exact},
        **{f"disclosures/{commitment}.json": data for commitment, data in disclosures.items()},
        **{f"timestamps/{name}": data for name, data in timestamps.items()},
        **{f"attachments/{name}": data for name, data in attachments.items()},
        **papers,
        "checkpoint": checkpoint.encode(),
        "keys.txt": "".join(f"{key}\n" for key in keys).encode(),
        "verify.py": VERIFIER,
    }


def manifest(
    files: Mapping[str, bytes],
    exact: Sequence[Exact],
    subject: Mapping[str, str],
    request: Mapping[str, Any],
) -> bytes:
    """What a bundle is about, who asked for it, what it covers and what not, and the SHA-256 of every file.

    Args:
        files: by name.
        exact: the events.
        subject: what it is about: ``type``, ``id`` and ``name``.
        request: who asked, for whom, why and when.
    """
    chains: dict[Subject, list[int]] = {}
    for one in exact:
        chains.setdefault(one.subject, []).append(one.seq)
    told = {
        "format": FORMAT,
        "subject": subject,
        "request": request,
        "covers": [
            {
                "type": about.type,
                "id": about.id,
                "events": len(numbers),
                "first": numbers[0],
                "last": numbers[-1],
            }
            for about, numbers in sorted(chains.items(), key=lambda one: (one[0].type, one[0].id))
        ],
        "not_covered": NOT_COVERED,
        "files": {name: sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip: the same files, the same bytes."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = ZipInfo(name, _STILL)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return target.getvalue()
