"""Printing labels: what is printed is on record before there is any paper."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection, transaction

from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.labelling.models import LabelPrinting, Reason, Sort
from custody.people.models import Officer
from custody.people.rights import Right
from custody.places.models import Place
from custody.seizures import labels
from custody.seizures.models import Exhibit

#: Labels of one printing.
MOST = 500


class NothingToPrint(CustodyError):
    """Say how many new labels, or which units or places: one of the three, 1 to {most} labels."""

    code = "nothing_to_print"


class PrintedBefore(CustodyError):
    """{label} was printed on {day} by {badge}: say why it is printed again."""

    code = "printed_before"
    category = "conflict"


class NoReasonNeeded(CustodyError):
    """None of these labels was printed before: leave the reason out."""

    code = "no_reason_needed"


class PlaceUnseen(CustodyError):
    """{place} is not a place that you may see."""

    code = "place_unseen"
    category = "not_found"


@transaction.atomic
def print_labels(
    actor: Officer,
    *,
    count: int | None = None,
    units: Sequence[str] = (),
    places: Sequence[str] = (),
    reason: Reason | None = None,
    code: UUID | None = None,
) -> LabelPrinting:
    """Put down what is printed: new labels, or those of units or places.

    Args:
        actor: who prints; handles exhibits.
        count: so many new labels, for a roll.
        units: labels of units that the actor may see, or of a roll of the actor's unit or agency.
        places: code names of places that the actor may see.
        reason: why again, if one of them was printed before.
        code: the id to record it under; a new one, unless told.

    Raises:
        RightMissing: the actor handles nothing.
        NothingToPrint: it is not one of the three, or too many.
        MisreadLabel, UnknownLabel, PlaceUnseen: there is no such unit or place for the actor.
        PrintedBefore, NoReasonNeeded: the reason is missing, or there is nothing to give one for.
    """
    actor.require(Right.HANDLE)
    told = [one for one in (count, units, places) if one]
    if len(told) != 1 or not 0 < (count or len(units) or len(places)) <= MOST:
        raise NothingToPrint(field="count", most=MOST)
    if count:
        sort, names = Sort.ROLL, _new(count)
    elif units:
        sort, names = Sort.UNITS, _units(actor, units)
    else:
        sort, names = Sort.PLACES, _places(actor, places)
    _judge_again(names, reason)
    return LabelPrinting.adopt(
        str(code or ids.new_id()),
        {
            "sort": sort.value,
            "labels": list(names),
            "reason": reason.value if reason else None,
            "printed_by": actor.badge,
            "printed_at": clock.to_text(clock.now()),
        },
        actor=actor.person,
    )


def _new(count: int) -> list[str]:
    """So many labels that nothing bears and no paper shows."""
    found: set[str] = set()
    while len(found) < count:
        fresh = {labels.new_label() for _ in range(count - len(found))} - found
        borne = Exhibit.objects.filter(label__in=fresh).values_list("label", flat=True)
        found |= fresh - set(borne) - _printed(fresh).keys()
    return sorted(found)


def _units(actor: Officer, told: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(labels.parse(one) for one in told))
    there = set(
        Exhibit.objects.visible_to(actor).filter(label__in=wanted).values_list("label", flat=True)
    )
    left = set(wanted) - there
    if left:
        borne = set(Exhibit.objects.filter(label__in=left).values_list("label", flat=True))
        rolls = LabelPrinting.objects.visible_to(actor).filter(labels__overlap=sorted(left))
        there |= {one for roll in rolls for one in roll.labels if one not in borne}
    for label in wanted:
        if label not in there:
            raise labels.UnknownLabel(field="units", label=label)
    return wanted


def _places(actor: Officer, told: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(told))
    there = set(
        Place.objects.visible_to(actor).filter(code__in=wanted).values_list("code", flat=True)
    )
    for place in wanted:
        if place not in there:
            raise PlaceUnseen(field="places", place=place)
    return wanted


def _judge_again(names: Sequence[str], reason: Reason | None) -> None:
    # two who print the same label at once: the second sees what the first did
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('custody labels', 0))")
    before = _printed(names)
    again = next((one for one in names if one in before), None)
    if again and not reason:
        last = before[again]
        raise PrintedBefore(
            field="reason",
            label=again,
            day=f"{last.printed_at:%Y-%m-%d}",
            badge=last.printed_by_id,
            legal=list(Reason.values),
        )
    if reason and not again:
        raise NoReasonNeeded(field="reason")


def _printed(names: Collection[str]) -> dict[str, LabelPrinting]:
    """The last printing of each of these that was printed before."""
    wanted, found = set(names), {}
    for row in LabelPrinting.objects.filter(labels__overlap=sorted(wanted)).order_by("printed_at"):
        found.update(dict.fromkeys(wanted & set(row.labels), row))
    return found
