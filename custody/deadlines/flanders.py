"""The default policy. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from custody.seizures.lifecycle import Lane


def flanders_2024(*, effective_at: str = "2023-01-01T00:00:00.000000Z") -> dict[str, Any]:
    """The default policy, "Flanders 2024", with the source of every number.

    Args:
        effective_at: from when it holds. The default is before anything that the demonstration tells.
    """
    house = "house default, no public source"
    return {
        "code": "flanders-2024",
        "effective_at": effective_at,
        "clocks": [
            _clock(
                "harmless",
                ["exhibit.intercepted"],
                ["exhibit.neutralised", "exhibit.incinerated"],
                hours=2,
                lanes=[Lane.FAST],
                source="VITO: neutralised on the spot within two hours of the catch, the target of its development",
            ),
            _clock(
                "plant",
                ["order.given"],
                ["order.revoked", "exhibit.received", "exhibit.staged", "exhibit.incinerated"],
                hours=3,
                received_at=["plant"],
                source="fast-lane protocol of customs and plants: there within three hours of the request",
            ),
            _clock(
                "transit",
                ["exhibit.dispatched"],
                ["exhibit.received", "exhibit.found"],
                hours=2,
                samples=True,
                source=house,
            ),
            *(
                _clock(
                    "store",
                    ["exhibit.stored"],
                    ["exhibit.withdrawn", "exhibit.found", "exhibit.incinerated"],
                    hours=hours,
                    lanes=[lane],
                    source=house,
                )
                for lane, hours in ((Lane.FAST, 24), (Lane.STANDARD, 7 * 24))
            ),
            # a sample that nobody needs any more is drugs in a cupboard: somebody asks for it once a year
            _clock(
                "retained",
                ["exhibit.sampled"],
                ["exhibit.consumed", "exhibit.incinerated"],
                hours=365 * 24,
                samples="only",
                source=house,
            ),
        ],
    }


def _clock(
    name: str,
    starts: Sequence[str],
    stops: Sequence[str],
    *,
    hours: int,
    source: str,
    lanes: Sequence[Lane] = tuple(Lane),
    received_at: Sequence[str] = (),
    samples: bool | str = False,
) -> dict[str, Any]:
    return {
        "name": name,
        "starts": list(starts),
        "stops": list(stops),
        "lanes": [lane.value for lane in lanes],
        "limit_seconds": hours * 3600,
        "warn_percent": 75,
        "escalate_percent": 150,
        "received_at": list(received_at),
        "samples": samples,
        "source": source,
    }
