"""Deeds begun at one moment, each in a thread of its own, on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

from django.db import connection, connections

from custody.handling.commands import Command
from custody.handling.record import Receipt, perform
from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.people.models import Officer

Deed = Callable[[], Any]


def together(*deeds: Deed) -> list[Any]:
    """What each deed gave, or the refusal that it met, all begun at one moment."""
    barrier = Barrier(len(deeds))

    def one(deed: Deed) -> Any:
        try:
            barrier.wait()
            return deed()
        except CustodyError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def wait_to_be_wanted() -> None:
    """Wait until some other connection waits for what this one holds."""
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return
        Event().wait(0.01)
    raise AssertionError("nobody came to want it")


def act(actor: Officer, command: Command, key: str = "") -> Deed:
    return lambda: perform(actor, command, key=key or str(ids.new_id()))


def receipts(results: list[Any]) -> list[Receipt]:
    return [one for one in results if isinstance(one, Receipt)]


def refusals(results: list[Any]) -> set[type]:
    return {type(one) for one in results if isinstance(one, CustodyError)}
