"""What can be done about an act that was recorded and should not have been: nothing is taken out of the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from custody.audit.timeline import entitled
from custody.handling.legal import Option, legal_now
from custody.handling.record import Pending
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Exhibit
from custody.web.access import show, shows_exhibits, signed_in
from custody.web.receipts import LINES_SHOWN, answered

#: The act that ends what another began. Both stay on record, and this is no correction: it happened.
ENDED_BY = {
    "exhibit.packed": frozenset({"unpack"}),
    "exhibit.stored": frozenset({"withdraw", "move"}),
    "exhibit.moved": frozenset({"move"}),
    "exhibit.withdrawn": frozenset({"store"}),
    "exhibit.handed_over": frozenset({"hand_over"}),
    "exhibit.dispatched": frozenset({"receive"}),
    "exhibit.received": frozenset({"dispatch", "hand_over"}),
    "exhibit.lane_assigned": frozenset({"assign_lane"}),
    "exhibit.weighed": frozenset({"weigh"}),
    "exhibit.staged": frozenset({"take_back"}),
    "exhibit.loaded": frozenset({"take_back"}),
    "seal.applied": frozenset({"replace_seal", "break_seal"}),
    "seal.checked": frozenset({"check_seal"}),
    "hold.placed": frozenset({"lift_hold"}),
    "hold.lifted": frozenset({"place_hold"}),
    "order.given": frozenset({"revoke_order"}),
    "order.revoked": frozenset({"give_order"}),
}
#: These have an act that answers them, and are no matter for a correction.
_ANSWERED = frozenset(kind for kind in ENDED_BY if kind.startswith(("hold.", "order.")))


@dataclass(frozen=True)
class Wrong:
    """One event of the act, and what can be done about it.

    Attributes:
        correctable: whether a correction can say that it was not so.
        options: acts that go on from it, legal now for the reader.
    """

    event_id: UUID
    title: str
    label: str
    correctable: bool
    options: list[Option]


@signed_in()
def undo(request: HttpRequest, officer: Officer, act_id: UUID) -> HttpResponse:
    """What is possible about each event of one act; of one that waits still, that it can be withdrawn."""
    if isinstance(answered(officer, act_id), Pending):
        return redirect("proposal", proposal_id=act_id)
    entries = list(
        Entry.objects.filter(act_id=act_id, subject_type="exhibit").order_by("seq")[:LINES_SHOWN]
    )
    rows = {
        str(row.pk): row
        for row in Exhibit.objects.visible_to(officer).filter(
            pk__in={entry.subject_id for entry in entries}
        )
    }
    shows_exhibits(request, officer, rows.values())
    legal = legal_now(officer, list(rows.values()))
    return show(
        request,
        officer,
        "undo.html",
        act_id=act_id,
        may_correct=Right.CORRECT in officer.rights,
        may_report=Right.REPORT in officer.rights,
        wrong=[
            _wrong(entry, rows[entry.subject_id], legal[rows[entry.subject_id].id])
            for entry in entries
            if entry.subject_id in rows
        ],
    )


def _wrong(entry: Entry, row: Exhibit, legal: list[Option]) -> Wrong:
    ending = ENDED_BY.get(entry.kind, frozenset())
    return Wrong(
        event_id=entry.event_id,
        title=entitled(sound_event(entry)),
        label=row.label,
        correctable=entry.kind not in _ANSWERED,
        options=[one for one in legal if one.act in ending and not one.blocked_by],
    )
