"""The web application at a moment that stands still, with chance that repeats itself: for pictures that come out the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import Any

from config.wsgi import application as product
from custody.kit import clock, ids

#: The moment, and the seed of the first request.
AT, SEED = datetime.fromisoformat(os.environ["CUSTODY_PICTURES_AT"]), 2023
_requests = count(SEED)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the product does, at that moment."""
    if environ["PATH_INFO"].startswith("/static/"):
        return product(environ, start_response)
    with clock.simulated(AT), ids.seeded(next(_requests)):
        return product(environ, start_response)
