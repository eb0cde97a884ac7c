"""Verifying the trail of one unit, by one click: what was checked, against what, and what is wrong."""

from __future__ import annotations

from base64 import b64encode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from custody.audit.checking import Verdict, What, verify_trail
from custody.kit import clock
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from custody.web.access import show

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
            "Each event names the leaf of the event before it: none was left out, put in or exchanged."
        ),
    ),
    What.STATE: (
        _("State of the unit"),
        _(
            "The unit as it is shown follows from the last of its events, and from as many as there are."
        ),
    ),
    What.SIGNED: (
        _("Signed tree"),
        _("Each event stands at its place in the tree whose root the log has signed."),
    ),
}


def verified(request: HttpRequest, officer: Officer, row: Exhibit) -> HttpResponse:
    """What holds now of the trail of a unit, which the caller found and logs."""
    verdict = verify_trail(row)
    return show(
        request,
        officer,
        "verification.html",
        exhibit=row,
        verdict=verdict,
        checks=[(one, *CHECKS[one.what]) for one in verdict.checks],
        root=_root(verdict),
        at=clock.now(),
    )


def _root(verdict: Verdict) -> str:
    return b64encode(verdict.signed.checkpoint.root).decode() if verdict.signed else ""
