"""A plan as a document: what ``plan_sessions --json`` prints and the API shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from custody.kit.sentences import Sentence
from custody.planning.forecast import Course
from custody.planning.rules import Plan, Problem, Reason, Score, Slot, Unit

FORMAT = "session-plan/1"

Json = dict[str, Any]


def document(problem: Problem, plan: Plan, baseline: Score) -> Json:
    """The whole proposal.

    Args:
        baseline: what the simple rule's plan costs, to compare.
    """
    units = {one.label: one for one in problem.units}
    inside: dict[str, list[Json]] = {}
    for one in plan.placements:
        inside.setdefault(one.slot, []).append(
            {**_unit(units[one.unit]), "reasons": _reasons(one.reasons)}
        )
    slots = sorted(problem.slots, key=lambda one: (one.starts_at, one.id))
    return {
        "format": FORMAT,
        "as_of": _time(problem.as_of),
        "until": _time(problem.until),
        "maker": plan.maker,
        "cost": told_score(plan.score),
        "bound": told_score(plan.bound),
        "baseline": told_score(baseline),
        "sessions": [
            _session(problem, plan, slot, inside[slot.id]) for slot in slots if slot.id in inside
        ],
        "idle": [slot.id for slot in slots if slot.booked and slot.id not in inside],
        "left_out": [
            {**_unit(units[one.unit]), "reasons": _reasons(one.reasons)} for one in plan.left_out
        ],
    }


def _session(problem: Problem, plan: Plan, slot: Slot, units: Sequence[Json]) -> Json:
    crew = plan.crews.get(slot.id)
    team = next((one for one in problem.teams if one.crew == crew), None)
    return {
        "session": slot.id,
        "booked": slot.booked,
        "plant": slot.plant,
        "starts_at": _time(slot.starts_at),
        "ends_at": _time(slot.ends_at),
        "crew": crew,
        "vehicle": team.vehicle if team else None,
        "load_grams": sum(one["grams"] for one in units),
        "cap_grams": max((cap.grams for cap in slot.caps), default=0),
        "units": list(units),
        "fetch": _fetch(slot, units),
    }


def _fetch(slot: Slot, units: Sequence[Json]) -> list[Json]:
    """What has to be brought, by the place where it is; what is on the road is brought already."""
    places: dict[str, list[str]] = {}
    for one in units:
        if one["place"] not in {"", slot.plant}:
            places.setdefault(one["place"], []).append(one["unit"])
    return [
        {"from": place, "leave_at": _time(slot.fetching_at), "units": labels}
        for place, labels in sorted(places.items())
    ]


def _unit(unit: Unit) -> Json:
    return {
        "unit": unit.label,
        "seizure": unit.seizure,
        "grams": unit.grams,
        "risk": unit.risk,
        "place": unit.place,
        "limit_at": _time(unit.limit_at) if unit.limit_at else None,
    }


def _reasons(reasons: Sequence[Reason]) -> list[Json]:
    """Each with its code and its words; with how they were made, where a page can say them in another language."""
    return [
        {"code": one.code, "text": one.text}
        | ({"sentence": one.text.made_of()} if isinstance(one.text, Sentence) else {})
        for one in reasons
    ]


def told_score(score: Score) -> Json:
    """What a plan costs."""
    return {
        "limits_broken": score.broken,
        "exposure_gram_minutes": score.exposure,
        "exposure_kilogram_hours": score.kilogram_hours,
    }


def told_course(name: str, course: Course) -> Json:
    """What would become of the days to come; masses in grams."""
    return {
        "name": name,
        "limits_broken": course.broken,
        "exposure_gram_minutes": course.exposure,
        "peak_grams": course.peak,
        "left_grams": course.left,
        "percent_used": course.percent_used,
        "days": [
            {
                "at": _time(one.at),
                "stock_grams": one.stock,
                "late": one.late,
                "exposure_gram_minutes": one.exposure,
            }
            for one in course.days
        ],
    }


def _time(moment: datetime) -> str:
    return moment.isoformat()
