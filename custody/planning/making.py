"""The job: take what waits, a plan or a question, make it, tell how far it is, and stop when somebody says so."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction

from custody.burning.models import Session
from custody.kit import clock
from custody.planning import queries
from custody.planning.document import document, told_course, told_score
from custody.planning.forecast import run, variants
from custody.planning.models import UNDER_WAY, WHAT_IF, SessionPlan, State
from custody.planning.rules import Plan, Problem, Score
from custody.planning.services import until
from custody.planning.solver import Progress, solve
from custody.seizures.models import Exhibit

#: A job that was not heard of for so long is dead, and its plan is begun anew.
SILENCE = timedelta(minutes=3)
#: However large the stock and however far ahead: so long one question has the planner, and then comes to nothing.
LONGEST_THOUGHT_SECONDS = 300.0
#: How often the row is told, and asked whether to go on.
_PACE_SECONDS = 1.0


def make_next() -> UUID | None:
    """Make the plan that has waited longest; its id, or None if none waits or one is being made.

    One at a time: a worker that only planned would sweep no deadlines.
    """
    row = _take()
    if row is None:
        return None
    try:
        _make(row)
    finally:
        # Whatever ended it: what was not finished is not left to be waited for.
        SessionPlan.objects.filter(pk=row.pk, state=State.RUNNING).update(state=State.FAILED)
    return row.pk


@transaction.atomic
def _take() -> SessionPlan | None:
    now = clock.now()
    if SessionPlan.objects.filter(state=State.RUNNING, heard_at__gte=now - SILENCE).exists():
        return None
    # Whoever comes second waits for the first, finds the row taken, and takes none.
    row = (
        SessionPlan.objects.filter(state__in=UNDER_WAY)
        .select_for_update(of=("self",))
        .select_related("asked_by__unit")
        .order_by("asked_at")
        .first()
    )
    if row is not None:
        row.state, row.heard_at = State.RUNNING, now
        row.save(update_fields=["state", "heard_at"])
    return row


def _make(row: SessionPlan) -> None:
    problem = queries.read(
        Exhibit.objects.visible_to(row.asked_by),
        as_of=row.as_of,
        until=until(row),
        now=clock.now(),
        among=Session.objects.visible_to(row.asked_by),
    )
    if (row.proposal or {}).get("format") == WHAT_IF:
        _think(row, problem)
    else:
        _plan(row, problem)


def _plan(row: SessionPlan, problem: Problem) -> None:
    teller = _Teller(row)
    baseline = Score(0, 0)

    def tell(progress: Progress) -> None:
        nonlocal baseline
        if progress.plan:
            baseline = progress.score
            teller.write(proposal=document(problem, progress.plan, baseline))
            teller.told_at = 0.0
        teller.tell(
            {
                "step": progress.step,
                "rounds": progress.rounds,
                "cost": told_score(progress.score),
                "bound": told_score(progress.bound),
            }
        )

    plan = solve(problem, seconds=row.seconds, tell=tell, going=teller.going)
    teller.end(document(problem, plan, baseline))


def _think(row: SessionPlan, problem: Problem) -> None:
    teller = _Teller(row)
    assert row.proposal is not None
    asked = row.proposal["asked"]
    several = variants(problem, **asked)
    mornings = row.days * len(several)
    done = 0

    end = monotonic() + LONGEST_THOUGHT_SECONDS

    def planner(morning: Problem) -> Plan:
        nonlocal done
        if monotonic() > end:
            raise _TooLong
        plan = solve(morning, seconds=row.seconds / mornings, going=teller.going)
        done += 1
        teller.tell({"done": done, "of": mornings})
        return plan

    try:
        courses = [told_course(name, run(one, planner)) for name, one in several.items()]
    except _TooLong:
        return
    teller.end({**row.proposal, "until": problem.until.isoformat(), "courses": courses})


class _TooLong(Exception):
    """A question takes more than it may."""


class _Teller:
    """Writes down how far it is, and reads whether to go on; neither more often than once a second."""

    def __init__(self, row: SessionPlan) -> None:
        self.row = row
        self.told_at = self._asked_at = 0.0
        self._stop = False

    def tell(self, progress: dict[str, object]) -> None:
        if monotonic() - self.told_at < _PACE_SECONDS:
            return
        self.told_at = monotonic()
        self.write(heard_at=clock.now(), progress=progress)

    def going(self) -> bool:
        if monotonic() - self._asked_at >= _PACE_SECONDS:
            self._asked_at = monotonic()
            mine = SessionPlan.objects.filter(pk=self.row.pk)
            mine.update(heard_at=clock.now())
            self._stop = mine.filter(stop_asked=True).exists()
        return not self._stop

    def end(self, found: dict[str, object]) -> None:
        stopped = SessionPlan.objects.filter(pk=self.row.pk, stop_asked=True).exists()
        self.write(state=State.STOPPED if stopped else State.DONE, proposal=found)

    def write(self, **columns: object) -> None:
        SessionPlan.objects.filter(pk=self.row.pk, state=State.RUNNING).update(**columns)
