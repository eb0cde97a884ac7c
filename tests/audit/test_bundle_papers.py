"""The readable trail: one page without scripts, the same as PDF/A in four languages, signed where a certificate is set."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.utils import translation

import custody
from custody.audit.bundle import papers
from custody.audit.bundle.contents import Contents, of_seizure
from custody.audit.bundle.papers import LANGUAGES, Line, Paper, UnknownLanguage
from custody.audit.bundle.signing import CertificateUnusable, signed
from custody.audit.timeline import labels_in, timeline, title
from custody.handling.report import Report
from custody.seizures.lifecycle import TABLE
from tests.audit.evidence import asked, evidence, life, made
from tests.cast import Cast, catch, do

LOCALE = Path(custody.__file__).parent / "locale"
AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
FOREIGN = [one for one in LANGUAGES if one != "en"]
FLAGS = ("flag.raised", "flag.acknowledged", "flag.resolved", "flag.annulled")


@pytest.fixture
def contents(cast: Cast) -> Contents:
    return of_seizure(None, life(cast).seizure)


def a_paper(text: str, lines: int = 1) -> Paper:
    line = Line(1, "", "", "", text, [("What", text)], ["officer"], [text], "a" * 64)
    words = dict.fromkeys(("number", "when", "what", "who", "page"), "word")
    return Paper("en", words, text, [("What", text)], [line] * lines, [text], "log\n1\nroot\n")


class Tags(HTMLParser):
    """The tags of a page and what they refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.references += [value or "" for name, value in attrs if name in {"src", "href"}]


@pytest.mark.django_db
def test_the_page_stands_alone_and_shows_texts_as_texts(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    evil = '<script>alert(1)</script> #image("/etc/passwd") \u4e2d\u0001'
    do(cast.officer, Report(exhibit=barrel.label, what="label", details=evil.replace("\x01", "")))
    files = made(of_seizure(None, seizure))
    page = Tags()
    page.feed(files["trail.html"].decode())
    assert "script" not in page.tags
    assert [one[:5] for one in page.references] == ["data:"]
    assert "&lt;script&gt;" in files["trail.html"].decode()
    assert barrel.label in files["trail.html"].decode()
    assert files["trail.pdf"].startswith(b"%PDF-")


@pytest.mark.django_db
def test_equal_contents_make_equal_papers(contents: Contents) -> None:
    told = papers.paper(contents, asked(), evidence(one.seq for one in contents.steps).checkpoint)
    assert papers.pdf(told, AT) == papers.pdf(told, AT)
    assert papers.html(told) == papers.html(told)


def test_the_pdf_says_that_it_is_pdf_a_2b() -> None:
    made = papers.pdf(a_paper("Chain of custody"), AT)
    assert re.search(rb"pdfaid:part>2<", made)
    assert re.search(rb"pdfaid:conformance>B<", made)


def test_every_character_is_set_or_told_by_its_number() -> None:
    every = "".join(
        chr(point) for first, last in papers._SHAPES for point in range(first, last + 1)
    )
    papers.pdf(a_paper(every), AT)
    papers.pdf(a_paper("\u4e2d\u0001\u202e\U0001f600\u0627"), AT)


def known(language: str) -> set[str]:
    return {one.msgid for one in polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_kind_of_event_has_its_title(language: str) -> None:
    with translation.override("en"):
        titles = {title(kind) for kind in (*TABLE, *FLAGS)}
    assert titles <= known(language)


@pytest.mark.django_db
@pytest.mark.parametrize("language", FOREIGN)
def test_a_whole_life_is_told_without_a_word_of_another_language(
    contents: Contents, language: str
) -> None:
    with translation.override("en"):
        told = timeline(contents.steps, labels_in(contents.steps))
        words = {name for one in told for name, _ in one.facts}
    assert words - known(language) == set()
    note = evidence(one.seq for one in contents.steps).checkpoint
    paper = papers.paper(contents, asked(language=language), note)
    english = papers.paper(contents, asked(), note)
    assert not {name for name, _ in paper.facts} & {"Case", "Asked for by", "Made on"}
    assert paper.title != english.title
    assert paper.notice != english.notice


@pytest.mark.django_db
def test_another_language_is_refused_by_name(contents: Contents) -> None:
    with pytest.raises(UnknownLanguage, match="en, nl, fr, de"):
        papers.paper(contents, asked(language="xx"), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_instructions_with_the_same_commands(language: str) -> None:
    folder = Path(papers.__file__).parent
    text = (folder / f"README.{language}.txt").read_text()
    for command in (
        *("python3 verify.py --key", "--fingerprint", "sha256sum", "{verifier}", "/log/verify.py"),
        *("openssl pkeyutl -verify -pubin", "note.Open", "tlog.CheckRecord", "openssl ts -verify"),
        "base64 -w0 disclosures/H.json | tr '+/' '-_' | tr -d = | sha256sum",
        "(printf '\\000'; cat events/N.json) | sha256sum",
    ):
        assert command in text
    assert max(map(len, text.splitlines())) <= 128


@pytest.fixture
def certificate(tmp_path: Path, settings) -> Path:
    """A certificate of a made-up authority, as the agency would set it; the authority's own beside it."""
    authority_key, key = (rsa.generate_private_key(65_537, 2_048) for _ in range(2))
    authority = _certificate("Test authority", authority_key, None, authority_key)
    own = _certificate("Customs, documents", key, authority, authority_key)
    target = tmp_path / "documents.p12"
    target.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"documents", key, own, [authority], serialization.BestAvailableEncryption(b"secret")
        )
    )
    (tmp_path / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    settings.DOCUMENT_CERTIFICATE, settings.DOCUMENT_PASSPHRASE = str(target), "secret"
    return target


def _certificate(name, key, issuer, issuer_key) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                **dict.fromkeys(
                    ("data_encipherment", "key_agreement", "key_encipherment", "encipher_only"),
                    False,
                ),
                decipher_only=False,
                digital_signature=issuer is not None,
                content_commitment=issuer is not None,
                key_cert_sign=issuer is None,
                crl_sign=issuer is None,
            ),
            critical=True,
        )
        .sign(issuer_key, hashes.SHA256())
    )


def judged(pdf: bytes, folder: Path) -> str:
    """What Debian's pdfsig says of a document, trusting the made-up authority."""
    if not (shutil.which("pdfsig") and shutil.which("certutil")):
        pytest.skip("needs pdfsig and certutil (poppler-utils, libnss3-tools)")
    database, target = folder / "nss", folder / "judged.pdf"
    if not database.exists():
        database.mkdir()
        for options in (["-N", "--empty-password"], ["-A", "-n", "authority", "-t", "C,C,C"]):
            more = ["-i", folder / "authority.pem"] if options[0] == "-A" else []
            subprocess.run(["certutil", "-d", f"sql:{database}", *options, *more], check=True)
    target.write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nssdir", database, target], capture_output=True, text=True, check=False
    )
    return done.stdout


def test_a_signed_pdf_holds_for_pdfsig_and_a_changed_byte_does_not(
    certificate: Path, tmp_path: Path
) -> None:
    whole = signed(papers.pdf(a_paper("Chain of custody"), AT))
    said = judged(whole, tmp_path)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "ETSI.CAdES.detached" in said
    changed = whole.replace(b"2026", b"2025", 1)
    assert changed != whole
    assert "Digest Mismatch" in judged(changed, tmp_path)


@pytest.mark.parametrize(
    ("name", "passphrase"), [("gone.p12", "secret"), ("documents.p12", "wrong")]
)
def test_a_document_that_was_to_be_signed_does_not_go_unsigned(
    certificate: Path, settings, name: str, passphrase: str
) -> None:
    settings.DOCUMENT_CERTIFICATE = str(certificate.parent / name)
    settings.DOCUMENT_PASSPHRASE = passphrase
    with pytest.raises(CertificateUnusable):
        signed(papers.pdf(a_paper("Chain of custody"), AT))


def test_without_a_certificate_it_goes_as_it_is(settings) -> None:
    settings.DOCUMENT_CERTIFICATE = ""
    assert signed(b"%PDF") == b"%PDF"
