"""Reading seizures and exhibits; everything is scoped by ``visible_to(actor)``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from uuid import UUID

from django.db import connection

from custody.ledger.models import Entry
from custody.ledger.queries import sound_events
from custody.seizures.corrections import effective
from custody.seizures.lifecycle import SAMPLE_FORMS
from custody.seizures.models import Exhibit, Seal

_DOWN = """
WITH RECURSIVE inside(top, id) AS (
    SELECT within_id, id FROM custody_exhibit WHERE within_id = ANY(%s)
    UNION ALL
    SELECT inside.top, e.id FROM custody_exhibit e JOIN inside ON e.within_id = inside.id
)
SELECT top, id FROM inside
"""

_UP = """
WITH RECURSIVE around(start, id, within_id) AS (
    SELECT id, id, within_id FROM custody_exhibit WHERE id = ANY(%s)
    UNION ALL
    SELECT around.start, e.id, e.within_id FROM custody_exhibit e JOIN around ON e.id = around.within_id
)
SELECT start, id FROM around WHERE within_id IS NULL
"""

_HOLDS_AROUND = """
WITH RECURSIVE around(start, within_id) AS (
    SELECT id, within_id FROM custody_exhibit WHERE id = ANY(%s)
    UNION ALL
    SELECT around.start, e.within_id FROM custody_exhibit e JOIN around ON e.id = around.within_id
)
SELECT around.start, e.holds FROM around JOIN custody_exhibit e ON e.id = around.within_id
"""

_FAMILY = """
WITH RECURSIVE family(id) AS (
    SELECT id FROM custody_exhibit WHERE id = ANY(%s)
    UNION
    SELECT e.id FROM custody_exhibit e JOIN family ON family.id IN (e.within_id, e.made_from_id)
)
SELECT id FROM family
"""


#: Events that say where something is, but for those of the road; what is born says it too.
_PLACED = (
    *("exhibit.intercepted", "exhibit.packed", "exhibit.split", "exhibit.sampled"),
    *("exhibit.received", "exhibit.stored", "exhibit.moved", "exhibit.found"),
)


def contents_of(containers: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The ids of everything inside each container, however deep."""
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, [list(containers)])
        result: dict[UUID, list[UUID]] = {container: [] for container in containers}
        for top, inner in cursor.fetchall():
            result[top].append(inner)
        return result


def holding_samples(exhibits: Collection[UUID]) -> set[UUID]:
    """Those of these that are samples, or hold one, however deep."""
    tops = {inner: top for top, inside in contents_of(exhibits).items() for inner in inside}
    samples = Exhibit.objects.filter(
        pk__in=[*exhibits, *tops], form__in=[form.value for form in SAMPLE_FORMS]
    )
    return {tops.get(one, one) for one in samples.values_list("pk", flat=True)}


def outermost(exhibits: Collection[UUID]) -> dict[UUID, UUID]:
    """For each exhibit the handling unit that it is, or is in."""
    with connection.cursor() as cursor:
        cursor.execute(_UP, [list(exhibits)])
        return dict(cursor.fetchall())


def family(exhibits: Collection[UUID]) -> set[UUID]:
    """These exhibits, whatever came out of them or is inside them, however deep, and the units around all of it."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [list(exhibits)])
        found = {one for (one,) in cursor.fetchall()}
    return found | set(outermost(found).values())


def holds_around(exhibits: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """For each exhibit the holds on the containers that it is in, however deep."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS_AROUND, [list(exhibits)])
        result: dict[UUID, set[UUID]] = {exhibit: set() for exhibit in exhibits}
        for exhibit, holds in cursor.fetchall():
            result[exhibit] |= set(holds)
        return result


def set_out_from(exhibits: Collection[UUID]) -> dict[UUID, str]:
    """Where each exhibit was before it went on the road, by the place's code name; one query."""
    entries = Entry.objects.filter(
        subject_type="exhibit",
        subject_id__in=[str(one) for one in exhibits],
        kind__in=[*_PLACED, "event.corrected"],
    ).order_by("subject_id", "seq")
    result: dict[UUID, str] = {}
    for exhibit, own in groupby(sound_events(entries), key=lambda one: one.subject.id):
        for event in effective(list(own)):
            born = event.payload.get("exhibit")
            told = born if isinstance(born, Mapping) else event.payload
            if told.get("place"):
                result[UUID(exhibit)] = str(told["place"])
    return result


def seals_of(exhibits: Iterable[Exhibit]) -> dict[UUID, list[Seal]]:
    """Each exhibit's seals in the order of their application."""
    rows = list(exhibits)
    result: dict[UUID, list[Seal]] = {row.id: [] for row in rows}
    for seal in Seal.objects.filter(exhibit__in=rows).order_by("applied_at", "number"):
        result[seal.exhibit_id].append(seal)
    return result
