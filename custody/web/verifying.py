"""Verifying the trail of one unit, or a whole seizure, by one click: what was checked, against what, and what is wrong."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custody.audit.checking import Verdict, What, verify_seizure, verify_trail
from custody.kit import clock
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure
from custody.web.access import show, shows_exhibits, shows_seizures, signed_in

#: What each check says when it holds, and what it is good for.
CHECKS = {
    What.BYTES: (
        _("Bytes and columns"),
        _(
            "Each event's bytes hash to its leaf, and every column that lists and searches go by says what the bytes say."
        ),
    ),
    What.TEXTS: (
        _("Texts and reasons"),
        _(
            "Each text kept beside the record is the one that its event commits to, or was erased by an event."
        ),
    ),
    What.CHAIN: (
        _("Chain"),
        _(
            "Each event names the leaf of the event before it: none before the last was left out, put in or exchanged."
        ),
    ),
    What.STATE: (
        _("State of what is recorded"),
        _(
            "Each unit, seizure, order, hold and flag as it is shown follows from the last of its events, and from as many as there are: none that it counts is gone at the end."
        ),
    ),
    What.SIGNED: (
        _("Signed tree"),
        _("Each event stands at its place in the tree whose root the log has signed."),
    ),
}


def verified(request: HttpRequest, officer: Officer, row: Exhibit) -> HttpResponse:
    """What holds now of the trail of a unit, which the caller found and logs."""
    address = reverse("exhibit", args=[row.label])
    return _page(request, officer, verify_trail(row), name=row.label, address=address)


@signed_in()
def seizure(request: HttpRequest, officer: Officer, reference: str) -> HttpResponse:
    """What holds now of everything recorded about a seizure and those of its units that the reader sees."""
    row = Seizure.objects.visible_to(officer).filter(reference=reference).first()
    if row is None:
        raise Http404(f"{reference} is not a seizure that you may see.")
    units = list(Exhibit.objects.visible_to(officer).filter(seizure=row).order_by("label"))
    shows_seizures(request, officer, [row])
    shows_exhibits(request, officer, units)
    address = reverse("seizure", args=[reference])
    return _page(
        request,
        officer,
        verify_seizure(row, units),
        name=reference,
        address=address,
        units=len(units),
    )


def _page(request: HttpRequest, officer: Officer, verdict: Verdict, **more: Any) -> HttpResponse:
    """What was found, with the unit in whose trail the first fault lies."""
    return show(
        request,
        officer,
        "verification.html",
        verdict=verdict,
        checks=[
            (one, *CHECKS[one.what], None if one.seq is None else _unit_of(officer, one.seq))
            for one in verdict.checks
        ],
        root=_root(verdict),
        at=clock.now(),
        **more,
    )


def _unit_of(officer: Officer, seq: int) -> str | None:
    """The label of the unit that an event is about, if it is one that the officer sees."""
    about = Entry.objects.filter(seq=seq, subject_type="exhibit").values_list("subject_id")
    units = Exhibit.objects.visible_to(officer).annotate(name=Cast("id", TextField()))
    return units.filter(name__in=about).values_list("label", flat=True).first()


def _root(verdict: Verdict) -> str:
    return b64encode(verdict.signed.checkpoint.root).decode() if verdict.signed else ""
