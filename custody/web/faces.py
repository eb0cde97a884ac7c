"""The faces of clocks: what is left or by how much it is late, in words and as a bar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from custody.audit.words import day, mass, moment, plain
from custody.deadlines.models import Flag, FlagCause
from custody.deadlines.rows import clock_state
from custody.deadlines.rules import ClockState, Level
from custody.deadlines.telling import Telling
from custody.kit.clock import end_of_day, start_of_day
from custody.web.discrepancies import Matter
from custody.web.words import clock_name, span

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Face:
    """A clock as it is shown.

    Attributes:
        words: what is left, or by how much it is late, or how it ended.
        used: how much of the time is gone, in percent, at most 100; None without a limit, and where it would tell when
            something was on the road.
        ticking: whether it still moves.
        by_day: its times are days.
    """

    name: str
    level: Level
    words: str
    used: int | None
    started_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    ticking: bool
    by_day: bool = False

    @property
    def late(self) -> bool:
        return self.level in {Level.DUE, Level.ESCALATED}

    @property
    def stands_at(self) -> datetime:
        """Its place among others by when they fall due: what is told by its day stands behind what else is of that day."""
        if self.due_at is None:
            return _NEVER
        return end_of_day(self.due_at) if self.by_day else self.due_at


def face(state: ClockState, now: datetime, hidden: Telling | None = None) -> Face:
    """The face of a clock at a moment.

    Args:
        hidden: what the reader is told by its day alone, if they are.
    """
    if hidden and hidden.hides(state):
        told = hidden.by_day(state)
        return Face(
            name=clock_name(state.name),
            level=state.level_at(now),
            words=_days(state, told, now),
            used=None,
            started_at=told.started_at,
            warn_at=told.warn_at,
            due_at=told.due_at,
            stopped_at=told.stopped_at,
            ticking=False,
            by_day=state.name in hidden.starts,
        )
    return Face(
        name=clock_name(state.name),
        level=state.level_at(now),
        words=_words(state, now),
        used=_used(state, now),
        started_at=state.started_at,
        warn_at=state.warn_at,
        due_at=state.due_at,
        stopped_at=state.stopped_at,
        ticking=state.running and state.due_at is not None,
    )


def _words(state: ClockState, now: datetime) -> str:
    if state.stopped_at is not None:
        if state.due_at is None:
            return _("stopped after {span}").format(span=span(state.stopped_at - state.started_at))
        if state.stopped_at > state.due_at:
            return _("stopped, {span} late").format(span=span(state.stopped_at - state.due_at))
        return _("kept, with {span} left").format(span=span(state.due_at - state.stopped_at))
    if state.suspended:
        return _("runs on the container")
    if state.due_at is None:
        if state.paused:
            return _("on hold, stands still")
        return _("no limit; running for {span}").format(span=span(now - state.started_at))
    if now >= state.due_at:
        return _("late by {span}").format(span=span(now - state.due_at))
    # Not told by colour alone; clocks.js says the same.
    soon = state.level_at(now) is Level.SOON
    words = _("only {span} left") if soon else _("{span} left")
    return words.format(span=span(state.due_at - now))


def _days(state: ClockState, told: ClockState, now: datetime) -> str:
    """The same of a clock that is told by its days."""
    if state.stopped_at is not None:
        words = _("stopped on {day}")
        if state.due_at is not None:
            late = state.stopped_at > state.due_at
            words = _("stopped late, on {day}") if late else _("kept, stopped on {day}")
        return words.format(day=day(told.stopped_at))
    if state.suspended:
        return _("runs on the container")
    if state.due_at is None:
        if state.paused:
            return _("on hold, stands still")
        return _("no limit; running since {day}").format(day=day(told.started_at))
    words = _("due soon, on {day}") if state.level_at(now) is Level.SOON else _("due on {day}")
    if now >= state.due_at:
        words = _("late, was due on {day}")
    return words.format(day=day(told.due_at))


def _used(state: ClockState, now: datetime) -> int | None:
    if state.due_at is None:
        return None
    whole = (state.due_at - state.started_at).total_seconds()
    gone = ((state.stopped_at or now) - state.started_at).total_seconds()
    return 100 if whole <= 0 else max(0, min(100, round(100 * gone / whole)))


def worst_of_each_clock(flags: Iterable[Flag]) -> list[Flag]:
    """These flags, but of each clock only the highest level: it says what the lower ones said."""
    found: dict[UUID, Flag] = {}
    for flag in flags:
        key = flag.clock_id or flag.id
        known = found.get(key)
        if known is None or Level(flag.level).rank > Level(known.level).rank:
            found[key] = flag
    return list(found.values())


@dataclass(frozen=True)
class Trouble:
    """A flag as it is shown: what is wrong, and by how much.

    Attributes:
        by_day: when, is told by the day alone.
        measure: by how much masses differ, where it is about that.
    """

    flag: Flag
    title: str
    words: str
    by_day: bool = False
    measure: str = ""

    @property
    def grave(self) -> bool:
        return self.flag.level != Level.SOON

    @property
    def fell_due(self) -> str:
        at = self.flag.fell_due_at
        return day(start_of_day(at)) if self.by_day else moment(at)

    @property
    def raised(self) -> str:
        at = self.flag.raised_at
        return day(start_of_day(at)) if self.by_day else moment(at)


def _reported(flag: Flag, matter: Matter | None) -> str:
    if flag.cause == FlagCause.PROPOSAL:
        return _("Proposal came to nothing")
    return matter.title if matter else _("Discrepancy")


def trouble(
    flag: Flag, now: datetime, matter: Matter | None = None, hidden: Telling | None = None
) -> Trouble:
    """A flag in words.

    Args:
        matter: what a discrepancy is about, where that is known.
        hidden: what the reader is told by its day alone, if they are.
    """
    exhibit = flag.exhibit
    what = f"{plain(exhibit.form)}, {mass(exhibit.gross_grams)}"
    if flag.cause != FlagCause.LIMIT:
        gone = exhibit.stage == "missing" and flag.cause == FlagCause.DISCREPANCY
        title = _("Missing") if gone else _reported(flag, matter)
        differ = matter.masses if matter and not gone else None
        measure = differ.words if differ else ""
        if hidden and hidden.hides_flag(flag):
            told = Trouble(hidden.flag_by_day(flag), title, "", by_day=True, measure=measure)
            return replace(told, words=f"{told.fell_due} · {what}")
        words = _("for {span}") if gone else _("{span} ago")
        since = words.format(span=span(now - flag.fell_due_at))
        return Trouble(flag, title, f"{since} · {what}", measure=measure)
    name = clock_name(flag.clock_name)
    ways = hidden is not None and flag.clock_name in hidden.starts | hidden.stops
    if hidden:
        flag = hidden.flag_by_day(flag)
    clock = flag.clock
    if clock is None:
        # a correction took the clock away; what it was of, its name still says
        return Trouble(flag, name, what, by_day=ways)
    state = clock_state(clock)
    if hidden and hidden.hides(state):
        words = _days(state, hidden.by_day(state), now)
        return Trouble(flag, name, f"{words} · {what}", by_day=True)
    if clock.due_at is None:
        still = clock.stopped_at is None and len(clock.pauses) % 2
        return Trouble(flag, name, f"{_('on hold, stands still')} · {what}" if still else what)
    until = clock.stopped_at or now
    if until >= clock.due_at:
        words = _("was late by {span}") if clock.stopped_at else _("late by {span}")
        return Trouble(flag, name, f"{words.format(span=span(until - clock.due_at))} · {what}")
    left = _("{span} left").format(span=span(clock.due_at - until))
    return Trouble(flag, name, f"{left} · {what}")


def flag_name(flag: Flag, matter: Matter | None = None) -> str:
    """A flag in a line: what it is for, which level, and by how much the clock was late once it ended."""
    if flag.cause == "proposal":
        return _("Proposal came to nothing")
    if flag.cause == "discrepancy":
        name = matter.title if matter else _("Discrepancy")
        return f"{name}, {matter.masses.words}" if matter and matter.masses else name
    told = [clock_name(flag.clock_name), plain(flag.level)]
    if flag.late_seconds:
        told.append(_("late by {span}").format(span=span(timedelta(seconds=flag.late_seconds))))
    return ", ".join(told)
