"""Recording an act: its form, and the receipt of what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from custody.handling.acts import Act
from custody.handling.errors import KeyReused
from custody.handling.legal import legal_now
from custody.handling.models import Confirmation, Proposal, RequestKey
from custody.handling.record import Pending, Receipt, answer, perform
from custody.handling.register import ACTS
from custody.kit import clock, ids
from custody.kit.errors import CustodyError
from custody.kit.sentences import Sentence
from custody.law.gate import Missing
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures import labels
from custody.seizures.lifecycle import TABLE, Stage
from custody.seizures.models import Exhibit, Seizure
from custody.seizures.reach import reach
from custody.web.access import STATUS, show, shows, shows_exhibits, shows_seizures, signed_in
from custody.web.cards import cards, reached_by
from custody.web.choices import Choices
from custody.web.files import tell_left_out
from custody.web.forms import MOST_ROWS, ActForm
from custody.web.prefill import initial, remember
from custody.web.second_factor import FINAL, require_fresh_proof
from custody.web.words import after_colon, before_colon

#: A receipt lists so many units by name.
LINES_SHOWN = 100
#: So many units are shown as they stand beside the form.
CARDS_SHOWN = 6
#: Beyond this, what stands in the way is left to the act itself to say.
JUDGED = 200


@signed_in("GET", "POST")
def act(request: HttpRequest, officer: Officer, name: str) -> HttpResponse:
    """The form of one act, and what is done with it."""
    found = ACTS.get(name)
    if found is None:
        raise Http404(f"There is no act {name}.")
    officer.require(Right(TABLE[found.kind].right))
    if name in FINAL:
        require_fresh_proof(request)
    choices = Choices(officer)
    if request.method == "POST":
        return _told(request, officer, found, choices)
    exhibits = _at_hand(request, officer)
    first = initial(
        officer, found, exhibits, choices, asked=request.GET.dict(), memory=request.session
    )
    return _page(request, officer, ActForm(found, choices, initial=first), exhibits)


def _told(request: HttpRequest, officer: Officer, act: Act, choices: Choices) -> HttpResponse:
    wanted = request.POST.get("more", "")
    count = request.POST.get(f"{wanted}-more", "1")
    more = {wanted: int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 1}
    form = ActForm(act, choices, data=request.POST, files=request.FILES, more=more)
    tell_left_out(request, form)
    if wanted:
        return _page(request, officer, ActForm(act, choices, data=request.POST, more=more))
    if not form.judge():
        return _page(request, officer, form, status=422)
    command = form.command()
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
        form.key = str(ids.new_id())
        return _page(request, officer, form, status=409)
    except CustodyError as error:
        form.blame(error)
        return _page(request, officer, form, status=STATUS[error.category], error=error)
    remember(request.session, act, command)
    return redirect("receipt", act_id=_act_id(officer, form.key))


def _act_id(officer: Officer, key: str) -> UUID:
    return RequestKey.objects.get(officer=officer, key=key).act_id


def _at_hand(request: HttpRequest, officer: Officer) -> list[Exhibit]:
    """The units that the address names.

    Raises:
        Http404: one of them is not the officer's to see.
    """
    asked = list(dict.fromkeys(request.GET.getlist("exhibit")))[:MOST_ROWS]
    seizure = request.GET.get("seizure")
    if seizure and not Seizure.objects.visible_to(officer).filter(reference=seizure).exists():
        raise Http404("This is not a seizure that you may see.")
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
) -> HttpResponse:
    shown = cards(officer, exhibits, clock.now()) if 0 < len(exhibits) <= CARDS_SHOWN else []
    shows(request, reached_by(shown) if shown else reach(officer, exhibits))
    return show(
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
        obstacles=_obstacles(officer, form.act, exhibits),
        confirmers=TABLE[form.act.kind].confirmers,
        error=error,
    )


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
    told = _answer(officer, act_id)
    if isinstance(told, Pending):
        return redirect("proposal", proposal_id=act_id)
    entries = Entry.objects.filter(act_id=act_id).order_by("seq")
    rows = list(
        Exhibit.objects.visible_to(officer).filter(
            pk__in=[line.subject_id for line in told.lines if line.subject_type == "exhibit"]
        )
    )
    exhibits = {str(row.pk): row.label for row in rows}
    shows_exhibits(request, officer, rows)
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
        lines=[(line, exhibits.get(line.subject_id)) for line in told.lines[:LINES_SHOWN]],
        more=max(0, len(told.lines) - LINES_SHOWN),
        labels=list(exhibits.values())[:LINES_SHOWN],
    )


def _answer(officer: Officer, act_id: UUID) -> Receipt | Pending:
    """The answer to an act that the officer had a part in, or may see.

    Raises:
        Http404: there is none.
    """
    subjects = Entry.objects.filter(act_id=act_id, subject_type="exhibit").values_list(
        "subject_id", flat=True
    )
    known = (
        Entry.objects.filter(act_id=act_id, actor=officer.badge).exists()
        or Proposal.objects.visible_to(officer).filter(pk=act_id).exists()
        or Confirmation.objects.filter(proposal=act_id, officer=officer).exists()
        or Exhibit.objects.visible_to(officer).filter(pk__in=list(subjects)).exists()
    )
    if not known:
        raise Http404("There is no such receipt of yours.")
    return answer(act_id)
