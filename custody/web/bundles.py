"""Evidence bundles to take along: said for whom, written down, then sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from custody.audit.bundle.contents import Contents, WholeNeedsPurpose, of_exhibit, of_seizure
from custody.audit.bundle.exporting import export
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.seizures.models import Seizure
from custody.web.access import (
    STATUS,
    discloses,
    show,
    shows_exhibits,
    shows_seizures,
    signed_in,
)
from custody.web.exhibits import find
from custody.web.inputs import LineField
from custody.web.language import reader_language
from custody.web.second_factor import require_fresh_proof


class BundleForm(forms.Form):
    """For whom, and in which language."""

    use_required_attribute = False

    recipient = LineField(
        label=_("Who is to get it"),
        max_length=200,
        error_messages={"required": _("Say who gets it: it goes on record.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the readable trail"),
        choices=[("en", "English"), ("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch")],
    )


@signed_in("GET", "POST")
def exhibit(request: HttpRequest, officer: Officer, label: str) -> HttpResponse:
    """An exhibit's bundle."""
    officer.require(Right.DISCLOSE)
    row = find(officer, label)
    shows_exhibits(request, officer, [row])
    return _page(request, officer, row.label, row.seizure, lambda: of_exhibit(officer, row))


@signed_in("GET", "POST")
def seizure(request: HttpRequest, officer: Officer, reference: str) -> HttpResponse:
    """A seizure's bundle."""
    officer.require(Right.DISCLOSE)
    row = Seizure.objects.visible_to(officer).filter(reference=reference).first()
    if row is None:
        raise Http404(f"{reference} is not a seizure that you may see.")
    shows_seizures(request, officer, [row])
    return _page(request, officer, row.reference, row, lambda: of_seizure(officer, row))


def _page(
    request: HttpRequest,
    officer: Officer,
    name: str,
    case: Seizure,
    gathered: Callable[[], Contents],
) -> HttpResponse:
    require_fresh_proof(request)
    form = BundleForm(
        request.POST if request.method == "POST" else None, initial={"language": reader_language()}
    )
    context: dict[str, Any] = {"name": name, "seizure": case, "form": form}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return _sent(request, officer, gathered(), **form.cleaned_data)
            except CustodyError as refused:
                context |= {"error": refused, "masked": isinstance(refused, WholeNeedsPurpose)}
                status = STATUS[refused.category]
        else:
            status = 422
    return show(request, officer, "bundle.html", status=status, **context)


def _sent(
    request: HttpRequest, officer: Officer, contents: Contents, *, recipient: str, language: str
) -> HttpResponse:
    data = export(contents, officer, recipient=recipient, language=language)
    discloses(request, contents.reached, recipient)
    answer = HttpResponse(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{contents.name}.zip"'
    return answer
