"""Webhooks of the agency: which systems are told of flags, and what each of them was told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from custody.kit.errors import CustodyError
from custody.notices import webhooks as services
from custody.notices.models import Notice, Webhook
from custody.notices.posting import LONGEST_URL
from custody.people.models import Officer
from custody.people.rights import Right
from custody.web.access import STATUS, show, signed_in
from custody.web.second_factor import require_fresh_proof

DELIVERIES_A_PAGE = 50
#: What changes who is told. Telling again what was told already does not.
_GOVERNING = frozenset({"rotate", "disable"})


class WebhookForm(forms.Form):
    """Where a system listens, and as whom."""

    use_required_attribute = False

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("HTTPS, at a public address."),
    )
    officer = forms.ChoiceField(
        label=gettext_lazy("Service officer"),
        help_text=gettext_lazy("It hears of the flags that this officer may see."),
    )

    def __init__(self, actor: Officer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency = actor.unit.agency_id
        own = Officer.objects.filter(unit__agency=agency, is_active=True).order_by("badge")
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.badge, f"{one.badge} · {one.unit_id}") for one in own]


@signed_in("GET", "POST")
def webhooks(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The agency's webhooks, and making one; its secret is on the answer and nowhere else."""
    officer.require(Right.ASSIGN)
    form = WebhookForm(officer, request.POST if request.method == "POST" else None)
    error: CustodyError | None = None
    status, secret = 200, None
    if request.method == "POST":
        require_fresh_proof(request)
        status = 422
        if form.is_valid():
            try:
                _, secret = services.make_webhook(officer, **form.cleaned_data)
                form, status = WebhookForm(officer), 201
            except CustodyError as refused:
                error, status = refused, STATUS[refused.category]
    rows = list(Webhook.objects.visible_to(officer).order_by("-is_active", "code"))
    urls = services.urls_of(rows)
    return show(
        request,
        officer,
        "webhooks.html",
        status=status,
        rows=[(row, urls[row.url_commitment]) for row in rows],
        form=form,
        error=error,
        secret=secret,
    )


@signed_in("GET", "POST")
def webhook(request: HttpRequest, officer: Officer, code: UUID) -> HttpResponse:
    """One webhook: what it was told; a new secret, telling again, ending it."""
    officer.require(Right.ASSIGN)
    secret: str | None = None
    error: CustodyError | None = None
    status = 200
    if request.method == "POST":
        if request.POST.get("do") in _GOVERNING:
            require_fresh_proof(request)
        try:
            if request.POST.get("do") == "rotate":
                _, secret = services.rotate(officer, code)
            else:
                messages.success(request, _deed(request)(officer, code))
                return redirect("webhook", code=code)
        except CustodyError as refused:
            if refused.category == "not_found":
                raise
            error, status = refused, STATUS[refused.category]
    row = Webhook.objects.visible_to(officer).filter(pk=str(code)).first()
    if row is None:
        raise Http404("There is no such webhook that you look after.")
    told = Notice.objects.visible_to(officer).filter(webhook=row).order_by("-seq")
    return show(
        request,
        officer,
        "webhook.html",
        status=status,
        row=row,
        url=services.urls_of([row])[row.url_commitment],
        page=Paginator(told, DELIVERIES_A_PAGE).get_page(request.GET.get("page")),
        secret=secret,
        error=error,
    )


def _deed(request: HttpRequest) -> Callable[[Officer, UUID], str]:
    """What was asked for, as something that says what it did."""
    asked = request.POST.get("do")
    if asked == "disable":

        def disable(officer: Officer, code: UUID) -> str:
            services.disable(officer, code)
            return _("Ended, by an event; what waited for it is withdrawn.")

        return disable
    if asked != "replay":
        raise Http404("There is nothing of that name to do.")
    told = request.POST.get("delivery")

    def replay(officer: Officer, code: UUID) -> str:
        count = services.replay(officer, code, only=_id(told) if told else None)
        return ngettext(
            "{count} told again, as soon as may be.",
            "{count} told again, as soon as may be.",
            count,
        ).format(count=count)

    return replay


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such delivery.") from error
