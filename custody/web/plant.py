"""The plant's page: today's session and its units, how far each has come, and what to scan next. Nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custody.burning.models import Session
from custody.burning.projection import ASKED, CONFIRMED
from custody.handling.proposals import waiting_for
from custody.kit import clock
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit
from custody.web.access import show, shows_exhibits, signed_in

#: How far a unit has come, in the order of the work; what may be scanned next is told by the act.
STEPS: dict[str, tuple[Promise, str | None]] = {
    "here": (_("Here, to be staged"), "stage"),
    "staged": (_("Staged"), "load"),
    "loaded": (_("Loaded"), "incinerate"),
    "coming": (_("On its way here"), None),
    "elsewhere": (_("Not here yet"), None),
    "missing": (_("Missing"), None),
    "burnt": (_("Burnt"), None),
}


@dataclass(frozen=True)
class Step:
    """The units of a session that have come equally far."""

    name: str
    units: tuple[Exhibit, ...]
    address: str | None

    @property
    def title(self) -> Promise:
        return STEPS[self.name][0]


@dataclass(frozen=True)
class Burn:
    """One of today's sessions, step by step.

    Attributes:
        hidden: how many of its units the officer may not see.
    """

    session: Session
    steps: tuple[Step, ...]
    hidden: int

    @property
    def count(self) -> int:
        return len({*self.session.units, *self.session.staged})

    @property
    def burnt(self) -> int:
        return len(self.session.burnt)

    @property
    def unconfirmed(self) -> bool:
        return self.session.state == ASKED

    @property
    def next(self) -> Step | None:
        """What is nearest to the fire is scanned first: nothing waits before an open kiln."""
        ready = [step for step in self.steps if step.address and step.units]
        return ready[-1] if ready else None


@signed_in()
def plant(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Today's sessions of the officer's plants."""
    officer.require(Right.BURN)
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Session.objects.visible_to(officer).kept().filter(plant__unit=officer.unit_id)
    today = list(own.during(midnight, midnight + timedelta(days=1)).order_by("starts_at", "id"))
    known = {one for session in today for one in (*session.units, *session.staged)}
    rows = list(Exhibit.objects.visible_to(officer).filter(pk__in=known).order_by("label"))
    shows_exhibits(request, officer, rows)
    return show(
        request,
        officer,
        "plant.html",
        burns=[_burn(session, rows) for session in today],
        coming=own.filter(starts_at__gte=midnight + timedelta(days=1))
        .order_by("starts_at")
        .first(),
        waiting=len(waiting_for(officer)),
        may_book=Right.BOOK in officer.rights,
    )


def _burn(session: Session, rows: Sequence[Exhibit]) -> Burn:
    known = {*session.units, *session.staged}
    units = [row for row in rows if row.pk in known]
    by_step: dict[str, list[Exhibit]] = {name: [] for name in STEPS}
    for row in units:
        by_step[_step(session, row)].append(row)
    open_now = session.state == CONFIRMED
    return Burn(
        session,
        tuple(
            Step(name, tuple(several), _form(session, name, several) if open_now else None)
            for name, several in by_step.items()
        ),
        len(known) - len(units),
    )


def _step(session: Session, row: Exhibit) -> str:
    if row.pk in session.burnt:
        return "burnt"
    if row.stage == Stage.MISSING:
        return "missing"
    if row.stage == Stage.LOADED:
        return "loaded"
    if row.stage == Stage.STAGED:
        return "staged"
    if row.stage == Stage.RECEIVED and row.place_id == session.plant_id:
        return "here"
    on_its_way = row.stage == Stage.IN_TRANSIT and row.destination_id == session.plant_id
    return "coming" if on_its_way else "elsewhere"


def _form(session: Session, name: str, units: Sequence[Exhibit]) -> str | None:
    act = STEPS[name][1]
    if act is None or not units:
        return None
    told = [("session", str(session.pk)), *(("exhibit", one.label) for one in units)]
    return f"{reverse('act', args=[act])}?{urlencode(told)}"
