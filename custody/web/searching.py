"""Finding a unit by its label, typed or scanned; a seal or a seizure by its number."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from custody.people.models import Officer
from custody.seizures import labels
from custody.seizures.models import Exhibit, Seizure
from custody.web.access import show, shows_exhibits, shows_seizures, signed_in

_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST = 80
SHOWN = 10


@signed_in()
def search(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Straight to what was asked for, or a kind word about why not."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    text = asked.rstrip("/").rpartition("/")[2]
    if not text:
        return show(request, officer, "search.html", asked="", problem="")
    visible = Exhibit.objects.visible_to(officer)
    problem = ""
    near: list[Exhibit] = []
    try:
        label = labels.parse(text)
    except labels.MisreadLabel:
        label = ""
        if _shape(text):
            problem = _(
                "The last character of a label checks the others, and here it does not fit: "
                "one character was misread or mistyped."
            )
            near = one_slip_away(officer, text)
    if label and visible.filter(label=label).exists():
        return redirect("exhibit", label=label)
    if label:
        problem = _("This is a well-formed label, but of no unit that you may see.")
    seizures = Seizure.objects.visible_to(officer)
    found = list(
        seizures.filter(
            Q(reference__iexact=text)
            | Q(customs_report__iexact=text)
            | Q(prosecutor_notice__iexact=text)
            | Q(container_number__iexact=text)
        ).order_by("-opened_at")[:SHOWN]
    )
    sealed = list(visible.filter(seals__number__iexact=text).order_by("label").distinct()[:SHOWN])
    if len(found) == 1 and not sealed:
        return redirect("seizure", reference=found[0].reference)
    if len(sealed) == 1 and not found:
        return redirect("exhibit", label=sealed[0].label)
    nothing = not (found or sealed)
    shows_seizures(request, officer, found)
    shows_exhibits(request, officer, [*sealed, *near])
    return show(
        request,
        officer,
        "search.html",
        asked=asked,
        problem=(problem or _("Nothing that you may see bears this number.")) if nothing else "",
        near=[row.label for row in near],
        found=found,
        sealed=sealed,
        status=404 if nothing else 200,
    )


def one_slip_away(officer: Officer, text: str) -> list[Exhibit]:
    """Units that the officer may see, whose labels are this one but for one slip; none if it is no label at all."""
    shape = _shape(text)
    if not shape:
        return []
    near = Exhibit.objects.visible_to(officer).filter(label__in=set(_neighbours(shape)))
    return list(near.order_by("label")[:SHOWN])


def _shape(text: str) -> str:
    """The eleven characters of a label, right or wrong; empty if it cannot be meant as one."""
    compact = "".join(text.upper().split()).replace("-", "")
    compact = compact[:2] + compact[2:10].translate(str.maketrans("ILOU", "110V")) + compact[10:]
    return compact if len(compact) == 11 and compact.startswith(labels.ISSUER) else ""


def _neighbours(compact: str) -> Iterator[str]:
    """Well-formed labels that are one slip away: one other character, or two neighbours swapped."""
    issuer, body, check = compact[:2], compact[2:10], compact[10]
    for number, character in enumerate(body):
        for other in _CHARACTERS:
            if other != character:
                yield from _formed(issuer, body[:number] + other + body[number + 1 :], check)
        if number:
            swapped = body[: number - 1] + character + body[number - 1] + body[number + 1 :]
            yield from _formed(issuer, swapped, check)
    if set(body) <= set(_CHARACTERS):
        yield f"{issuer}-{body}-{labels.check_character(issuer + body)}"


def _formed(issuer: str, body: str, check: str) -> Iterator[str]:
    if set(body) <= set(_CHARACTERS) and labels.check_character(issuer + body) == check:
        yield f"{issuer}-{body}-{check}"
