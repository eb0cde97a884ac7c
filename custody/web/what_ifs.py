"""What if: another catch, another crew, another plant; asked for, thought through by a job, and shown as curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody.audit.words import said
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.planning.models import UNDER_WAY, SessionPlan
from custody.planning.queries import LONGEST
from custody.planning.services import MOST_KILOGRAMS, ask_what_if, stop
from custody.web.access import show, signed_in
from custody.web.words import grouped

QUESTIONS_A_PAGE = 30
#: How long the planner may think, all mornings together.
SECONDS = 20
#: The curves' sheet, in units of its own.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 480, 240, 66, 26, 12, 30
_DAYS_NAMED = 5


class WhatIfForm(forms.Form):
    """What would be otherwise."""

    use_required_attribute = False

    catch_kilograms = forms.IntegerField(
        label=gettext_lazy("Caught tonight, in kilograms"),
        min_value=0,
        max_value=MOST_KILOGRAMS,
        initial=0,
        help_text=gettext_lazy("Taken as pallets of 250 kg that may burn a day later. 0 for none."),
    )
    another_crew = forms.BooleanField(
        label=gettext_lazy("Another crew, with the largest vehicle there is"), required=False
    )
    another_plant = forms.BooleanField(
        label=gettext_lazy("Another plant like those there are"), required=False
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days ahead"), min_value=1, max_value=LONGEST.days, initial=21
    )


@signed_in("GET", "POST")
def what_ifs(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The officer's questions, the newest first, and asking another."""
    officer.require(Right.OVERSEE)
    form = WhatIfForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_what_if(officer, seconds=SECONDS, **form.cleaned_data)
            return redirect("what_if", question_id=row.id)
        except CustodyError as error:
            form.add_error(error.field, said(error))
    rows = SessionPlan.objects.visible_to(officer).what_ifs().order_by("-asked_at", "id")
    page = Paginator(rows, QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        officer,
        "what_ifs.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        page=page,
        questions=[(one, asked_in_words((one.proposal or {})["asked"])) for one in page],
    )


@signed_in("GET", "POST")
def what_if(request: HttpRequest, officer: Officer, question_id: UUID) -> HttpResponse:
    """One question: how far the job is, and then the curves with their table."""
    officer.require(Right.OVERSEE)
    row = SessionPlan.objects.visible_to(officer).what_ifs().filter(pk=question_id).first()
    if row is None:
        raise Http404("There is no such question of yours.")
    if request.method == "POST":
        stop(officer, row.id)
        return redirect("what_if", question_id=row.id)
    told: Any = row.proposal or {}
    courses = told["courses"]
    return show(
        request,
        officer,
        "what_if.html",
        question=row,
        title=asked_in_words(told["asked"]),
        under_way=row.state in UNDER_WAY,
        courses=[_course(one) for one in courses],
        curves=_curves(courses) if courses else [],
        days=_days(courses),
    )


def asked_in_words(asked: Mapping[str, Any]) -> str:
    """What is asked, as a line."""
    parts = []
    if asked["catch_kilograms"]:
        parts.append(_("%(kg)s kg caught tonight") % {"kg": grouped(asked["catch_kilograms"])})
    if asked["another_crew"]:
        parts.append(_("another crew"))
    if asked["another_plant"]:
        parts.append(_("another plant"))
    return " · ".join(parts)


def _name(course: str) -> str:
    return {
        "as_it_stands": _("as it stands"),
        "catch": _("with the catch"),
        "another_crew": _("and another crew"),
        "another_plant": _("and another plant"),
        "crew_and_plant": _("and both"),
    }[course]


def _kilogram_hours(gram_minutes: int) -> int:
    return gram_minutes // 60_000


def _course(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **told,
        "title": _name(told["name"]),
        "exposure": _kilogram_hours(told["exposure_gram_minutes"]),
    }


def _days(courses: Sequence[Mapping[str, Any]]) -> list[tuple[datetime, list[dict[str, int]]]]:
    """The table of the curves: each day with what each course has of it."""
    return [
        (
            datetime.fromisoformat(several[0]["at"]),
            [
                {
                    "stock": one["stock_grams"],
                    "late": one["late"],
                    "exposure": _kilogram_hours(one["exposure_gram_minutes"]),
                }
                for one in several
            ],
        )
        for several in zip(*(one["days"] for one in courses), strict=True)
    ]


# --- curves


@dataclass(frozen=True)
class Curves:
    """Lines over the days, ready to be drawn.

    Attributes:
        lines: of each course its name and its points.
        heights: where the net's lines are, and what they stand for.
        marks: where days are named, and how.
    """

    title: str
    lines: list[tuple[str, str]]
    heights: list[tuple[str, str]]
    marks: list[tuple[str, str]]
    left: int = _LEFT
    right: int = _WIDTH - _RIGHT
    foot: int = _HEIGHT - 6
    box: str = f"0 0 {_WIDTH} {_HEIGHT}"


def _curves(courses: Sequence[Mapping[str, Any]]) -> list[Curves]:
    measures: tuple[tuple[str, str, int], ...] = (
        (_("Units late in store, at the end of each day"), "late", 1),
        (_("Exposure so far, in t·h weighted by risk"), "exposure_gram_minutes", 60_000_000),
        (_("In store, in kg"), "stock_grams", 1_000),
    )
    return [_drawn(title, courses, name, unit) for title, name, unit in measures]


def _drawn(title: str, courses: Sequence[Mapping[str, Any]], name: str, unit: int) -> Curves:
    most = _round(max(day[name] // unit for one in courses for day in one["days"]))
    days = courses[0]["days"]
    across = (_WIDTH - _LEFT - _RIGHT) / max(len(days) - 1, 1)
    down = (_HEIGHT - _TOP - _BOTTOM) / most

    def height(value: float) -> str:
        return f"{_HEIGHT - _BOTTOM - value * down:.1f}"

    step = max(1, -(-len(days) // _DAYS_NAMED))
    return Curves(
        title=title,
        lines=[
            (
                _name(one["name"]),
                " ".join(
                    f"{_LEFT + number * across:.1f},{height(day[name] / unit)}"
                    for number, day in enumerate(one["days"])
                ),
            )
            for one in courses
        ],
        heights=[
            (height(most * quarter / 4), grouped(most * quarter // 4)) for quarter in range(5)
        ],
        marks=[
            (
                f"{_LEFT + number * across:.1f}",
                date_format(timezone.localtime(datetime.fromisoformat(days[number]["at"])), "j M"),
            )
            for number in range(0, len(days), step)
        ],
    )


def _round(most: int) -> int:
    """The next number above that four equal steps lead to in round figures."""
    step = 1
    while True:
        for one in (4, 8, 12, 20, 40):
            if one * step >= most:
                return one * step
        step *= 10
