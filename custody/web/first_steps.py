"""The guided first run: a few steps over real things, each ticked by the record or the read log and by nothing else.

On a ledger that counts it leads to pages and proposes nothing to record: trying out is for demonstrations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.crypto import salted_hmac

from custody.burning.models import Session
from custody.deadlines.models import FlagCause
from custody.deadlines.queries import open_flags
from custody.handling.models import Confirmation, Proposal, RequestKey
from custody.handling.proposals import exhibits_of, waiting_for
from custody.ledger.models import Entry
from custody.ledger.queries import purpose
from custody.people.models import Officer
from custody.people.rights import Role
from custody.reading.models import Read
from custody.seizures.lifecycle import Stage
from custody.seizures.models import Exhibit, Seizure
from custody.web.access import show, shows_exhibits, shows_seizures, signed_in
from custody.web.tours import TOURS, Step

#: So many acts of an officer are looked at for ticks.
LOOKED_AT = 200
YEAR = 365 * 24 * 3600
OFFERED = "custody_first_steps"


def cookie() -> str:
    """The name of the cookie that tells who has put the tour away on this device."""
    return "__Host-custody-toured" if settings.PRODUCTION else "custody-toured"


def _mark(badge: str) -> str:
    """A badge as the cookie tells it: whoever has the device reads none that signing in does not offer."""
    return salted_hmac("custody.toured", badge, algorithm="sha256").hexdigest()[:16]


def _put_away(request: HttpRequest) -> list[str]:
    return [one for one in request.COOKIES.get(cookie(), "").split("/") if one]


@receiver(user_logged_in)
def _offer(request: HttpRequest, user: Officer, **_: Any) -> None:
    if _mark(user.badge) not in _put_away(request) and purpose() == "demonstration":
        request.session[OFFERED] = True


def is_offered(request: HttpRequest) -> bool:
    """Whether this officer is offered the tour here."""
    return bool(request.session.get(OFFERED))


class Ground:
    """The things that an officer's steps lead to, each looked up when a step needs it."""

    def __init__(self, officer: Officer) -> None:
        self.officer = officer

    @cached_property
    def late(self) -> Exhibit | None:
        return self._flagged(cause=FlagCause.LIMIT)

    @cached_property
    def missing(self) -> Exhibit | None:
        rows = Exhibit.objects.visible_to(self.officer).filter(stage=Stage.MISSING)
        return rows.order_by("label").first()

    @cached_property
    def doubtful(self) -> Exhibit | None:
        return self._flagged(cause=FlagCause.DISCREPANCY, exhibit__stage=Stage.STORED)

    @cached_property
    def own(self) -> Exhibit | None:
        units = Exhibit.objects.handling_units_visible_to(self.officer).live()
        own = units.filter(custodian_unit=self.officer.unit_id, holds=[], disputed=False)
        return own.order_by("intercepted_at", "label").first()

    @cached_property
    def seizure(self) -> Seizure | None:
        rows = Seizure.objects.visible_to(self.officer)
        return rows.order_by("-opened_at", "reference").first()

    @cached_property
    def session(self) -> Session | None:
        return Session.objects.visible_to(self.officer).order_by("-starts_at", "id").first()

    @cached_property
    def proposal(self) -> Proposal | None:
        return next(iter(waiting_for(self.officer)), None)

    def known(self, kind: type[Any]) -> list[Any]:
        """The things of a kind that were looked up."""
        return [one for one in vars(self).values() if isinstance(one, kind)]

    def _flagged(self, **more: Any) -> Exhibit | None:
        flag = open_flags(self.officer).filter(**more).first()
        return flag.exhibit if flag else None


@dataclass(frozen=True)
class Shown:
    """A step as it is shown: with the thing it leads to, and whether it was done, where anybody can tell."""

    step: Step
    address: str
    thing: str
    done: bool


@signed_in("GET", "POST")
def first_steps(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The steps of the officer's own roles; sent, it is put away for good on this device."""
    if request.method == "POST":
        request.session.pop(OFFERED, None)
        response = redirect("board")
        away = "/".join([_mark(officer.badge), *_put_away(request)][:30])
        response.set_cookie(
            cookie(), away, YEAR, secure=settings.PRODUCTION, httponly=True, samesite="Lax"
        )
        return response
    demonstration = purpose() == "demonstration"
    ground, done, read = Ground(officer), _done(officer), _read(officer)
    steps: list[Shown] = []
    for step in dict.fromkeys(step for role in officer.roles for step in TOURS[Role(role)]):
        if step.writes and not demonstration:
            continue
        thing = getattr(ground, step.about) if step.about else None
        if step.about and thing is None:
            continue
        name = _name(thing) if thing else ""
        seen = step.read is not None and (
            thing.pk in read.get(step.read, ()) if thing and step.exactly else step.read in read
        )
        steps.append(Shown(step, _address(step, name, thing), name, seen or step.done in done))
    shows_exhibits(request, officer, [*ground.known(Exhibit), *exhibits_of(ground.known(Proposal))])
    shows_seizures(request, officer, ground.known(Seizure))
    return show(
        request,
        officer,
        "first_steps.html",
        steps=steps,
        count=sum(one.done for one in steps),
        demonstration=demonstration,
        is_offered=is_offered(request),
    )


def _name(thing: Exhibit | Seizure | Session | Proposal) -> str:
    if isinstance(thing, Exhibit):
        return thing.label
    return thing.reference if isinstance(thing, Seizure) else str(thing.pk)


def _address(step: Step, name: str, thing: object) -> str:
    if step.route == "scan":
        return f"{reverse('scan')}?{urlencode({'unit': name})}"
    if step.argument is None:
        return reverse(step.route, args=[name] if name else [])
    path = reverse(step.route, args=[step.argument])
    field = "seizure" if isinstance(thing, Seizure) else "exhibit"
    return f"{path}?{urlencode({field: name})}" if name else path


def _done(officer: Officer) -> set[tuple[str, ...]]:
    """What the officer recorded, proposed and confirmed since they first looked at a page."""
    reads = Read.objects.filter(badge=officer.badge).order_by("read_at")
    first = reads.values_list("read_at", flat=True).first()
    if first is None:
        return set()
    keys = RequestKey.objects.filter(officer=officer, recorded_at__gt=first)
    acts = list(keys.order_by("-recorded_at").values_list("act_id", flat=True)[:LOOKED_AT])
    recorded = Entry.objects.filter(act_id__in=acts, actor=officer.badge)
    found: set[tuple[str, ...]] = {
        ("recorded", kind) for kind in recorded.values_list("kind", flat=True).distinct()
    }
    proposed = Proposal.objects.filter(act_id__in=acts)
    found |= {("proposed", act) for act in proposed.values_list("act", flat=True).distinct()}
    if Confirmation.objects.filter(officer=officer, confirmed_at__gt=first).exists():
        found.add(("confirmed",))
    return found


def _read(officer: Officer) -> dict[str, set[UUID]]:
    """What pages showed the officer lately, by the page's name."""
    names = {str(one.pattern): str(one.name) for one in _routes()}
    rows = Read.objects.filter(badge=officer.badge, route__in=names).order_by("-read_at")
    found: dict[str, set[UUID]] = {}
    for route, shown in rows.values_list("route", "objects_shown")[:LOOKED_AT]:
        found.setdefault(names[route], set()).update(shown)
    return found


def _routes() -> list[URLPattern]:
    from custody.web.routes import urlpatterns  # they know this page

    return urlpatterns
