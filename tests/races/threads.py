"""Deeds begun at one moment, each in a thread of its own, on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

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


def act(actor: Officer, command: Command, key: str = "") -> Deed:
    return lambda: perform(actor, command, key=key or str(ids.new_id()))


def receipts(results: list[Any]) -> list[Receipt]:
    return [one for one in results if isinstance(one, Receipt)]


def refusals(results: list[Any]) -> set[type]:
    return {type(one) for one in results if isinstance(one, CustodyError)}
