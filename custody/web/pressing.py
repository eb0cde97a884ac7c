"""What presses: the sections on top of the board, each counted from the record itself, what hurts most in front."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Min, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _

from custody.audit.trails import ways_hidden
from custody.audit.words import day
from custody.deadlines.models import Clock, Flag, FlagCause
from custody.deadlines.rules import Standing
from custody.deadlines.telling import telling
from custody.handling.models import Proposal, ProposalState
from custody.handling.proposals import waiting_for
from custody.handling.register import ACTS
from custody.kit.clock import start_of_day
from custody.law.models import Hold
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import by_a_way, seen_whole
from custody.web.discrepancies import Matter, in_words, matters
from custody.web.overview import live_units
from custody.web.sections import TICKING, Line, Section, version_of
from custody.web.words import before_colon, clock_name, span

#: What is due within so long is due next.
AHEAD = timedelta(hours=24)


def sections(officer: Officer, now: datetime) -> list[Section]:
    """Every section with its worst lines told in full, in a fixed number of queries."""
    running = _running(officer, now)
    found = [
        _section("late", [line for line in running if line.section == "late"]),
        _section("missing", _missing(officer, now)),
        _section("discrepancies", _discrepancies(officer, now)),
        _section("next", [line for line in running if line.section == "next"]),
        _section("waiting", _waiting(officer, now)),
        _section("holds", _holds(officer, now)),
    ]
    name_lines(officer, [line for one in found for line in one.shown])
    for one in found:
        # how long ago something was is told anew every ten minutes; clocks tick by themselves
        ticks = () if one.name in TICKING else (now.date(), now.hour, now.minute // 10)
        told = [line.told for line in one.shown]
        one.version = version_of(one.name, one.count, len(one.lines), told, ticks)
    return found


def whole_section(officer: Officer, now: datetime, name: str) -> Section:
    """One section, of which no line is told in full yet."""
    if name in TICKING:
        lines = [line for line in _running(officer, now) if line.section == name]
    else:
        makers = {
            "missing": _missing,
            "discrepancies": _discrepancies,
            "waiting": _waiting,
            "holds": _holds,
        }
        lines = makers[name](officer, now)
    return _section(name, lines)


def _section(name: str, lines: list[Line]) -> Section:
    whole = name in {"waiting", "holds"}
    return Section(name, len(lines) if whole else sum(line.units for line in lines), lines)


def _running(officer: Officer, now: datetime) -> list[Line]:
    """Limits that were passed or soon will be, by seizure and clock, from time itself; one query."""
    late = ExpressionWrapper(Q(due_at__lte=now), output_field=BooleanField())
    hidden = telling()
    # what is told by its day is summed up by itself: the first limit of others is told as it is
    by_day = Q(name__in=hidden.starts) & ~seen_whole(officer, "exhibit__")
    rows: Any = (
        Clock.objects.filter(
            stopped_at__isnull=True,
            standing=Standing.OWN,
            due_at__lte=now + AHEAD,
            exhibit__in=live_units(officer),
        )
        .annotate(late=late, by_day=Case(When(by_day, then=True), default=False))
        .values("exhibit__seizure_id", "name", "late", "by_day")
        .annotate(
            units=Count("exhibit"),
            due=Min("due_at"),
            begun=Min("started_at"),
            warn=Min("warn_at"),
            label=Min("exhibit__label"),
        )
        .order_by()
    )
    return sorted((_limit(row, now) for row in rows), key=lambda line: line.stands_at)


def _limit(row: Mapping[str, Any], now: datetime) -> Line:
    key = f"{row['exhibit__seizure_id']} {row['name']}"
    line = Line(
        section="late" if row["late"] else "next",
        key=f"{key} by day" if row["by_day"] else key,
        title=clock_name(row["name"]),
        seizure_id=row["exhibit__seizure_id"],
        units=row["units"],
        at=row["due"],
        label=row["label"] if row["units"] == 1 else None,
        grave=row["late"],
        note=row["name"],
        by_day=row["by_day"],
    )
    if line.by_day:
        line.at = start_of_day(row["due"])
        words = _("late, was due on {day}") if row["late"] else _("due on {day}, hour not told")
        line.words = words.format(day=day(line.at))
        return line
    words = _("{span} left")
    if row["late"]:
        words = _("late by {span}")
    elif now >= row["warn"]:
        words = _("only {span} left")
    line.words = words.format(span=span(row["due"] - now))
    line.started_at, line.warn_at = row["begun"], row["warn"]
    return line


def _missing(officer: Officer, now: datetime) -> list[Line]:
    """What nobody could find, by seizure, the longest gone in front; one query."""
    rows: Any = (
        live_units(officer)
        .filter(stage=Stage.MISSING)
        .values("seizure_id")
        .annotate(units=Count("id"), since=Min("last_at"), label=Min("label"))
        .order_by("since", "label")
    )
    return [
        Line(
            section="missing",
            key=f"{row['seizure_id']} missing",
            title=_("Missing"),
            seizure_id=row["seizure_id"],
            units=row["units"],
            at=row["since"],
            words=_("for {span}").format(span=span(now - row["since"])),
            label=row["label"] if row["units"] == 1 else None,
            grave=True,
        )
        for row in rows
    ]


def _discrepancies(officer: Officer, now: datetime) -> list[Line]:
    """What does not add up and nobody took note of, by seizure and matter; what is missing has a section of its own."""
    # what was reported on its way is told by its day, and stands by itself
    hidden = Q(source__isnull=False) & by_a_way("source") & ~seen_whole(officer, "exhibit__")
    rows = (
        Flag.objects.visible_to(officer)
        .open()
        .exclude(cause=FlagCause.LIMIT)
        .exclude(cause=FlagCause.DISCREPANCY, exhibit__stage=Stage.MISSING)
        .annotate(by_day=Case(When(hidden, then=True), default=False))
        .order_by("fell_due_at", "id")
        .values_list(
            "exhibit__seizure_id", "exhibit__label", "cause", "source", "fell_due_at", "by_day"
        )
    )
    told = list(rows)
    about = matters([source for _s, _l, cause, source, *_ in told if cause == "discrepancy"])
    found: dict[tuple[UUID, str, bool], Line] = {}
    units: dict[tuple[UUID, str, bool], set[str]] = {}
    sources: dict[tuple[UUID, str, bool], list[UUID | None]] = {}
    for seizure, label, cause, source, fell_at, by_day in told:
        title = _about(cause, about.get(source))
        at = start_of_day(fell_at) if by_day else fell_at
        line = found.setdefault(
            (seizure, title, by_day),
            Line(
                section="discrepancies",
                key=f"{seizure} {title} by day" if by_day else f"{seizure} {title}",
                title=title,
                seizure_id=seizure,
                units=0,
                at=at,
                words=day(at) if by_day else _("{span} ago").format(span=span(now - at)),
                grave=True,
                note=cause,
                by_day=by_day,
            ),
        )
        several = units.setdefault((seizure, title, by_day), set())
        several.add(label)
        sources.setdefault((seizure, title, by_day), []).append(source)
        line.units = len(several)
        line.label = label if len(several) == 1 else None
    for key, line in found.items():
        line.measure = in_words(about, sources[key])
    return sorted(found.values(), key=lambda line: line.stands_at)


def _about(cause: str, matter: Matter | None) -> str:
    if cause == FlagCause.PROPOSAL:
        return _("Proposal came to nothing")
    return matter.title if matter else _("Discrepancy")


def _waiting(officer: Officer, now: datetime) -> list[Line]:
    """What the officer may sign, and for who oversees whatever else waits; what lapses first in front."""
    own = waiting_for(officer)
    mine = {one.pk for one in own}
    others: Iterable[Proposal] = ()
    if Right.OVERSEE in officer.rights:
        others = (
            Proposal.objects.visible_to(officer)
            .filter(state=ProposalState.OPEN, lapses_at__gt=now)
            .exclude(pk__in=mine)
            .prefetch_related("units__exhibit")
        )
    every = [*own, *others]
    hidden = ways_hidden(officer, every)
    lines = [_proposed(one, now, for_you=one.pk in mine, by_day=one.pk in hidden) for one in every]
    return sorted(lines, key=lambda line: (UUID(line.key) not in mine, line.stands_at))


def _proposed(one: Proposal, now: datetime, *, for_you: bool, by_day: bool) -> Line:
    units = [unit.exhibit for unit in one.units.all()]
    lapses = start_of_day(one.lapses_at)
    return Line(
        section="waiting",
        key=str(one.pk),
        title=before_colon(ACTS[one.act].title),
        seizure_id=units[0].seizure_id if units else None,
        units=len(units),
        at=lapses if by_day else one.lapses_at,
        by_day=by_day,
        words=_("lapses on {day}").format(day=day(lapses))
        if by_day
        else _("lapses in {span}").format(span=span(one.lapses_at - now)),
        label=units[0].label if len(units) == 1 else None,
        exhibit=units[0] if len(units) == 1 else None,
        note=(_("for you, by {badge}") if for_you else _("by {badge}")).format(
            badge=one.proposer_id
        ),
        address=reverse("proposal", args=[one.pk]),
    )


def _holds(officer: Officer, now: datetime) -> list[Line]:
    """Holds that are in force, the oldest in front; one query."""
    rows = Hold.objects.visible_to(officer).filter(lifted_at__isnull=True)
    return [
        Line(
            section="holds",
            key=str(one.pk),
            title=_("Hold"),
            seizure_id=one.seizure_id,
            units=len(one.exhibits),
            at=one.placed_at,
            words=_("for {span}").format(span=span(now - one.placed_at)),
            note=_("by {badge}").format(badge=one.placed_by_id),
        )
        for one in rows.order_by("placed_at", "id")
    ]


def name_lines(officer: Officer, lines: Collection[Line]) -> None:
    """Tell the seizures of these lines by name, and the unit where it is one; two queries."""
    cases = {line.seizure_id for line in lines if line.seizure_id}
    names: dict[UUID | None, str] = {
        row.pk: row.reference for row in Seizure.objects.visible_to(officer).filter(pk__in=cases)
    }
    wanted = {line.label for line in lines if line.label}
    units = {one.label: one for one in Exhibit.objects.visible_to(officer).filter(label__in=wanted)}
    for line in lines:
        line.reference = names.get(line.seizure_id, "")
        line.exhibit = units.get(line.label) if line.label else None
        line.address = line.address or _address(line)


def _address(line: Line) -> str:
    """Where a line leads: to the unit, or to the list of its units."""
    if line.exhibit:
        return reverse("exhibit", args=[line.exhibit.label])
    asked = {"seizure": line.reference}
    if line.section in TICKING:
        return (
            f"{reverse('pressing', args=[line.section])}?{urlencode(asked | {'clock': line.note})}"
        )
    if line.section == "missing":
        return f"{reverse('stage', args=['missing'])}?{urlencode(asked)}"
    if line.section == "discrepancies":
        return f"{reverse('flags')}?{urlencode(asked | {'cause': line.note})}"
    return reverse("seizure", args=[line.reference]) if line.reference else reverse("seizures")
