"""Loading the demonstration: all of it or nothing, the same bytes from the same seed and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Sum

from custody.demo import trouble
from custody.demo.cast import enlist
from custody.demo.month import DAYS, plan
from custody.demo.story import Story
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.ledger import merkle, queries
from custody.ledger.append import open_ledger
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit, Seizure

ORIGIN = "custody.demonstration"


class NotADemonstration(CustodyError):
    """This ledger was opened for {purpose}: a demonstration gets a database of its own."""

    code = "not_a_demonstration"
    category = "conflict"


@dataclass(frozen=True)
class Summary:
    """What there is after a demonstration was loaded."""

    seizures: int
    exhibits: int
    events: int
    burnt_grams: Decimal
    live_grams: Decimal
    root: str


def loaded() -> bool:
    """Whether the demonstration is there already.

    Raises:
        NotADemonstration: the ledger is open for something else.
    """
    purpose = queries.purpose()
    if purpose not in (None, "demonstration"):
        raise NotADemonstration(purpose=purpose)
    return Seizure.objects.exists()


@transaction.atomic
def load(*, tonnes: int, seed: int, as_of: datetime) -> Summary:
    """Make the month that ends at a moment.

    Args:
        tonnes: how much is seized in it, about.
        seed: decides everything that chance decides.
        as_of: its end.
    """
    until = as_of.replace(second=0, microsecond=0)
    start = until - timedelta(days=DAYS, hours=6)
    with connection.cursor() as cursor:
        # Nobody else waits for this ledger yet, and a month takes its time.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    with ids.seeded(seed) as chance, clock.simulated(start) as time:
        if queries.purpose() is None:
            open_ledger("demonstration", ORIGIN)
        story = Story(enlist(start.date()), time, chance)
        catches = plan(chance, tonnes=tonnes, until=until)
        for catch in catches:
            story.at(catch.at, partial(story.intercept, catch))
        trouble.arrange(story, until, len(catches))
        story.next_session()
        story.watch()
        story.run(until)
    return summary()


def summary() -> Summary:
    """What there is now."""
    bulk = Exhibit.objects.filter(within__isnull=True)
    burnt = bulk.filter(stage="incinerated").aggregate(grams=Sum("gross_grams"))["grams"]
    live = bulk.live().aggregate(grams=Sum("gross_grams"))["grams"]
    leaves = Entry.objects.order_by("seq").values_list("leaf", flat=True)
    return Summary(
        seizures=Seizure.objects.count(),
        exhibits=Exhibit.objects.count(),
        events=Entry.objects.count(),
        burnt_grams=burnt or Decimal(0),
        live_grams=live or Decimal(0),
        root=merkle.root(bytes(leaf) for leaf in leaves.iterator()).hex(),
    )
