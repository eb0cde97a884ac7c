"""A time-stamp authority of OpenSSL's, and a small server in front of it that can also misbehave."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

# No `certs=`: a reply that holds two certificates is not in DER's order, and strict readers refuse it.
_CONFIGURATION = """
[tsa]
default_tsa = own
[own]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[default]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:FALSE
"""


class OpenSslAuthority:
    """Keys and certificates in a folder, and `openssl ts` on them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.certificate = folder, folder / "ca.pem"
        (folder / "tsa.conf").write_text(_CONFIGURATION)
        self._openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 9"
        )
        self._openssl("req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=stamps")
        self._openssl(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem -extfile tsa.conf"
        )

    def reply_to(self, query: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(query)
        self._openssl(
            "ts -reply -config tsa.conf -queryfile request.tsq -signer tsa.pem -inkey tsa.key -out reply"
        )
        return (self.folder / "reply").read_bytes()

    def stamped(self, data: bytes) -> bytes:
        (self.folder / "data").write_bytes(data)
        self._openssl("ts -query -data data -sha256 -cert -out own.tsq")
        return self.reply_to((self.folder / "own.tsq").read_bytes())

    def accepts(self, data: bytes, reply: bytes) -> bool:
        """Whether `openssl ts -verify` does."""
        (self.folder / "told").write_bytes(data)
        (self.folder / "told.tsr").write_bytes(reply)
        command = "openssl ts -verify -data told -in told.tsr -CAfile ca.pem"
        return subprocess.run(command.split(), cwd=self.folder, capture_output=True).returncode == 0

    def _openssl(self, command: str) -> None:
        subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True
        )


#: What a server answers to a request's bytes; None: nothing, until the test is over.
Answer = Callable[[bytes], bytes | None]


@contextmanager
def served(answer: Answer, drip: float = 0) -> Iterator[str]:
    """A server that answers so, byte by byte if it drips; yields its address."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = answer(self.rfile.read(int(self.headers["Content-Length"])))
            if told is None:
                over.wait(60)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            try:
                for byte in told if drip else ():
                    self.wfile.write(bytes([byte]))
                    time.sleep(drip)
                if not drip:
                    self.wfile.write(told)
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
