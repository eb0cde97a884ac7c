"""Reading what is to burn, and where it could: a problem for the planner out of the rows. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from uuid import UUID

from custody.burning.hours import local_day, week_of
from custody.burning.models import Crew, Permit, Session, SessionQuerySet, VehicleCapacity
from custody.burning.queries import claims
from custody.deadlines.models import Clock
from custody.deadlines.rules import Standing
from custody.deadlines.telling import telling
from custody.law import gate
from custody.law.queries import facts_for
from custody.planning.rules import Cap, Problem, Reason, Slot, Team, Unit
from custody.seizures.lifecycle import SAMPLE_FORMS, Lane, Stage
from custody.seizures.models import Exhibit, ExhibitQuerySet
from custody.seizures.rows import exhibit_state
from custody.seizures.states import ExhibitState

#: From fetching to the plant: what the policy lets a transit take (house default).
FETCHING = timedelta(hours=2)
#: How long a session is that nobody has booked yet (house default): half a shift.
SESSION = timedelta(hours=4)
#: A plan looks no further: by then everything has changed.
LONGEST = timedelta(days=60)
_DAY = timedelta(days=1)
_AT_KILN = (Stage.STAGED, Stage.LOADED)
#: How much worse an hour in store is (house default): the fast lane is for what gangs come back for, and what is
#: neutralised is worth nothing to them.
_RISKS = {Lane.FAST: 10, Lane.STANDARD: 5}
_RISK_NEUTRALISED = 1


def read(
    exhibits: ExhibitQuerySet,
    *,
    as_of: datetime,
    until: datetime,
    now: datetime,
    among: SessionQuerySet | None = None,
) -> Problem:
    """The problem as it stands.

    Args:
        exhibits: those that the plan may know of: what its reader may see.
        as_of, until: what time the plan is for.
        now: the present: an order counts that is in force now.
        among: the sessions that the plan may fill; of these, those of which its reader may see every unit.
    """
    rows = list(
        exhibits.live()
        .filter(within__isnull=True)
        .exclude(stage__in=[one.value for one in _AT_KILN])
        .exclude(form__in=[one.value for one in SAMPLE_FORMS])
        .order_by("label")
        .select_related("seizure")
    )
    sessions = list(
        (Session.objects.all() if among is None else among)
        .live()
        .filter(starts_at__gte=as_of, ends_at__lte=until)
        .select_related("permit")
        .order_by("starts_at", "id")
    )
    inside = {unit for one in sessions for unit in (*one.units, *one.staged)}
    seen = set(exhibits.filter(pk__in=inside).values_list("pk", flat=True))
    if among is not None:
        sessions = [one for one in sessions if seen.issuperset((*one.units, *one.staged))]
    duty = _Duty(as_of, {one.id for one in sessions})
    teams = _teams(duty.crews, sessions)
    others = _others(sessions, {row.id for row in rows})
    slots = [_booked(one, duty, others) for one in sessions]
    slots += _open_slots(duty, as_of, until)
    return Problem(as_of, until, list(_units(rows, sessions, as_of, until, now)), slots, teams)


# --- units


def _units(
    rows: Sequence[Exhibit],
    sessions: Collection[Session],
    as_of: datetime,
    until: datetime,
    now: datetime,
) -> Iterator[Unit]:
    within = {one.id for one in sessions}
    claimed = claims([row.id for row in rows])
    limits = _limits([row.id for row in rows], as_of)
    ready, against = _lawful(rows, as_of, until, now)
    for row in rows:
        session = claimed.get(row.id)
        fixed = str(session.id) if session and session.id in within else None
        obstacles = list(against.get(row.id, ()))
        if session and fixed is None:
            obstacles.append(
                Reason("in_another_session", "it is in a session outside of this plan")
            )
        if row.stage == Stage.MISSING:
            obstacles.append(Reason("missing", "it is missing"))
        if row.gross_grams is None:
            obstacles.append(Reason("not_weighed", "it was never weighed"))
        yield Unit(
            label=row.label,
            seizure=row.seizure.reference,
            substance=row.substance,
            form=row.form,
            grams=_whole(row.gross_grams or Decimal(0), ROUND_CEILING),
            risk=_RISK_NEUTRALISED if row.neutralised_at else _RISKS[Lane(row.lane)],
            # which vehicle it is in is its driver's to know
            place="" if row.stage == Stage.IN_TRANSIT else row.place_id or "",
            exposed_from=as_of,
            available_from=ready.get(row.id),
            limit_at=limits.get(row.id),
            obstacles=tuple(obstacles),
            fixed=fixed,
        )


def _limits(ids: Collection[UUID], as_of: datetime) -> dict[UUID, datetime]:
    """Of each exhibit the limit that falls next; the last that fell where all have.

    How long it may be on the road is no limit on when it burns, and would tell when it left.
    """
    found: dict[UUID, datetime] = {}
    rows = Clock.objects.filter(
        exhibit_id__in=ids, due_at__isnull=False, stopped_at__isnull=True, standing=Standing.OWN
    )
    rows = rows.exclude(name__in=telling().starts)
    for exhibit, due_at in rows.order_by("due_at").values_list("exhibit_id", "due_at"):
        known = found.get(exhibit)
        if due_at and (known is None or known < as_of):
            found[exhibit] = due_at
    return found


def _lawful(
    rows: Sequence[Exhibit], as_of: datetime, until: datetime, now: datetime
) -> tuple[dict[UUID, datetime], dict[UUID, list[Reason]]]:
    """From when each may burn as far as the law goes, and what stands against those that may not before the end."""
    states = {row.id: exhibit_state(row) for row in rows}
    ready: dict[UUID, datetime] = {}
    against: dict[UUID, list[Reason]] = {}

    def ask(ids: Collection[UUID], at: datetime) -> dict[UUID, list[Reason]]:
        return _missing([states[one] for one in ids], at, now)

    waiting = [one for one, missing in ask(states.keys(), as_of).items() if missing]
    ready.update(dict.fromkeys(states.keys() - set(waiting), as_of))
    # What only time is missing for, such as a notice period, is looked at day by day.
    at_last = ask(waiting, until)
    against.update({one: missing for one, missing in at_last.items() if missing})
    waiting = [one for one in waiting if one not in against]
    at = as_of
    while waiting and at < until:
        at = min(at + _DAY, until)
        told = ask(waiting, at)
        ready.update({one: at for one in waiting if not told[one]})
        waiting = [one for one in waiting if told[one]]
    return ready, against


def standing_in_the_way(
    rows: Collection[Exhibit], at: datetime, now: datetime
) -> dict[UUID, list[Reason]]:
    """What the law has against burning each of these at that time, as far as it is known now; an empty list where nothing."""
    return _missing([exhibit_state(row) for row in rows], at, now)


def _missing(
    states: Sequence[ExhibitState], at: datetime, now: datetime
) -> dict[UUID, list[Reason]]:
    facts = facts_for(states, at, now) if states else {}
    return {
        one: [Reason(each.code, each.text) for each in gate.missing(gate.Deed.INCINERATE, told)]
        for one, told in facts.items()
    }


# --- sessions


class _Duty:
    """Who can fetch when: the crews on duty, but for those in a session that is no part of the plan."""

    def __init__(self, as_of: datetime, planned: Collection[UUID]) -> None:
        self.crews = list(Crew.objects.order_by("code"))
        elsewhere = Session.objects.live().filter(crew__isnull=False, ends_at__gt=as_of)
        self._busy = list(
            elsewhere.exclude(pk__in=planned).values_list("crew_id", "starts_at", "ends_at")
        )

    def between(self, begins: datetime, ends: datetime) -> tuple[str, ...]:
        busy = {crew for crew, since, until in self._busy if since < ends and begins < until}
        return tuple(
            one.code for one in self.crews if one.code not in busy and one.available(begins, ends)
        )


def _others(sessions: Collection[Session], known: Collection[UUID]) -> dict[UUID, Exhibit]:
    """What is in these sessions and no part of the problem: staged already, or not for its reader to see."""
    inside = {unit for one in sessions for unit in (*one.units, *one.staged)}
    return Exhibit.objects.in_bulk(inside - set(known))


def _booked(row: Session, duty: _Duty, others: Mapping[UUID, Exhibit]) -> Slot:
    return _slot(
        str(row.id),
        str(row.plant_id),
        row.starts_at,
        row.ends_at,
        row.permit,
        (str(row.crew_id),) if row.crew_id else duty.between(row.starts_at, row.ends_at),
        [others[one] for one in {*row.units, *row.staged} if one in others],
    )


def _open_slots(duty: _Duty, as_of: datetime, until: datetime) -> Iterator[Slot]:
    """What could be asked for yet: by each plant's permit, hours and sessions a week, as early as can be."""
    taken: dict[str, list[tuple[datetime, datetime]]] = {}
    since = week_of(as_of)[0]
    for plant, begins, ends in (
        Session.objects.kept()
        .filter(ends_at__gt=since, starts_at__lt=until + 7 * _DAY)
        .values_list("plant_id", "starts_at", "ends_at")
    ):
        taken.setdefault(plant, []).append((begins, ends))
    hour = timedelta(hours=1)
    first = (as_of + FETCHING).replace(minute=0, second=0, microsecond=0) + hour
    for permit in Permit.objects.order_by("code"):
        plant, hours = str(permit.plant_id), permit.hours
        spans = taken.setdefault(plant, [])
        at = first
        while at + SESSION <= until:
            end = at + SESSION
            if (
                _holds(permit, at, end)
                and hours.cover(at, end)
                and not any(begins < end and at < ends for begins, ends in spans)
                and _in_week(spans, at) < permit.sessions_per_week
            ):
                spans.append((at, end))
                name = f"{plant} {at:%Y-%m-%dT%H:%MZ}"
                yield _slot(name, plant, at, end, permit, duty.between(at, end))
                at = end
            else:
                at += hour


def _holds(permit: Permit, begins: datetime, ends: datetime) -> bool:
    first, last = local_day(begins), local_day(ends)
    return permit.valid_from <= first and (permit.valid_until is None or last <= permit.valid_until)


def _in_week(spans: Collection[tuple[datetime, datetime]], at: datetime) -> int:
    since, until = week_of(at)
    return sum(since <= begins < until for begins, _ in spans)


def _slot(
    name: str,
    plant: str,
    begins: datetime,
    ends: datetime,
    permit: Permit,
    crews: tuple[str, ...],
    taken: Sequence[Exhibit] | None = None,
) -> Slot:
    """A slot, less what is taken of it; one that nobody booked yet if that is None."""
    loads = [(one, _whole(one.gross_grams or Decimal(0), ROUND_CEILING)) for one in taken or ()]
    caps = [Cap(_whole(cap.grams, ROUND_FLOOR), cap.substance, cap.form) for cap in permit.limits]
    return Slot(
        id=name,
        plant=plant,
        fetching_at=begins - FETCHING,
        starts_at=begins,
        ends_at=ends,
        caps=tuple(
            replace(
                cap,
                grams=cap.grams
                - sum(grams for one, grams in loads if cap.covers(one.substance, one.form)),
            )
            for cap in caps
        ),
        crews=crews,
        booked=taken is not None,
    )


def _teams(crews: Sequence[Crew], sessions: Sequence[Session]) -> list[Team]:
    """Each crew with a vehicle of its own: the one that it has in a session already, else the largest of its unit,
    else the largest that is left."""
    vehicles = {
        str(one.place_id): one
        for one in VehicleCapacity.objects.select_related("place").order_by(
            "-capacity_grams", "place"
        )
    }
    given: dict[str, str] = {}
    for session in sessions:
        if session.crew_id and session.vehicle_id in vehicles.keys() - set(given.values()):
            given.setdefault(str(session.crew_id), str(session.vehicle_id))
    for crew in crews:
        free = [code for code in vehicles if code not in given.values()]
        own = [code for code in free if vehicles[code].place.unit_id == crew.unit_id]
        if crew.code not in given and (own or free):
            given[crew.code] = (own or free)[0]
    return [_team(crew.code, given, vehicles) for crew in crews if crew.code in given]


def _team(crew: str, given: Mapping[str, str], vehicles: Mapping[str, VehicleCapacity]) -> Team:
    vehicle = given[crew]
    return Team(crew, vehicle, _whole(vehicles[vehicle].capacity_grams, ROUND_FLOOR))


def _whole(grams: Decimal, rounding: str) -> int:
    return int(grams.to_integral_value(rounding))
