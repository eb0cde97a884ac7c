"""Recording an act: its form, with the units that it is about beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from custody.handling.accepting import TAKERS
from custody.handling.acts import Act
from custody.handling.errors import Busy, KeyReused, RequestInFlight
from custody.handling.legal import legal_now
from custody.handling.manifests import manifest
from custody.handling.models import RequestKey
from custody.handling.record import perform
from custody.handling.register import ACTS, FINAL
from custody.handling.stocks import crowded
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.law.gate import Missing
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.lifecycle import TABLE, Stage
from custody.seizures.models import Exhibit
from custody.seizures.reach import reach
from custody.web import hints
from custody.web.access import STATUS, show, shows, shows_exhibits, signed_in
from custody.web.at_hand import asked_for, named_in
from custody.web.cards import cards
from custody.web.changes import UNITS_TOLD, Changes, changed_since, tell
from custody.web.choices import Choices
from custody.web.correcting import said, wrong_event
from custody.web.devices import draft_key
from custody.web.dossier import DECIDING, dossier
from custody.web.files import tell_left_out
from custody.web.forms import ActForm
from custody.web.keeping import keeps, taken_up
from custody.web.opened import read, stamp
from custody.web.prefill import initial, remember
from custody.web.searching import one_slip_away
from custody.web.second_factor import require_fresh_proof
from custody.web.slots import Beside, Heat, beside_its_slot, heat_asked

#: So many units are shown as they stand beside the form.
CARDS_SHOWN = 6
#: Acts that may fill a store.
_INTO_STORE = frozenset({"receive", "store", "move"})
#: Beyond this, what stands in the way is left to the act itself to say.
JUDGED = 200


@keeps
@signed_in("GET", "POST")
def act(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """The form of one act, and what is done with it."""
    found = _act(officer, name)
    if name in FINAL:
        require_fresh_proof(request)
    choices = Choices(officer, name)
    if request.method == "POST":
        return _told(request, officer, found, choices)
    kept = taken_up(request)
    if kept:
        form, named = _sent(officer, found, choices, kept.data)
        return _page(request, officer, form, named, given="files" if kept.files else "kept")
    exhibits = asked_for(request, officer)
    wrong = wrong_event(request, officer, request.GET.get("event")) if name == "correct" else None
    known = initial(
        officer, found, exhibits, choices, asked=request.GET.dict(), memory=request.session
    )
    first = said(wrong) | known.values if wrong else known.values
    form = ActForm(found, choices, initial=first)
    hints.tell(form, officer, exhibits, again=known.again)
    return _page(request, officer, form, exhibits)


@keeps
@signed_in("POST")
def given_back(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """A form as it was sent under a token that fits no more: to who opened it, and not taken."""
    found = _act(officer, name)
    if not _own(request, officer):
        return _not_yours(request, officer, found)
    form, named = _sent(officer, found, Choices(officer, name), request.POST)
    given = "files" if request.FILES else "kept"
    return _page(request, officer, form, named, status=403, given=given)


def _sent(
    officer: Officer, act: Act, choices: Choices, data: Any, **more: Any
) -> tuple[ActForm, list[Exhibit]]:
    """A form as it was sent, and the units that it names: they stay beside it, whatever is wrong with it."""
    form = ActForm(act, choices, data=data, **more)
    named = named_in(officer, form)
    hints.tell(form, officer, named)
    return form, named


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
    form, named = _sent(officer, act, choices, request.POST, files=request.FILES, more=more)
    tell_left_out(request, form)
    if wanted:
        return _page(request, officer, *_sent(officer, act, choices, request.POST, more=more))
    if not form.judge():
        near = [row for word in form.misread() for row in one_slip_away(officer, word)]
        shows_exhibits(request, officer, near)
        return _page(request, officer, form, named, status=422, near=near)
    command = form.command()
    opened = read(request.POST.get("opened", ""))
    moved = changed_since(officer, command, opened, form.key)
    if opened and moved:
        changes = tell(moved, shows_exhibits(request, officer, moved[:UNITS_TOLD]), opened)
        return _page(request, officer, form, named, status=412, changes=changes)
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
        return _page(request, officer, form, named, status=409, recorded=recorded)
    except CustodyError as error:
        form.blame(error)
        return _page(request, officer, form, named, status=STATUS[error.category], error=error)
    remember(request.session, act, command)
    return redirect("receipt", act_id=_act_id(officer, form.key))


def _act_id(officer: Officer, key: str) -> UUID:
    return RequestKey.objects.get(officer=officer, key=key).act_id


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
    title, promise = hints.titled(officer, form.act, exhibits)
    answer = show(
        request,
        officer,
        "act.html",
        status=status,
        form=form,
        act=form.act,
        title=title,
        promise=promise,
        exhibits=exhibits,
        cards=shown,
        manifest=listed,
        visible={one.pk for one in exhibits},
        # why it was refused, or what was recorded, says the same
        obstacles=[] if error or recorded else _obstacles(officer, form.act, exhibits),
        confirmers=TABLE[form.act.kind].confirmers,
        error=error,
        changes=changes,
        recorded=recorded,
        given=given,
        near=near,
        crowded=crowded(officer, exhibits) if form.act.name in _INTO_STORE and exhibits else [],
        coming=True,
        beside=_beside(officer, form),
        heat=_heat(officer, form),
        dossier=dossier(request, officer, form["seizure"].value())
        if form.act.name in DECIDING
        else None,
        corrected=wrong_event(request, officer, form["event"].value())
        if form.act.name == "correct"
        else None,
        opened=told if read(told) and not changes else stamp(officer),
        draft=draft_key(request, officer),
    )
    if isinstance(error, Busy | RequestInFlight):
        answer.headers["Retry-After"] = "1"
    return answer


def _beside(officer: Officer, form: ActForm) -> Beside | None:
    """What is beside the slot of the session that the form names, when it is sent now or tells when it was."""
    if "session" not in form.fields:
        return None
    return beside_its_slot(officer, form.act.name, form["session"].value(), _when(form))


def _heat(officer: Officer, form: ActForm) -> Heat | None:
    """How hot the session that the form names has to burn."""
    if "temperature_celsius" not in form.fields:
        return None
    told = form["temperature_celsius"].value()
    return heat_asked(officer, form.act.name, form["session"].value(), told, _when(form))


def _when(form: ActForm) -> datetime:
    """When the act was, if the form is sound and tells it; else now."""
    return (form.happened_at() if hasattr(form, "cleaned_data") else None) or clock.now()


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
