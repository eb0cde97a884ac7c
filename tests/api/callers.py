"""Callers of the REST door: each with a real token of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from knox.models import AuthToken

from custody.kit import ids
from custody.people.models import Officer
from tests.cast import OFFICERS, Cast

ROOT = "/api/v1/"


@dataclass
class Caller:
    """One officer's client. Every answer must be JSON; ``status`` is asserted."""

    token: str | None
    client: Client = field(default_factory=Client)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Token {self.token}"} if self.token else {}

    def ask(
        self, method: str, path: str, told: Any = None, *, headers: dict[str, str] | None = None
    ) -> Any:
        """The raw answer."""
        return self.client.generic(
            method,
            path if path.startswith("/") else ROOT + path,
            told if isinstance(told, bytes) else _json(told),
            content_type="application/json",
            headers={**self.headers, **(headers or {})},
        )

    def get(self, path: str, status: int = 200) -> Any:
        return _told(self.ask("GET", path), status)

    def post(self, path: str, told: Any = None, status: int = 200, **headers: str) -> Any:
        return _told(self.ask("POST", path, told, headers=headers), status)

    def act(
        self,
        act: str,
        told: Any,
        status: int = 201,
        *,
        key: str | None = None,
        match: str | None = None,
    ) -> Any:
        """Perform an act under a new key, unless one is given; ``match`` is what goes as If-Match."""
        headers = {"idempotency-key": key or str(ids.new_id())}
        if match is not None:
            headers["if-match"] = match
        return _told(self.ask("POST", f"acts/{act}", told, headers=headers), status)

    def confirm(self, proposal: str, status: int = 201) -> Any:
        return self.post(f"proposals/{proposal}/confirm", status=status)


def _json(told: Any) -> str:
    import json

    return "" if told is None else json.dumps(told)


def _told(response: Any, status: int) -> Any:
    assert response.status_code == status, (response.status_code, response.content[:2000])
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json", response["Content-Type"]
        problem = response.json()
        assert problem["status"] == status
        assert problem["type"] == f"/api/v1/problems/{problem['code']}"
        assert problem["title"]
        assert problem["detail"]
        return problem
    assert response["Content-Type"] == "application/json", response["Content-Type"]
    return response.json()


def caller(officer: Officer) -> Caller:
    """A caller with a new token of this officer."""
    _, token = AuthToken.objects.create(user=officer)
    return Caller(token)


class Callers:
    """Everybody by role; ``callers.officer`` and the like."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.known: dict[str, Caller] = {}

    def __getattr__(self, name: str) -> Caller:
        if name not in OFFICERS:
            raise AttributeError(name)
        if name not in self.known:
            self.known[name] = caller(getattr(self.cast, name))
        return self.known[name]
