"""Unannounced inventories: which places the rule draws on a day, and opening those of today."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from django.db import transaction

from custody.inventories.chance import Rule, drawn, due, rule_on
from custody.inventories.models import Inventory, Occasion
from custody.inventories.opening import InventoryUnderWay, NothingToCount, Wanted, open_inventory
from custody.inventories.sizes import Method
from custody.kit import clock, ids
from custody.ledger import append
from custody.ledger.events import SYSTEM, Event, Json, Subject, seal
from custody.ledger.models import Entry
from custody.places.models import Place, PlaceKind

logger = logging.getLogger("custody.inventories")

STORES = (PlaceKind.VAULT, PlaceKind.LABORATORY)


class Why(StrEnum):
    #: Chance fell on it.
    DRAWN = "drawn"
    #: The last one lies as far back as the rule allows.
    DUE = "due"


@dataclass(frozen=True)
class Draw:
    """A place that is counted unannounced on a day.

    Attributes:
        place: its code name.
        why: by chance, or because it had to be.
        rule: by which rule, on which ``day``.
        after_seq: the last event before the day, whose leaf is the seed.
    """

    place: str
    why: Why
    rule: Rule
    day: date
    after_seq: int

    @property
    def told(self) -> dict[str, Json]:
        """The draw as its event tells it."""
        return {
            "rule": self.rule.name,
            "one_in": self.rule.one_in,
            "at_most_days": self.rule.at_most_days,
            "day": self.day.isoformat(),
            "after_seq": self.after_seq,
            "why": self.why.value,
        }


def draws_of(day: date) -> Iterator[Draw]:
    """The stores that the rule draws on a day, from the ledger alone: anybody who holds it finds the same."""
    began = datetime.combine(day, time(), UTC)
    rule = rule_on(day)
    before = Entry.objects.filter(recorded_at__lt=began).order_by("-seq").first()
    if rule is None or before is None:
        return
    seed = bytes(before.leaf).hex()
    for place in Place.objects.filter(kind__in=STORES).order_by("code"):
        if drawn(rule, day, place.code, seed):
            yield Draw(place.code, Why.DRAWN, rule, day, before.seq)
        elif due(rule, day, _last(place, began).date()):
            yield Draw(place.code, Why.DUE, rule, day, before.seq)


def _last(place: Place, before: datetime) -> datetime:
    """When the place was last counted unannounced before a moment, or when it came into use."""
    counted = Inventory.objects.filter(
        place=place, occasion=Occasion.UNANNOUNCED, opened_at__lt=before
    )
    last = counted.order_by("-opened_at").values_list("opened_at", flat=True).first()
    if last:
        return last
    adopted = Entry.objects.get(subject_type="place", subject_id=place.code, previous__isnull=True)
    return adopted.recorded_at


def open_drawn() -> list[str]:
    """Open today's unannounced inventories, those that are open already left alone; their places.

    Nobody is told before: who may count finds them as soon as they are there, who keeps the place does not.
    """
    today = clock.now().astimezone(UTC).date()
    return [draw.place for draw in draws_of(today) if _open(draw)]


@transaction.atomic
def _open(draw: Draw) -> bool:
    # One a day of a place, however often this runs; whoever opens one holds the place until it is there.
    Place.objects.select_for_update(no_key=True).get(pk=draw.place)
    done = Inventory.objects.filter(place=draw.place, chance__day=draw.day.isoformat())
    if done.exists():
        return False

    def sealed(subject: Subject, kind: str, payload: dict[str, Json]) -> Event:
        return seal(
            kind=kind,
            subject=subject,
            actor=SYSTEM,
            occurred_at=clock.now(),
            payload=payload,
            previous=None,
            act_id=ids.new_id(),
        )

    wanted = Wanted(draw.place, Method.TENTH, Occasion.UNANNOUNCED, chance=draw.told)
    try:
        with transaction.atomic():
            append.append([open_inventory(wanted, sealed)])
    except (InventoryUnderWay, NothingToCount) as reason:
        logger.info("no unannounced inventory", extra={"code": reason.code})
        return False
    return True
