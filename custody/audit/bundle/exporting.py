"""Making an evidence bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from custody.audit.bundle import papers
from custody.audit.bundle.contents import Contents
from custody.audit.bundle.packing import VERIFIER_SHA256, Exact, files_of, manifest, zipped
from custody.audit.bundle.papers import Asked
from custody.audit.bundle.signing import signed
from custody.kit import clock
from custody.kit.errors import CustodyError

HERE = Path(__file__).parent


class NotYetSigned(CustodyError):
    """The last event is in no checkpoint yet: ask again when the log has signed one."""

    code = "not_yet_signed"
    category = "unavailable"


@dataclass(frozen=True)
class Evidence:
    """What proves a bundle's events.

    Attributes:
        checkpoint: the signed note, with the witnesses' cosignatures.
        proofs: each event's C2SP tlog-proof, by its number.
        keys: verifier keys of the log and of the witnesses that it knows.
        timestamps: RFC 3161 replies about the checkpoint, by the authority's name.
    """

    checkpoint: str
    proofs: Mapping[int, str]
    keys: Sequence[str]
    timestamps: Mapping[str, bytes] = field(default_factory=dict)


def bundle(contents: Contents, evidence: Evidence, asked: Asked) -> bytes:
    """The bundle, as a zip.

    Args:
        contents: the events.
        evidence: what proves them.
        asked: by whom, for whom, why; in which language.

    Raises:
        UnknownLanguage: it is kept in no such language.
        CertificateUnusable: the PDF was to be signed and cannot be.
    """
    told = papers.paper(contents, asked, evidence.checkpoint)
    exact = [
        Exact(one.seq, one.event.subject, one.event.body, evidence.proofs[one.seq])
        for one in contents.steps
    ]
    files = files_of(
        exact,
        checkpoint=evidence.checkpoint,
        keys=evidence.keys,
        disclosures=contents.disclosures,
        timestamps=evidence.timestamps,
        attachments={},
        papers={
            "trail.html": papers.html(told),
            "trail.pdf": signed(papers.pdf(told, asked.at)),
            "README.txt": _readme(asked.language),
        },
    )
    subject = {"type": contents.subject.type, "id": contents.subject.id, "name": contents.name}
    request = {**asdict(asked), "at": clock.to_text(asked.at)}
    files["manifest.json"] = manifest(files, exact, subject, request)
    return zipped(files)


def _readme(language: str) -> bytes:
    """How to check a bundle with this program and with others, in words."""
    text = (HERE / f"README.{language}.txt").read_text(encoding="utf-8")
    return text.replace("{verifier}", VERIFIER_SHA256).encode()
