"""Forms by which an agency manages what is its own: who may send them, and what is recorded of them."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from custody.audit.words import said
from custody.kit.errors import CustodyError
from custody.people.models import Officer, Unit
from custody.people.rights import Right, RightMissing, roles_with
from custody.web.access import STATUS
from custody.web.second_factor import require_fresh_proof

RowT = TypeVar("RowT", bound=models.Model, covariant=True)


class Managed(forms.Form):
    """A form whose refusals stand beside what they are about."""

    use_required_attribute = False

    def blame(self, error: CustodyError) -> None:
        """Put a refusal beside the field that it is about, else on top."""
        self.add_error(error.field if error.field in self.fields else None, said(error))


class OfAgency(Managed):
    """A form with the units of the officer's agency."""

    def __init__(self, officer: Officer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(agency=officer.unit.agency_id).order_by("code")
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, f"{one.code} · {one.name}") for one in units]


class Recorded(Protocol[RowT]):
    """A form that becomes a row."""

    def is_valid(self) -> bool: ...
    def blame(self, error: CustodyError) -> None: ...
    def save(self, officer: Officer, shown: str) -> RowT: ...


def require_governing(officer: Officer) -> bool:
    """Whether the officer may change what a page is about; who oversees may read it.

    Raises:
        RightMissing: neither.
    """
    if Right.ADOPT in officer.rights:
        return True
    if Right.OVERSEE not in officer.rights:
        holders = ", ".join(roles_with(Right.ADOPT))
        raise RightMissing(badge=officer.badge, right=Right.ADOPT, holders=holders)
    return False


def record(request: HttpRequest, officer: Officer, form: Recorded[RowT]) -> tuple[RowT | None, int]:
    """What was recorded of a form that was sent, or the status of the page that says why not."""
    officer.require(Right.ADOPT)
    require_fresh_proof(request)
    if not form.is_valid():
        return None, 422
    try:
        # what a page of something hands back of it; the form of something new was shown nothing
        row = form.save(officer, request.POST.get("shown", ""))
    except CustodyError as refused:
        form.blame(refused)
        return None, STATUS[refused.category]
    messages.success(request, _("{code} is on record, by an event.").format(code=row.pk))
    return row, 200
