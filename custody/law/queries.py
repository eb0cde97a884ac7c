"""The profile that holds, and the gate's facts: for any number of units in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db import connection

from custody.law import profiles
from custody.law.facts import Content, Facts, Order, Owner, SampleKept
from custody.law.models import DestructionOrder, Profile
from custody.ledger.adoption import ByHead
from custody.seizures.lifecycle import LIVE, SAMPLE_FORMS, Form, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.queries import contents_of, outermost
from custody.seizures.states import ExhibitState, SeizureState

_KEPT = [stage.value for stage in LIVE - {Stage.MISSING}]
#: What is loaded is on its way into the fire: nobody counts on it any more.
_STAYING = LIVE - {Stage.MISSING, Stage.LOADED}
_WEIGHED = (
    "id",
    "seizure_id",
    "within_id",
    "form",
    "substance",
    "net_grams",
    "neutralised_at",
    "run",
    "stage",
)


def profile_at(at: datetime) -> profiles.Profile | None:
    """The profile that holds at a moment, in one query; None where none does."""
    row = Profile.objects.filter(effective_at__lte=at).order_by("-effective_at").first()
    return _parse_once(ByHead(row)) if row else None


@lru_cache(maxsize=16)
def _parse_once(key: ByHead[Profile]) -> profiles.Profile:
    return key.row.rules


def facts_for(
    units: Sequence[ExhibitState], at: datetime, now: datetime, *, deciding: bool = False
) -> dict[UUID, Facts]:
    """The facts about each unit as they stand.

    Args:
        units: handling units.
        at: when the deed is done: an order counts if it was given by then, and the profile in force then judges.
        now: when it is recorded. An investigation that is open at either moment is open.
        deciding: the deed is about to be done to all of them together, and nobody else may meanwhile count on
            what is to be retained; otherwise each is looked at by itself.
    """
    profile = profile_at(at)
    inside = contents_of([unit.id for unit in units])
    inner = Exhibit.objects.in_bulk([one for ids in inside.values() for one in ids])
    full = {row.within_id for row in inner.values()}
    seizures = Seizure.objects.in_bulk({unit.seizure_id for unit in units})
    samples = _samples(seizures)
    orders = _Orders(seizures, at)
    bulk = _bulk(seizures, profile, orders, deciding=deciding)
    if deciding:
        for unit in units:
            bulk.take_away(unit)
    result = {}
    for unit in units:
        rows = sorted((inner[one] for one in inside[unit.id]), key=lambda row: row.label)
        seizure = seizures[unit.seizure_id]
        result[unit.id] = Facts(
            profile=profile,
            at=at,
            unit=_content(unit, orders, innermost=unit.id not in full),
            contents=[_content(row, orders, innermost=row.id not in full) for row in rows],
            samples=[kept for top, kept in samples[unit.seizure_id] if top != unit.id],
            custodian=unit.custodian_unit,
            investigation_open=any(investigation_open(seizure, day.date()) for day in (at, now)),
            seized_at=seizure.opened_at,
            owner=_owner(seizure),
            retained_grams=orders.retained_grams(unit.seizure_id),
            left=bulk.without(unit),
        )
    return result


class _Orders:
    """The orders over these seizures that were in force at a moment."""

    def __init__(self, seizures: Collection[UUID], at: datetime) -> None:
        rows = (
            DestructionOrder.objects.filter(
                seizure__in=seizures, revoked_at__isnull=True, given_at__lte=at
            )
            .select_related("given_by__unit__agency")
            .order_by("given_at", "number")
        )
        self._naming: dict[UUID, Order] = {}
        self._keeping: dict[UUID, list[str]] = {}
        self._grams: dict[UUID, tuple[Decimal, str]] = {}
        for row in rows:
            self._naming[row.id] = Order(
                number=row.number,
                given_at=row.given_at,
                given_by=row.given_by.unit.agency.kind,
                authorised=bool(row.judge_authorisation),
                ground=row.ground,
            )
            for exhibit in row.retained:
                self._keeping.setdefault(exhibit, []).append(row.number)
            if row.retained_grams:
                told = (row.retained_grams, row.number)
                self._grams[row.seizure_id] = max(self._grams.get(row.seizure_id, told), told)
        self._inherit()

    def _inherit(self) -> None:
        """What was made from what is kept is kept too: else a split would undo the order."""
        parents = set(self._keeping)
        while parents:
            made = Exhibit.objects.filter(made_from__in=parents).exclude(
                form__in=[form.value for form in SAMPLE_FORMS]
            )
            found = list(made.values_list("pk", "made_from_id"))
            for part, whole in found:
                own = self._keeping.setdefault(part, [])
                own += [one for one in self._keeping[whole] if one not in own]
            parents = {part for part, _ in found}

    def naming(self, exhibit: ExhibitState | Exhibit) -> tuple[Order, ...]:
        return tuple(self._naming[one] for one in exhibit.orders if one in self._naming)

    def keeping(self, exhibit: UUID) -> tuple[str, ...]:
        return tuple(self._keeping.get(exhibit, ()))

    def retained_grams(self, seizure: UUID) -> tuple[Decimal, str] | None:
        return self._grams.get(seizure)


def _content(one: ExhibitState | Exhibit, orders: _Orders, *, innermost: bool) -> Content:
    return Content(
        one.label,
        Form(one.form),
        one.substance,
        held=bool(one.holds),
        orders=orders.naming(one),
        kept_by=orders.keeping(one.id),
        disputed=one.disputed,
        photographs=len(one.shown_by),
        innermost=innermost,
    )


def _owner(seizure: Seizure) -> Owner | None:
    if not seizure.owner_known:
        return None
    told, until = seizure.owner_notified_on, seizure.owner_until
    return Owner(
        date.fromisoformat(told) if told else None, date.fromisoformat(until) if until else None
    )


class _Bulk:
    """What is there of these seizures' bulk: net grams by substance, in all and of each handling unit."""

    def __init__(self) -> None:
        self._whole: dict[UUID, dict[str, Decimal]] = {}
        self._unit: dict[UUID, dict[str, Decimal]] = {}

    def add(self, seizure: UUID, unit: UUID, substance: str, grams: Decimal) -> None:
        for sums in (self._whole.setdefault(seizure, {}), self._unit.setdefault(unit, {})):
            sums[substance] = sums.get(substance, Decimal(0)) + grams

    def take_away(self, unit: ExhibitState) -> None:
        self._whole[unit.seizure_id] = self.without(unit)
        self._unit.pop(unit.id, None)

    def without(self, unit: ExhibitState) -> dict[str, Decimal]:
        own = self._unit.get(unit.id, {})
        whole = self._whole.get(unit.seizure_id, {})
        return {one: grams - own.get(one, Decimal(0)) for one, grams in whole.items()}


def _bulk(
    seizures: Collection[UUID], profile: profiles.Profile | None, orders: _Orders, *, deciding: bool
) -> _Bulk:
    """The bulk of those seizures of which something is to be retained.

    A mass that nobody knows counts as none; what is missing, loaded or made harmless does not count.
    """
    found = _Bulk()
    by_law = profile is not None and any(rules.retained for rules in profile.deeds.values())
    concerned = sorted(one for one in seizures if by_law or orders.retained_grams(one))
    if not concerned:
        return found
    if deciding:
        with connection.cursor() as cursor:
            for one in concerned:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"retained {one}"]
                )
    # plain rows: of a large seizure there are thousands
    told = Exhibit.objects.filter(seizure__in=concerned).values_list(*_WEIGHED, named=True)
    rows = {row.id: row for row in told}
    full = {row.within_id for row in rows.values()}
    for row in rows.values():
        top, untouched = row, row.neutralised_at is None and row.run is None
        while top.within_id:
            top = rows[top.within_id]
            untouched &= top.neutralised_at is None and top.run is None
        if (
            row.id not in full
            and row.form not in SAMPLE_FORMS
            and row.net_grams is not None
            and untouched
            and Stage(top.stage) in _STAYING
        ):
            found.add(row.seizure_id, top.id, row.substance, row.net_grams)
    return found


def _samples(seizures: Collection[UUID]) -> dict[UUID, list[tuple[UUID, SampleKept]]]:
    """By seizure: each sample that is kept, with the handling unit that it is or is in, and whose hands that is in."""
    rows = list(
        Exhibit.objects.filter(seizure__in=seizures, form__in=[form.value for form in SAMPLE_FORMS])
    )
    packed = [row.id for row in rows if row.within_id]
    tops = outermost(packed) if packed else {}
    around = Exhibit.objects.in_bulk(set(tops.values())) if tops else {}
    result: dict[UUID, list[tuple[UUID, SampleKept]]] = {one: [] for one in seizures}
    for row in rows:
        top = around[tops[row.id]] if row.id in tops else row
        if top.stage in _KEPT:
            kept = SampleKept(Form(row.form), top.custodian_unit)
            result[row.seizure_id].append((top.id, kept))
    return result


def investigation_open(seizure: Seizure | SeizureState, on: date) -> bool:
    """Whether a judicial investigation of the seizure runs on a day."""
    opened, closed = seizure.investigation_opened_on, seizure.investigation_closed_on
    day = on.isoformat()
    return opened is not None and opened <= day and (closed is None or day < closed)
