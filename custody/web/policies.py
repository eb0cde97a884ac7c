"""Policies: every version with its dates, what another one would have made of the record, and adopting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.words import said
from custody.deadlines.clocks import Level
from custody.deadlines.models import Policy
from custody.deadlines.preview import Comparison, Tally, preview
from custody.deadlines.services import adopt_policy
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right, RightMissing, roles_with
from custody.seizures.models import Exhibit
from custody.web.access import STATUS, show, shows_exhibits, signed_in
from custody.web.inputs import in_the_calendar
from custody.web.second_factor import require_fresh_proof
from custody.web.words import clock_name, listed

#: What another policy is tried on: the exhibits taken last, so that the answer is there while one waits.
TRIED_ON = 1_000
LABELS_SHOWN = 12
_TEN_YEARS = 10 * 366 * 24 * 60
#: Fields of a policy's clock that the form has, by the beginning of the form's own names.
_FIELDS = {
    "limit_seconds": "limit",
    "warn_percent": "warn",
    "escalate_percent": "escalate",
    "source": "source",
}


@dataclass(frozen=True)
class Rule:
    """The fields of one clock of a policy."""

    name: str
    lanes: str
    fields: list[forms.BoundField]


class PolicyForm(forms.Form):
    """The limits of the policy in force, to be put otherwise."""

    use_required_attribute = False

    effective_at = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("A time to come: what is judged already is not judged anew."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )

    def __init__(self, base: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_at"].validators += in_the_calendar()
        self.base = base
        for number, told in enumerate(base.content["clocks"]):
            self.fields |= _rule_fields(number, told)

    def rules(self) -> Iterator[Rule]:
        """Each clock with its fields, in the order of the policy."""
        for number, told in enumerate(self.base.content["clocks"]):
            bound = [self[f"{one}-{number}"] for one in _FIELDS.values()]
            yield Rule(clock_name(told["name"]), listed(told["lanes"]), bound)

    def content(self) -> dict[str, Any]:
        """The policy that the form tells of."""
        told = self.cleaned_data
        content: dict[str, Any] = deepcopy(self.base.content)
        content["effective_at"] = clock.to_text(told["effective_at"].astimezone(UTC))
        for number, rule in enumerate(content["clocks"]):
            rule["limit_seconds"] = told[f"limit-{number}"] * 60
            for name in ("warn_percent", "escalate_percent", "source"):
                rule[name] = told[f"{_FIELDS[name]}-{number}"]
        return content

    def blame(self, error: CustodyError) -> None:
        """Put a refusal beside the field that it is about, else on top."""
        path = (error.field or "").split(".")
        name = path[0]
        if path[0] == "clocks" and len(path) > 2:
            name = f"{_FIELDS.get(path[2], path[2])}-{path[1]}"
        self.add_error(name if name in self.fields else None, said(error))


def _rule_fields(number: int, told: Mapping[str, Any]) -> dict[str, forms.Field]:
    return {
        f"limit-{number}": forms.IntegerField(
            label=gettext_lazy("Limit, in minutes"),
            min_value=1,
            max_value=_TEN_YEARS,
            initial=told["limit_seconds"] // 60,
        ),
        f"warn-{number}": forms.IntegerField(
            label=gettext_lazy("Due soon at, %"),
            min_value=1,
            max_value=99,
            initial=told["warn_percent"],
        ),
        f"escalate-{number}": forms.IntegerField(
            label=gettext_lazy("Escalated at, %"),
            min_value=101,
            max_value=1000,
            initial=told["escalate_percent"],
        ),
        f"source-{number}": forms.CharField(
            label=gettext_lazy("Where the limit comes from"),
            max_length=400,
            widget=forms.Textarea({"rows": 1}),
            initial=told["source"],
        ),
    }


@dataclass(frozen=True)
class Version:
    """One version of a policy as the list shows it."""

    row: Policy
    state: str
    adoption: Entry
    rules: list[dict[str, Any]]


def _require(officer: Officer) -> None:
    if not {Right.ADOPT, Right.OVERSEE} & officer.rights:
        holders = ", ".join(roles_with(Right.ADOPT))
        raise RightMissing(badge=officer.badge, right=Right.ADOPT, holders=holders)


@signed_in()
def policies(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every policy ever adopted, the newest first: when it holds, who adopted it, and what it says."""
    _require(officer)
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
        told = [{**one, "minutes": one["limit_seconds"] // 60} for one in row.content["clocks"]]
        versions.append(Version(row, state, adoptions[row.key], told))
    return show(request, officer, "policies.html", versions=versions)


@signed_in("GET", "POST")
def new_policy(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The policy that holds, to be put otherwise: tried on the record by GET, adopted by POST."""
    _require(officer)
    may_adopt = Right.ADOPT in officer.rights
    base = Policy.objects.filter(effective_at__lte=clock.now()).order_by("-effective_at").first()
    base = base or Policy.objects.earliest("effective_at")
    asked = request.POST if request.method == "POST" else request.GET
    form = PolicyForm(base, asked if "limit-0" in asked else None)
    found: Comparison | None = None
    status = 200
    if request.method == "POST":
        officer.require(Right.ADOPT)
        require_fresh_proof(request)
        status = 422
    if form.is_bound and form.is_valid():
        try:
            if request.method == "POST":
                row = adopt_policy(form.content(), officer.person)
                messages.success(
                    request, _("{policy} is adopted, by an event.").format(policy=row.key)
                )
                return redirect("policies")
            found = _tried(officer, form)
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
        "new_policy.html",
        status=status,
        base=base,
        form=form,
        found=found,
        figures=list(_figures(found)) if found else [],
        changed=changed,
        most=TRIED_ON,
        may_adopt=may_adopt,
        may_try=Right.OVERSEE in officer.rights,
    )


def _tried(officer: Officer, form: PolicyForm) -> Comparison | None:
    """What it would have made of the exhibits taken last; None for who sees none."""
    if Right.OVERSEE not in officer.rights:
        return None
    newest = Exhibit.objects.visible_to(officer).order_by("-intercepted_at", "-pk")
    newest_ids = list(newest.values_list("pk", flat=True)[:TRIED_ON])
    return preview(form.content(), among=Exhibit.objects.filter(pk__in=newest_ids))


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
