"""The sign of life is given while every sweeper sweeps, and stays away as soon as one does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from custody.deadlines.models import Sweeper, SweepRun
from custody.deadlines.sweeping import sweep
from custody.deadlines.tasks import tell_alive
from custody.kit import clock
from custody.kit.env import address
from custody.kit.errors import InvalidSetting

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(settings: Any) -> Iterator[list[str]]:
    """What was asked for at the address of the sign of life."""
    found: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ALIVE_URL = f"http://127.0.0.1:{server.server_port}/still-here"
    yield found
    server.shutdown()
    server.server_close()


def test_it_is_given_while_both_sweep(asked: list[str]) -> None:
    sweep(by=Sweeper.WATCH)
    sweep(by=Sweeper.BEAT)
    tell_alive()
    assert asked == ["/still-here"]


@pytest.mark.parametrize("dead", list(Sweeper))
def test_it_stays_away_when_either_has_been_silent_for_a_minute(
    asked: list[str], dead: Sweeper
) -> None:
    for one in Sweeper:
        sweep(by=one)
    SweepRun.objects.filter(pk=dead).update(ended_at=clock.now() - timedelta(seconds=61))
    tell_alive()
    assert asked == []


def test_it_stays_away_before_anybody_swept(asked: list[str]) -> None:
    tell_alive()
    assert asked == []


def test_nobody_listening_there_stops_nothing(settings: Any) -> None:
    settings.ALIVE_URL = "http://127.0.0.1:9/"
    for one in Sweeper:
        sweep(by=one)
    tell_alive()


def test_without_an_address_nothing_is_asked_for(asked: list[str], settings: Any) -> None:
    settings.ALIVE_URL = ""
    for one in Sweeper:
        sweep(by=one)
    tell_alive()
    assert asked == []


def test_an_address_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_ALIVE_URL", "file:///etc/passwd")
    with pytest.raises(InvalidSetting):
        address("CUSTODY_ALIVE_URL")
