"""The agency's own signature on the PDF of a bundle: PAdES, where a certificate is configured."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from django.conf import settings

from custody.kit.errors import CustodyError


class CertificateUnusable(CustodyError):
    """The certificate that signs documents cannot be used: see CUSTODY_DOCUMENT_CERTIFICATE in docs/operations.md."""

    code = "certificate_unusable"
    category = "unavailable"


def signed(pdf: bytes) -> bytes:
    """The document with the agency's signature; as it is where no certificate is configured.

    Raises:
        CertificateUnusable: one is configured, and cannot be read. A document that was to be signed does not go unsigned.
    """
    path = settings.DOCUMENT_CERTIFICATE
    if not path:
        return pdf
    if not Path(path).is_file():
        raise CertificateUnusable
    return _signed_by(path, settings.DOCUMENT_PASSPHRASE.encode() or None, pdf)


def _signed_by(path: str, passphrase: bytes | None, pdf: bytes) -> bytes:
    # A quarter of what a process needs to start, for what few installations do.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = SimpleSigner.load_pkcs12(path, passphrase=passphrase)  # type: ignore[no-untyped-call]
    if signer is None:
        raise CertificateUnusable
    made = sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        PdfSignatureMetadata(
            field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        ),
        signer=signer,
    )
    assert isinstance(made, BytesIO)
    return made.getvalue()
