"""Agencies' sign-in services: a real one in a process of its own, and one that says whatever a test wants it to."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.clients.conftest import PROGRAMS
from tests.races.children import program, until

REAL = PROGRAMS / "oidc-provider-mock"


@contextmanager
def real_provider(*, token_seconds: int = 600) -> Iterator[str]:
    """The issuer of Authlib's provider, in a process of its own; it insists on a nonce and knows everybody."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"

    def alive() -> bool:
        try:
            return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).ok
        except requests.ConnectionError:
            return False

    command = (str(REAL), "--port", str(port), "--require-nonce")
    with program(
        *command, "--token-max-age", str(token_seconds), environment=os.environ | {"NO_COLOR": "1"}
    ):
        until(alive, "the provider is up")
        yield issuer


@dataclass
class Liar:
    """A provider whose every word is the test's: metadata, keys, and the claims of the next token."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    #: What the next token claims beside, or instead of, what is right.
    claims: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    #: Signs the next token, if not the published key does; and by which algorithm.
    signed_by: Any = None
    algorithm: str = "RS256"
    kid: str = "k1"
    #: Where it sends who asks for its documents.
    elsewhere: str | None = None
    #: Instead of a token.
    answer: dict[str, Any] | None = None

    def documents(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **self.metadata,
            },
            "/jwks": {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]},
        }

    def token(self) -> dict[str, Any]:
        if self.answer is not None:
            return self.answer
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "custody",
            "sub": "s-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
        } | self.claims
        told = {name: value for name, value in claims.items() if value is not None}
        key = self.key if self.signed_by is None else self.signed_by
        signed = jwt.encode(told, key or None, algorithm=self.algorithm, headers={"kid": self.kid})
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


@contextmanager
def lying_provider() -> Iterator[Liar]:
    """A provider on loopback that says what it is told to."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if liar.elsewhere:
                self.send_response(302)
                self.send_header("Location", liar.elsewhere)
                self.end_headers()
                return
            if asked.path != "/authorize":
                self._answer(liar.documents().get(asked.path))
                return
            told = {name: values[0] for name, values in parse_qs(asked.query).items()}
            liar.nonce = told["nonce"]
            self.send_response(302)
            back = urlencode({"code": "c", "state": told["state"]})
            self.send_header("Location", f"{told['redirect_uri']}?{back}")
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(liar.token())

        def _answer(self, told: Any) -> None:
            body = json.dumps(told).encode()
            self.send_response(200 if told is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        liar.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield liar
        finally:
            server.shutdown()
            thread.join()
