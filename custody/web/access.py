"""Who may open a page: nobody without signing in, and nobody sees what does not concern them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from custody.handling.errors import Busy
from custody.handling.record import waited_in_vain
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.queries import last_seq
from custody.people.models import Officer
from custody.people.rights import BLIND, Right
from custody.reading.models import Action
from custody.reading.services import log_reading
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import Reach, reach, reach_to_seizures
from custody.web.desks import desks_of

P = ParamSpec("P")
Page: TypeAlias = Callable[Concatenate[HttpRequest, Officer, P], HttpResponse]
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]

#: Pages that lie open and are loaded again and again.
REFRESHED = frozenset({"board", "flags"})

STATUS = {
    "invalid": 422,
    "forbidden": 403,
    "conflict": 409,
    "stale": 412,
    "not_found": 404,
    "unlawful": 409,
    "unavailable": 503,
}


def signed_in(*methods: str) -> Callable[[Page[P]], View[P]]:
    """A page for officers in service, who are its second argument.

    What the officer may not see answers 404, so that nobody learns that it exists. What is shown is written
    down first, and not shown if that fails. Nothing is kept by the browser: phones are shared. Where two wait for each
    other, as for what a file adopts entry by entry, one of them is asked to come again.

    Args:
        methods: the HTTP methods that it answers to; GET, unless told.
    """

    def wrap(page: Page[P]) -> View[P]:
        @require_http_methods(["HEAD", *(methods or ("GET",))])
        @never_cache
        @login_required
        @wraps(page)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            require_text(request)
            officer = request.user
            assert isinstance(officer, Officer)
            with timezone.override(ZoneInfo(settings.DISPLAY_TIME_ZONE)):
                request.shown = {}  # type: ignore[attr-defined]
                request.recipients = None  # type: ignore[attr-defined]
                request.reading = Action.CONSULTATION  # type: ignore[attr-defined]
                # asked first: whatever is read after it holds at least so much of the record
                request.as_of_seq = last_seq() if request.method == "GET" else None  # type: ignore[attr-defined]
                try:
                    answer = page(request, officer, *args, **kwargs)
                    _log(request, officer)
                    return _led(request, answer)
                except CustodyError as error:
                    if error.category == "not_found":
                        raise Http404(str(error)) from error
                    return refusal(request, officer, error)
                except OperationalError as error:
                    if not waited_in_vain(error):
                        raise
                    return refusal(request, officer, Busy())

        view.signed_in = True  # type: ignore[attr-defined]
        return view  # type: ignore[return-value]

    return wrap


def require_text(request: HttpRequest) -> None:
    """Pass if nothing that is asked for or sent holds a NUL: no text in the database does, and it errs where one is sought.

    Raises:
        Http404: something does.
    """
    told = (*request.GET.lists(), *request.POST.lists())
    asked = [text for name, values in told for text in (name, *values)]
    if any("\x00" in text for text in (request.path, *asked)):
        raise Http404("There is nothing under such a name.")


def shows(
    request: HttpRequest, reached: Mapping[UUID, Reach], action: Action | None = None
) -> None:
    """Say what a page shows; the read log gets it before it is sent."""
    request.shown.update(reached)  # type: ignore[attr-defined]
    if action:
        request.reading = action  # type: ignore[attr-defined]


def discloses(request: HttpRequest, reached: Mapping[UUID, Reach], recipients: str) -> None:
    """Say that these things leave the house, and who gets them."""
    shows(request, reached)
    request.recipients = recipients  # type: ignore[attr-defined]


def shows_exhibits(
    request: HttpRequest, officer: Officer, rows: Iterable[Exhibit]
) -> dict[UUID, Reach]:
    """Say that a page shows these exhibits; the officer's reach to each."""
    found = reach(officer, list(rows))
    shows(request, found)
    return found


def shows_labels(request: HttpRequest, officer: Officer, labels: Iterable[str]) -> None:
    """Say that a page names the exhibits with these labels."""
    shows_exhibits(
        request, officer, Exhibit.objects.visible_to(officer).filter(label__in=set(labels))
    )


def shows_cases(request: HttpRequest, officer: Officer, cases: Iterable[UUID]) -> None:
    """Say that a page shows something of these seizures."""
    shows_seizures(request, officer, Seizure.objects.filter(pk__in=set(cases)))


def shows_seizures(request: HttpRequest, officer: Officer, rows: Iterable[Seizure]) -> None:
    """Say that a page shows these seizures."""
    shows(request, reach_to_seizures(officer, list(rows)))


def _led(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A script that sends a form is told where it leads: to find out by going there would be to read it twice."""
    if request.headers.get("X-Sent-By") == "script" and answer.has_header("Location"):
        answer.headers["Leads-To"] = answer["Location"]
        del answer.headers["Location"]
        answer.status_code = 200
    return answer


def _log(request: HttpRequest, officer: Officer) -> None:
    reached: dict[UUID, Reach] = request.shown  # type: ignore[attr-defined]
    recipients: str | None = request.recipients  # type: ignore[attr-defined]
    match = request.resolver_match
    if reached and match:
        log_reading(
            officer,
            {one: found.relation for one, found in reached.items()},
            route=match.route,
            action=Action.DISCLOSURE if recipients else request.reading,  # type: ignore[attr-defined]
            recipients=recipients,
            purpose=min((one.purpose for one in reached.values() if one.purpose), default=None),
            refreshing=match.url_name in REFRESHED,
        )


def account_frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame needs around the sign-in library's own pages."""
    officer = getattr(request, "user", None)
    if request.path.startswith("/account/") and isinstance(officer, Officer):
        return {"officer": officer}
    return {}


def show(
    request: HttpRequest, officer: Officer, template: str, /, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page with what the frame around it needs."""
    rights = officer.rights
    context |= {
        "officer": officer,
        "served_at": clock.now(),
        # a page that shows nothing does not repeat what was asked for either
        "here": "/" if status in {403, 404, 503} else request.get_full_path(),
        # for paper; who is shown nothing of the record learns nothing of its growth either
        "as_of_seq": request.as_of_seq if request.shown else None,  # type: ignore[attr-defined]
        "may_intercept": Right.INTERCEPT in rights,
        "may_print": Right.HANDLE in rights,
        "may_scan": not rights <= BLIND,
        "may_acknowledge": Right.ACKNOWLEDGE in rights,
        "may_burn": bool({Right.BOOK, Right.BURN} & rights),
        "may_assign": Right.ASSIGN in rights,
        "may_review": Right.REVIEW in rights,
        "may_know_people": bool({Right.ADOPT, Right.IDENTIFY} & rights),
        "may_count": Right.COUNT in rights,
        "may_stocktake": bool({Right.STOCKTAKE, Right.OVERSEE} & rights),
        "may_disclose": Right.DISCLOSE in rights,
        "may_transfer": Right.TRANSFER in rights,
        "desks": desks_of(officer),
        "may_govern": bool({Right.ADOPT, Right.OVERSEE} & rights),
    }
    return render(request, template, context, status=status)


def refusal(request: HttpRequest, officer: Officer, error: CustodyError) -> HttpResponse:
    """What is refused outside a form: why, and what would be legal."""
    return show(request, officer, "refused.html", error=error, status=STATUS[error.category])
