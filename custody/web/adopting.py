"""Adopting from a file: what it would change is shown first, and nothing else is adopted than what was shown."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from custody.adopting.examples import EXAMPLES
from custody.adopting.files import (
    MOST_BYTES,
    Adoption,
    ShownOtherwise,
    adopt_file,
    read,
    try_out,
)
from custody.adopting.kinds import ON_PAGES
from custody.kit.errors import CustodyError
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import STATUS, show, signed_in
from custody.web.second_factor import require_fresh_proof

KINDS = {
    "permits": gettext_lazy("Permit"),
    "crews": gettext_lazy("Crew"),
    "vehicle_capacities": gettext_lazy("What a vehicle carries"),
    "policies": gettext_lazy("Policy"),
    "profiles": gettext_lazy("Profile of the law"),
    "protocols": gettext_lazy("Protocol of neutralisation"),
    "reagent_lots": gettext_lazy("Lot of reagent"),
    "mass_rules": gettext_lazy("Rules of masses"),
    "mailboxes": gettext_lazy("Mailbox"),
    "routes": gettext_lazy("Route of notices"),
}
#: What an example does not say of itself.
NOTES = {
    "permits": gettext_lazy(
        "valid_until can be left out: then it holds until further notice. One cap is for everything."
    ),
    "crews": gettext_lazy("valid_until can be left out: then it holds until further notice."),
    "policies": gettext_lazy("A policy holds all of its clocks: what is left out ends with it."),
    "profiles": gettext_lazy(
        "Of a profile that is shipped, its code and from when it holds; any other is told whole."
    ),
    "protocols": gettext_lazy("A reading and its bounds: one of the two can be null."),
    "mailboxes": gettext_lazy(
        "Of an officer or of a unit. quiet, digest_at and active can be left out."
    ),
    "routes": gettext_lazy(
        "level, unit, place, lane and active can be left out: then it is for all."
    ),
}


class FileForm(forms.Form):
    """The file."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("JSON, as manage.py adopt takes it. Nothing is adopted yet."),
        widget=forms.FileInput({"accept": "application/json,.json"}),
    )

    def clean_file(self) -> bytes:
        told: UploadedFile[bytes] = self.cleaned_data["file"]
        if told.size is None or told.size > MOST_BYTES:
            raise ValidationError(
                _("It has more than {most} kB.").format(most=MOST_BYTES // 1000), code="too_large"
            )
        content: bytes = told.read()
        return content


@signed_in("GET", "POST")
def adopt(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Sending a file, seeing what it would change, and adopting that."""
    officer.require(Right.ADOPT)
    form, content = FileForm(), b""
    found: Sequence[Adoption] = ()
    error: CustodyError | None = None
    seal = request.POST.get("shown", "")
    status = 200
    if seal:
        require_fresh_proof(request)
        # forms send every line with a carriage return more than the file that was counted
        content = request.POST.get("text", "").replace("\r\n", "\n").encode()
    elif request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        status = 200 if form.is_valid() else 422
        content = form.cleaned_data.get("file", b"")
    if content:
        try:
            entries = read(content, accepted=ON_PAGES)
            if seal:
                made = adopt_file(officer, entries, seal)
                messages.success(request, _done(len(made)))
                return redirect("adopt_file")
            found, seal = try_out(officer, entries)
        except ShownOtherwise as refused:
            error, status = refused, STATUS[refused.category]
            found, seal = try_out(officer, entries)
        except CustodyError as refused:
            error, status = refused, STATUS[refused.category]
    return show(
        request,
        officer,
        "adopt.html",
        status=status,
        form=form,
        error=error,
        found=[(KINDS[one.kind], one, [part.words for part in one.what]) for one in found],
        text=content.decode() if found else "",
        seal=seal,
        empty=bool(content) and not (found or error),
        kinds=[(name, KINDS[name], NOTES.get(name, ""), _example(name)) for name in ON_PAGES],
    )


def _example(kind: str) -> str:
    return json.dumps({kind: EXAMPLES[kind]}, indent=1, ensure_ascii=False)


def _done(count: int) -> str:
    return ngettext(
        "{count} entry is adopted, by an event.",
        "{count} entries are adopted, each by an event.",
        count,
    ).format(count=count)
