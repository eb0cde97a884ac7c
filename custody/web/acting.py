"""Recording an act: its form, and the receipt of what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from custody.deadlines.telling import WAYS
from custody.handling.accepting import TAKERS
from custody.handling.acts import Act
from custody.handling.errors import Busy, KeyReused, RequestInFlight
from custody.handling.legal import legal_now
from custody.handling.manifests import manifest
from custody.handling.models import Confirmation, Proposal, RequestKey
from custody.handling.proposals import exhibits_of
from custody.handling.record import Pending, Receipt, answer, perform
from custody.handling.register import ACTS, FINAL
from custody.kit import clock, ids
from custody.kit.clock import start_of_day
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.law.gate import Missing
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures import labels
from custody.seizures.lifecycle import TABLE, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import reach
from custody.web.access import STATUS, show, shows, shows_exhibits, shows_seizures, signed_in
from custody.web.cards import cards
from custody.web.changes import UNITS_TOLD, Changes, changed_since, tell
from custody.web.choices import Choices
from custody.web.correcting import said, wrong_event
from custody.web.devices import draft_key
from custody.web.files import tell_left_out
from custody.web.forms import MOST_ROWS, ActForm
from custody.web.keeping import keeps, taken_up
from custody.web.opened import read, stamp
from custody.web.prefill import initial, remember
from custody.web.searching import one_slip_away
from custody.web.second_factor import require_fresh_proof
from custody.web.words import after_colon, before_colon

#: A receipt lists so many units by name.
LINES_SHOWN = 100
#: So many units are shown as they stand beside the form.
CARDS_SHOWN = 6
#: Beyond this, what stands in the way is left to the act itself to say.
JUDGED = 200
#: A device's clock that is further off is told of.
CLOCK_TOLERATED = timedelta(minutes=2)


class TooManyUnits(CustodyError):
    """{seizure} has more units than one act takes, which is {most}: choose them in parts on its page."""

    code = "too_many_units"


@keeps
@signed_in("GET", "POST")
def act(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """The form of one act, and what is done with it."""
    found = _act(officer, name)
    if name in FINAL:
        require_fresh_proof(request)
    choices = Choices(officer)
    if request.method == "POST":
        return _told(request, officer, found, choices)
    kept = taken_up(request)
    if kept:
        form = ActForm(found, choices, data=kept.data)
        return _page(request, officer, form, given="files" if kept.files else "kept")
    exhibits = _at_hand(request, officer)
    wrong = wrong_event(request, officer, request.GET.get("event")) if name == "correct" else None
    first = initial(
        officer, found, exhibits, choices, asked=request.GET.dict(), memory=request.session
    )
    if wrong:
        first = said(wrong) | first
    return _page(request, officer, ActForm(found, choices, initial=first), exhibits)


@keeps
@signed_in("POST")
def given_back(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """A form as it was sent under a token that fits no more: to who opened it, and not taken."""
    found = _act(officer, name)
    if not _own(request, officer):
        return _not_yours(request, officer, found)
    form = ActForm(found, Choices(officer), data=request.POST)
    return _page(request, officer, form, status=403, given="files" if request.FILES else "kept")


def _act(officer: Officer, name: str) -> Act:
    found = ACTS.get(name)
    if found is None:
        raise Http404(f"There is no act {name}.")
    officer.require(Right(TABLE[found.kind].right))
    return found


def _own(request: HttpRequest, officer: Officer) -> bool:
    """Whether nobody else opened the form that was sent."""
    opened = read(request.POST.get("opened", ""))
    return opened is None or opened.badge == officer.badge


def _not_yours(request: HttpRequest, officer: Officer, act: Act) -> HttpResponse:
    return show(request, officer, "not_your_form.html", act=act, status=403)


def _told(request: HttpRequest, officer: Officer, act: Act, choices: Choices) -> HttpResponse:
    if not _own(request, officer):
        return _not_yours(request, officer, act)
    wanted = request.POST.get("more", "")
    count = request.POST.get(f"{wanted}-more", "1")
    more = {wanted: int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 1}
    form = ActForm(act, choices, data=request.POST, files=request.FILES, more=more)
    tell_left_out(request, form)
    if wanted:
        return _page(request, officer, ActForm(act, choices, data=request.POST, more=more))
    if not form.judge():
        near = [row for word in form.misread() for row in one_slip_away(officer, word)]
        shows_exhibits(request, officer, near)
        return _page(request, officer, form, status=422, near=near)
    command = form.command()
    opened = read(request.POST.get("opened", ""))
    moved = changed_since(officer, command, opened, form.key)
    if opened and moved:
        changes = tell(moved, shows_exhibits(request, officer, moved[:UNITS_TOLD]), opened)
        return _page(request, officer, form, status=412, changes=changes)
    try:
        perform(
            officer,
            command,
            key=form.key,
            occurred_at=form.happened_at(),
            captured=form.captured(),
            late_reason=form.cleaned_data.get("late_reason") or None,
        )
    except KeyReused:
        form.add_error(
            None,
            _(
                "This form was recorded once already, and has been changed since. "
                "Look at what was recorded; to record another act, press the button again."
            ),
        )
        recorded = _act_id(officer, form.key)
        form.key = str(ids.new_id())
        return _page(request, officer, form, status=409, recorded=recorded)
    except CustodyError as error:
        form.blame(error)
        return _page(request, officer, form, status=STATUS[error.category], error=error)
    remember(request.session, act, command)
    return redirect("receipt", act_id=_act_id(officer, form.key))


def _act_id(officer: Officer, key: str) -> UUID:
    return RequestKey.objects.get(officer=officer, key=key).act_id


def _at_hand(request: HttpRequest, officer: Officer) -> list[Exhibit]:
    """The units that the address names; with ``whole`` all those of the seizure that it names.

    Raises:
        Http404: one of them is not the officer's to see.
        TooManyUnits: no form takes as many.
    """
    asked = list(dict.fromkeys(request.GET.getlist("exhibit")))[:MOST_ROWS]
    seizure = request.GET.get("seizure")
    if seizure and not Seizure.objects.visible_to(officer).filter(reference=seizure).exists():
        raise Http404("This is not a seizure that you may see.")
    if seizure and request.GET.get("whole"):
        units = Exhibit.objects.handling_units_visible_to(officer).live()
        own = units.filter(seizure__reference=seizure).select_related("seizure", "destination")
        if own.count() > MOST_ROWS:
            raise TooManyUnits(seizure=seizure, most=MOST_ROWS)
        return list(own.order_by("label"))
    if not asked:
        return []
    try:
        wanted = [labels.parse(one) for one in asked]
    except labels.MisreadLabel as error:
        raise Http404(str(error)) from error
    rows = {
        row.label: row
        for row in Exhibit.objects.visible_to(officer)
        .filter(label__in=wanted)
        .select_related("seizure", "destination")
    }
    if len(rows) < len(set(wanted)):
        raise Http404("One of these labels is not of a unit that you may see.")
    return [rows[label] for label in dict.fromkeys(wanted)]


def _page(
    request: HttpRequest,
    officer: Officer,
    form: ActForm,
    exhibits: Sequence[Exhibit] = (),
    *,
    status: int = 200,
    error: CustodyError | None = None,
    changes: Changes | None = None,
    recorded: UUID | None = None,
    given: str = "",
    near: Sequence[Exhibit] = (),
) -> HttpResponse:
    """The act's page.

    Args:
        exhibits: the units at hand.
        error: why it is refused.
        changes: what happened to the units since the form was opened.
        recorded: the act that was recorded under the form's first key.
        given: that the form comes back unsent: "kept", or "files" if it did not bring its files along.
        near: units whose labels are one slip away from what was typed.
    """
    told = form.data.get("opened", "")
    reached = reach(officer, exhibits)
    shows(request, reached)
    listed = None
    if form.act.name in TAKERS and exhibits and not any(one.masked for one in reached.values()):
        listed = manifest(exhibits)
    few = listed is None and 0 < len(exhibits) <= CARDS_SHOWN
    shown = cards(officer, exhibits, clock.now()) if few else []
    answer = show(
        request,
        officer,
        "act.html",
        status=status,
        form=form,
        act=form.act,
        title=before_colon(form.act.title),
        promise=after_colon(form.act.title),
        exhibits=exhibits,
        cards=shown,
        manifest=listed,
        visible={one.pk for one in exhibits},
        obstacles=_obstacles(officer, form.act, exhibits),
        confirmers=TABLE[form.act.kind].confirmers,
        error=error,
        changes=changes,
        recorded=recorded,
        given=given,
        near=near,
        corrected=wrong_event(request, officer, form["event"].value())
        if form.act.name == "correct"
        else None,
        opened=told if read(told) and not changes else stamp(officer),
        draft=draft_key(request, officer),
    )
    if isinstance(error, Busy | RequestInFlight):
        answer.headers["Retry-After"] = "1"
    return answer


def _obstacles(
    officer: Officer, act: Act, exhibits: Sequence[Exhibit]
) -> list[tuple[str, tuple[Missing, ...]]]:
    """What stands in the way of the act on these units, by label, as far as the record tells."""
    if not 0 < len(exhibits) <= JUDGED or not TABLE[act.kind].sources:
        return []
    options = legal_now(officer, exhibits)
    found: list[tuple[str, tuple[Missing, ...]]] = []
    for row in exhibits:
        option = next((one for one in options[row.id] if one.act == act.name), None)
        if option is None:
            why = Sentence(
                "{label} is {stage}: this is not legal for you on it now",
                label=row.label,
                stage=Stage(row.stage),
            )
            found.append((row.label, (Missing("not_legal_now", why, "The life of an exhibit"),)))
        elif option.blocked_by:
            found.append((row.label, option.blocked_by))
    return found


@signed_in()
def receipt(request: HttpRequest, officer: Officer, act_id: UUID) -> HttpResponse:
    """What was recorded, or whom it waits for."""
    told = answered(officer, act_id)
    if isinstance(told, Pending):
        return redirect("proposal", proposal_id=act_id)
    entries = Entry.objects.filter(act_id=act_id).order_by("seq")
    rows = list(
        Exhibit.objects.visible_to(officer).filter(
            pk__in=[line.subject_id for line in told.lines if line.subject_type == "exhibit"]
        )
    )
    exhibits = {str(row.pk): row.label for row in rows}
    # who handed a unit over sees it no more, and still has to be able to show what it was
    signed = list(Proposal.objects.visible_to(officer).filter(act_id=act_id))
    gone = [row for row in exhibits_of(signed) if str(row.pk) not in exhibits]
    names = {str(row.pk): row.label for row in gone}
    reached = shows_exhibits(request, officer, [*rows, *gone])
    masked = {str(one) for one, found in reached.items() if found.masked}
    by_day = not _took_part(officer, act_id) and any(
        line.kind in WAYS and line.subject_id in masked for line in told.lines
    )
    seizure = (
        Seizure.objects.visible_to(officer)
        .filter(pk__in=[line.subject_id for line in told.lines if line.subject_type == "seizure"])
        .first()
    )
    if seizure:
        shows_seizures(request, officer, [seizure])
    return show(
        request,
        officer,
        "receipt.html",
        seizure=seizure,
        receipt=told,
        first=entries[0],
        by_day=start_of_day(told.recorded_at) if by_day else None,
        device=None if by_day else _device_clock(entries[0]),
        lines=[
            (line, exhibits.get(line.subject_id), names.get(line.subject_id))
            for line in told.lines[:LINES_SHOWN]
        ],
        more=max(0, len(told.lines) - LINES_SHOWN),
        labels=list(exhibits.values())[:LINES_SHOWN],
    )


def _device_clock(entry: Entry) -> tuple[datetime, int] | None:
    """What the device's clock said when the button was pressed, and by how many minutes the server's was later;
    None if they agree, or if others confirmed it since."""
    event = ledger_events.read(bytes(entry.body))
    captured: Any = event.captured
    if not captured or event.confirmers:
        return None
    at = clock.from_text(captured["device_at"])
    later = entry.recorded_at - at
    return (at, round(later.total_seconds() / 60)) if abs(later) > CLOCK_TOLERATED else None


def answered(officer: Officer, act_id: UUID) -> Receipt | Pending:
    """The answer to an act that the officer had a part in, or may see.

    Raises:
        Http404: there is none.
    """
    subjects = Entry.objects.filter(act_id=act_id, subject_type="exhibit").values_list(
        "subject_id", flat=True
    )
    known = (
        _took_part(officer, act_id)
        or Proposal.objects.visible_to(officer).filter(pk=act_id).exists()
        or Exhibit.objects.visible_to(officer).filter(pk__in=list(subjects)).exists()
    )
    if not known:
        raise Http404("There is no such receipt of yours.")
    return answer(act_id)


def _took_part(officer: Officer, act_id: UUID) -> bool:
    """Whether the officer acted, proposed or confirmed: then they were there."""
    return (
        Entry.objects.filter(act_id=act_id, actor=officer.badge).exists()
        or Proposal.objects.filter(pk=act_id, proposer=officer).exists()
        or Confirmation.objects.filter(proposal=act_id, officer=officer).exists()
    )
