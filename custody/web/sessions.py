"""Incineration sessions: what is booked, how far each unit has come, and the certificate at the end."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from custody.audit.bundle.certifying import certificate_pdf
from custody.audit.certificates import certificate_of
from custody.burning.models import Session
from custody.burning.projection import ASKED, CERTIFIED, CONFIRMED
from custody.handling.acts import Act
from custody.handling.register import ACTS
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import TABLE
from custody.seizures.models import Exhibit
from custody.web.access import show, shows_exhibits, signed_in
from custody.web.language import reader_language

A_PAGE = 30
#: What can be done in a session, by its state; rights and the acts themselves judge the rest.
_ACTS = {
    ASKED: ("confirm_session", "plan_session", "cancel_session", "miss_session"),
    CONFIRMED: (
        *("plan_session", "stage", "load", "incinerate", "take_back", "log_temperature"),
        *("certify", "cancel_session", "miss_session"),
    ),
}


@signed_in()
def sessions(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The sessions that concern one, and the slots that are offered to one, the latest slot first."""
    rows = Session.objects.visible_to(officer).order_by("-starts_at", "id")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    acts = _of_theirs(officer, ("book_session", "requisition"))
    return show(
        request,
        officer,
        "sessions.html",
        page=page,
        acts=acts,
        offered={one.pk for one in page if not one.concerns(officer)},
        may_plan=Right.OVERSEE in officer.rights,
    )


@signed_in()
def session(request: HttpRequest, officer: Officer, session_id: UUID) -> HttpResponse:
    """One session with those of its units that one may see."""
    row = _find(officer, session_id)
    own = row.concerns(officer)
    known = {*row.units, *row.staged}
    units = _seen(request, officer, known)
    told = [
        {
            "label": one.label,
            "planned": one.id in row.units,
            "staged": one.id in row.staged,
            "loaded": one.id in row.loaded,
            "burnt": one.id in row.burnt,
        }
        for one in units
    ]
    offered = _ACTS.get(row.state, ())
    # who asked for it does not confirm it
    theirs = row.asked_by_id == officer.badge and "confirm_session" in offered
    if theirs:
        offered = tuple(name for name in offered if name != "confirm_session")
    return show(
        request,
        officer,
        "session.html",
        session=row,
        units=told,
        others=len(known) - len(units),
        acts=_of_theirs(officer, offered if own else ("plan_session",)),
        theirs=theirs,
        own=own,
        certified=row.state == CERTIFIED and bool(units),
    )


@signed_in()
def certificate(request: HttpRequest, officer: Officer, session_id: UUID) -> HttpResponse:
    """The certificate of destruction, of the units that one may see."""
    row = _find(officer, session_id)
    found = certificate_of(str(row.id))
    seen = _seen(request, officer, row.burnt)
    if not seen:
        raise Http404("Nothing that you may see burnt in it.")
    data = certificate_pdf(found.of({str(one.id) for one in seen}), reader_language())
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.id}.pdf"'
    return answer


def _find(officer: Officer, session_id: UUID) -> Session:
    row = Session.objects.visible_to(officer).filter(pk=session_id).first()
    if row is None:
        raise Http404("There is no such session that you may see.")
    return row


def _seen(request: HttpRequest, officer: Officer, ids: Collection[UUID]) -> list[Exhibit]:
    rows = list(Exhibit.objects.visible_to(officer).filter(pk__in=ids).order_by("label"))
    shows_exhibits(request, officer, rows)
    return rows


def _of_theirs(officer: Officer, names: Collection[str]) -> list[Act]:
    return [ACTS[name] for name in names if Right(TABLE[ACTS[name].kind].right) in officer.rights]
