"""Making an evidence bundle."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from custody.attachments import storage
from custody.audit.attachments import read_kept
from custody.audit.bundle import papers
from custody.audit.bundle.certifying import certificate_pdf
from custody.audit.bundle.contents import Contents
from custody.audit.bundle.packing import VERIFIER_SHA256, Exact, files_of, manifest, zipped
from custody.audit.bundle.papers import Asked
from custody.audit.bundle.proving import Evidence, evidence_for
from custody.audit.bundle.signing import signed
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.people.models import Officer

HERE = Path(__file__).parent


def bundle(contents: Contents, evidence: Evidence, asked: Asked) -> bytes:
    """The bundle, as a zip.

    Args:
        contents: the events.
        evidence: what proves them.
        asked: by whom, for whom, why; in which language.

    Raises:
        UnknownLanguage: it is kept in no such language.
        CertificateUnusable: the PDF was to be signed and cannot be.
        StorageAway, FileMissing: where photographs and documents are kept does not answer, or has lost one.
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
        attachments={
            name: read_kept(storage.ORIGINAL, sha256)
            for name, sha256 in contents.attachments.items()
        },
        papers={
            "trail.html": papers.html(told),
            "trail.pdf": signed(papers.pdf(told, asked.at)),
            "README.txt": _readme(asked.language),
            **{
                f"certificates/{session}.pdf": certificate_pdf(one, asked.language)
                for session, one in contents.certificates.items()
            },
        },
    )
    subject = {"type": contents.subject.type, "id": contents.subject.id, "name": contents.name}
    request = {**asdict(asked), "at": clock.to_text(asked.at)}
    files["manifest.json"] = manifest(files, exact, subject, request)
    return zipped(files)


def export(
    contents: Contents, actor: Officer | None, *, recipient: str | None, language: str
) -> bytes:
    """The bundle for who asks for it now, as a zip; the door writes down that it is disclosed.

    Args:
        contents: what the actor may see the whole of.
        actor: who asks; None for who holds the server's console.
        recipient: who is to get it, in words.
        language: of the readable trail.

    Raises:
        NotYetSigned, TreeIncomplete, UnknownLanguage, CertificateUnusable: as they say.
    """
    asked = Asked(
        badge=actor.badge if actor else SYSTEM.badge,
        unit=actor.unit_id if actor else SYSTEM.unit,
        recipient=recipient,
        purpose=contents.purpose,
        language=language,
        at=clock.now(),
    )
    return bundle(contents, evidence_for([one.seq for one in contents.steps]), asked)


def _readme(language: str) -> bytes:
    """How to check a bundle with this program and with others, in words."""
    text = (HERE / f"README.{language}.txt").read_text(encoding="utf-8")
    return text.replace("{verifier}", VERIFIER_SHA256).encode()
