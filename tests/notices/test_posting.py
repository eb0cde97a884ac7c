"""Whoever names an address does not lead us astray, hold us up, or make us read."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from custody.notices import posting
from custody.notices.errors import AddressUnusable, Undelivered
from custody.notices.posting import post
from tests.notices.receivers import (
    TEN_GIGABYTES,
    Manner,
    Receiver,
    answering,
    closing,
    dripping,
    flooding,
    half_a_line,
    hanging,
    receiving,
    thanks,
)


def send(url: str, *, guarded: bool = False) -> None:
    post(url, b"{}", {"webhook-id": "msg_1"}, guarded=guarded)


def why(url: str, *, guarded: bool = False) -> str:
    with pytest.raises(Undelivered) as caught:
        send(url, guarded=guarded)
    return str(caught.value.params["why"])


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "STEP_SECONDS", 0.4)
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.8)


# --- manners


def test_what_is_thanked_for_has_arrived() -> None:
    with receiving(thanks) as receiver:
        send(receiver.url)
        assert receiver.got[0].headers["host"] == f"127.0.0.1:{receiver.port}"
    assert receiver.got[0].body == b"{}"


@pytest.mark.parametrize("status", [300, 400, 401, 404, 410, 429, 500, 503])
def test_any_other_answer_is_none(status: int) -> None:
    with receiving(answering(status)) as receiver:
        assert why(receiver.url) == f"status {status}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["other", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"]
)
def test_a_redirect_leads_nowhere(status: int, to: str) -> None:
    with receiving(thanks) as other:
        location = other.url if to == "other" else to
        with receiving(answering(status, f"Location: {location}")) as receiver:
            assert why(receiver.url) == f"status {status}"
    assert other.got == []


@pytest.mark.parametrize("manner", [closing, half_a_line])
def test_who_goes_without_an_answer_has_nothing(manner: Manner) -> None:
    with receiving(manner) as receiver:
        assert why(receiver.url) == "cut off"


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("manner", [hanging, dripping])
def test_who_does_not_come_to_an_end_is_cut_off(manner: Manner) -> None:
    with receiving(manner) as receiver:
        assert why(receiver.url) == "too late"


@pytest.mark.usefixtures("hurried")
def test_who_never_shakes_hands_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert why(f"https://127.0.0.1:{silent.getsockname()[1]}/") == "too late"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert why(f"http://127.0.0.1:{port}/") == "cut off"


def test_of_ten_gigabytes_next_to_nothing_is_taken() -> None:
    taken: list[int] = []
    with receiving(flooding(taken)) as receiver:
        send(receiver.url)
        receiver.over.wait(0.2)
        for _ in range(50):
            if taken or receiver.over.wait(0.1):
                break
    # what the kernels of both sides hold between them
    assert taken[0] < 64 * 1024**2 < TEN_GIGABYTES


# --- where to


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "https:///nowhere",
        "https://name:password@hooks.example/",
        "https://hooks.example/#part",
        "https://hooks.example:99999/",
        "https://hooks.example:0/",
        "https://hooks.example/with space",
        "https://hooks.example/\r\nHost: other",
        "https://[::1/",
        "https://hooks.example/" + "x" * 500,
        "",
    ],
)
def test_only_plain_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(AddressUnusable):
        posting.target(url, guarded=True)


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fec0::1",
    "::127.0.0.1",
    "::169.254.169.254",
    "5f00::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_our_own_are_not_public(address: str) -> None:
    assert not posting.public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "193.191.0.1", "2606:4700::1111"])
def test_addresses_of_the_world_are(address: str) -> None:
    assert posting.public(ip_address(address))


class Names:
    """What names stand for, and how often somebody asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self.real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.ask)

    def ask(self, host: str, port: int, *args: Any, **more: Any) -> Any:
        if host not in self.known:
            return self.real(host, port, *args, **more)
        self.asked.append(host)
        answers = self.known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port),
            )
            for one in found
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_of_ours_in_disguise_is_not_connected_to(names: Names, address: str) -> None:
    names.known["hooks.example"] = [[address]]
    assert why("https://hooks.example/", guarded=True) == "not a public address"


def test_one_private_address_among_public_ones_is_enough(names: Names) -> None:
    names.known["hooks.example"] = [["1.1.1.1", "10.0.0.1"]]
    assert why("https://hooks.example/", guarded=True) == "not a public address"


def test_a_literal_address_is_judged_too() -> None:
    for host in ("127.0.0.1", "2130706433", "0x7f.1", "[::1]", "169.254.169.254"):
        assert why(f"https://{host}/", guarded=True) in {"not a public address", "no such name"}


def test_a_name_that_means_nothing() -> None:
    assert why("https://nowhere.invalid/", guarded=True) == "no such name"


# --- the connection goes to the address that was judged, and to whom the name belongs


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for hooks.example that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture
def secure(authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver by TLS on loopback that is taken for somebody out in the world."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority)
    monkeypatch.setattr(posting, "public", lambda address: str(address) == "127.0.0.1")
    with receiving(thanks, tls=context) as receiver:
        yield receiver


@pytest.fixture
def trusting(authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's authorities, and this one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))


@pytest.mark.usefixtures("trusting")
def test_a_name_is_asked_once_and_its_owner_is_verified(names: Names, secure: Receiver) -> None:
    """The second answer would be the cloud's own: it is never asked for."""
    names.known["hooks.example"] = [["127.0.0.1"], ["169.254.169.254"]]
    send(f"https://hooks.example:{secure.port}/in", guarded=True)
    assert names.asked == ["hooks.example"]
    assert secure.names == ["hooks.example"]
    assert secure.got[0].headers["host"] == f"hooks.example:{secure.port}"
    assert secure.got[0].line == "POST /in HTTP/1.1"


@pytest.mark.usefixtures("trusting")
def test_an_address_that_leads_nowhere_is_passed_over(names: Names, secure: Receiver) -> None:
    names.known["hooks.example"] = [["::1", "127.0.0.1"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting, "public", lambda address: True)
        send(f"https://hooks.example:{secure.port}/", guarded=True)
    assert len(secure.got) == 1


@pytest.mark.usefixtures("trusting")
def test_somebody_elses_certificate_is_refused(names: Names, secure: Receiver) -> None:
    names.known["other.example"] = [["127.0.0.1"]]
    assert why(f"https://other.example:{secure.port}/", guarded=True) == "no trusted TLS"
    assert secure.got == []


def test_a_certificate_that_nobody_vouches_for_is_refused(names: Names, secure: Receiver) -> None:
    names.known["hooks.example"] = [["127.0.0.1"]]
    assert why(f"https://hooks.example:{secure.port}/", guarded=True) == "no trusted TLS"
    assert secure.got == []
