"""Policies: every version with its dates, what another one would have made of the record, and adopting it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from custody.audit.timeline import title as event_title
from custody.deadlines import content as rulebook
from custody.deadlines.clocks import Level
from custody.deadlines.models import Policy
from custody.deadlines.preview import Comparison, Tally, preview
from custody.deadlines.services import adopt_policy
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Exhibit
from custody.web.access import STATUS, show, shows_exhibits, signed_in
from custody.web.managing import require_governing
from custody.web.policy_calendars import CalendarForm, calendar_name, calendars, rule_name
from custody.web.policy_changes import changes
from custody.web.policy_clocks import ClockForm
from custody.web.policy_forms import LimitsForm, PolicyChange
from custody.web.second_factor import require_fresh_proof
from custody.web.words import clock_name

#: What another policy is tried on: the exhibits taken last, so that the answer is there while one waits.
TRIED_ON = 1_000
LABELS_SHOWN = 12


@dataclass(frozen=True)
class Version:
    """One version of a policy as the list shows it."""

    row: Policy
    state: str
    adoption: Entry
    rules: list[dict[str, Any]]

    @property
    def courses(self) -> Iterator[tuple[str, str]]:
        """When each clock runs, and what counts for it."""
        for one in self.rules:
            told = _("from: {starts}; until: {stops}").format(
                starts=", ".join(event_title(kind) for kind in one["starts"]),
                stops=", ".join(event_title(kind) for kind in one["stops"]),
            )
            calendar = one.get("calendar")
            yield rule_name(one), f"{told} · {calendar_name(calendar)}" if calendar else told

    @property
    def calendars(self) -> list[tuple[str, str]]:
        """Its calendars, and on which days each is shut all the same."""
        return [(calendar_name(one), ", ".join(one["closed_on"])) for one in calendars(self.rules)]


@signed_in()
def policies(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every policy ever adopted, the newest first: when it holds, who adopted it, and what it says."""
    may_adopt = require_governing(officer)
    now = clock.now()
    rows = list(Policy.objects.order_by("-effective_at"))
    adoptions = {
        one.subject_id: one
        for one in Entry.objects.filter(subject_type="policy", kind="policy.adopted").defer("body")
    }
    begun = [row.key for row in rows if row.effective_at <= now]
    versions = []
    for row in rows:
        state = "past" if row.effective_at <= now else "future"
        if begun and row.key == begun[0]:
            state = "now"
        versions.append(Version(row, state, adoptions[row.key], row.content["clocks"]))
    return show(request, officer, "policies.html", versions=versions, may_adopt=may_adopt)


@signed_in("GET", "POST")
def new_policy(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Other limits for the last policy: tried on the record by GET, adopted by POST."""
    form = LimitsForm(_last(), _asked(request))
    return _change(request, officer, form, "new_policy.html")


@signed_in("GET", "POST")
def policy_clock(request: HttpRequest, officer: Officer) -> HttpResponse:
    """One more clock for the last policy, or one of its own changed or left out; tried and adopted likewise."""
    row = _last()
    number = _number(request, len(row.content["clocks"]))
    form = ClockForm(row, _asked(request), number)
    return _change(request, officer, form, "policy_clock.html")


@signed_in("GET", "POST")
def policy_calendar(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The hours and holidays that clocks of the last policy count by; tried and adopted likewise."""
    row = _last()
    number = _number(request, len(calendars(row.content["clocks"])))
    form = CalendarForm(row, _asked(request), number)
    return _change(request, officer, form, "policy_calendar.html")


def _last() -> Policy:
    """The policy that is changed: the last adopted, in force or to come."""
    row = Policy.objects.order_by("-effective_at").first()
    if row is None:
        raise Http404("No policy is adopted yet: the first comes from a file.")
    return row


def _asked(request: HttpRequest) -> QueryDict | None:
    """What a form says, where one was sent."""
    told = request.POST if request.method == "POST" else request.GET
    return told if request.method == "POST" or "effective_at" in told else None


def _number(request: HttpRequest, count: int) -> int | None:
    """Which one is meant, out of so many; None for a new one."""
    told = (request.POST if request.method == "POST" else request.GET).get("number", "")
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and len(told) < 5 and int(told) < count):
        raise Http404("There is no such one in the last policy.")
    return int(told)


def _change(
    request: HttpRequest, officer: Officer, form: PolicyChange, template: str
) -> HttpResponse:
    may_adopt = require_governing(officer)
    found: Comparison | None = None
    tried = False
    status = 200
    if request.method == "POST":
        officer.require(Right.ADOPT)
        require_fresh_proof(request)
        status = 422
    if form.is_bound and form.is_valid():
        try:
            if request.method == "POST":
                row = adopt_policy(form.content(), officer.person, base=form.row.key)
                messages.success(
                    request, _("{policy} is adopted, by an event.").format(policy=row.key)
                )
                return redirect("policies")
            found = _tried(officer, form)
            tried = True
        except CustodyError as refused:
            form.blame(refused)
            status = STATUS[refused.category]
    visible = Exhibit.objects.visible_to(officer)
    changed = {
        name: list(visible.filter(pk__in=exhibits).order_by("label")[:LABELS_SHOWN])
        for name, exhibits in (
            ("newly_late", found.newly_late if found else set()),
            ("no_longer_late", found.no_longer_late if found else set()),
        )
    }
    shows_exhibits(request, officer, [one for several in changed.values() for one in several])
    return show(
        request,
        officer,
        template,
        status=status,
        base=form.row,
        form=form,
        told=[
            (name, value)
            for name, values in (_asked(request) or QueryDict()).lists()
            for value in values
            if name in form.fields
        ],
        changes=changes(form.clocks, form.content()["clocks"]) if tried else None,
        found=found,
        figures=list(_figures(found)) if found else [],
        partly=[clock_name(name) for name in sorted(found.partly)] if found else [],
        changed=changed,
        most=TRIED_ON,
        may_adopt=may_adopt,
        may_try=Right.OVERSEE in officer.rights,
    )


def _tried(officer: Officer, form: PolicyChange) -> Comparison | None:
    """What it would have made of the exhibits taken last; None for who sees none, after the same check."""
    content = form.content()
    if Right.OVERSEE not in officer.rights:
        rulebook.parse(content)
        return None
    newest = Exhibit.objects.visible_to(officer).order_by("-intercepted_at", "-pk")
    newest_ids = list(newest.values_list("pk", flat=True)[:TRIED_ON])
    return preview(content, among=Exhibit.objects.filter(pk__in=newest_ids), reader=officer)


def _figures(found: Comparison) -> Iterator[tuple[str, list[tuple[int, int, int, int, int]]]]:
    """For each clock how many ran, were soon due, due and escalated, and the hours late: as it was, and would be."""
    for name in sorted({*found.as_was, *found.would_be}):
        yield (
            clock_name(name),
            [_row(tallies.get(name, Tally())) for tallies in (found.as_was, found.would_be)],
        )


def _row(tally: Tally) -> tuple[int, int, int, int, int]:
    soon, due, escalated = (tally.reached[one] for one in (Level.SOON, Level.DUE, Level.ESCALATED))
    return tally.ran, soon, due, escalated, round(tally.late_seconds / 3600)
