"""What of a file is an agency's own: its plants, crews, vehicles, stocks and mailboxes. What holds for everybody is any
administrator's, as on the page of policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custody.burning.managing import require_own_crew, require_own_permit
from custody.ledger.events import Subject
from custody.ledger.queries import entries_of, sound_event
from custody.notices.models import Mailbox, NoticeRoute
from custody.people.models import Officer, Unit
from custody.people.provisioning import OfAnotherAgency
from custody.places.models import Place

Told = Mapping[str, Any]


def everybodys(actor: Officer, told: Any) -> None:
    """Rules that hold for every agency."""


def permit(actor: Officer, told: Told) -> None:
    require_own_permit(actor, code=told["code"], plant=told["plant"])


def crew(actor: Officer, told: Told) -> None:
    require_own_crew(actor, code=told["code"], unit=told["unit"])


def vehicle(actor: Officer, told: Told) -> None:
    own = Place.objects.filter(unit__agency=actor.unit.agency_id)
    _require(own.filter(pk=str(told["place"])).exists(), "place", told["place"])


def lot(actor: Officer, told: Told) -> None:
    _require_unit(actor, told["unit"])


def mailbox(actor: Officer, told: Told) -> None:
    """Of somebody of the agency, or of one of its units."""
    badge = told.get("officer")
    if badge:
        own = Officer.objects.filter(unit__agency=actor.unit.agency_id)
        _require(own.filter(pk=str(badge)).exists(), "officer", badge)
    if told.get("unit"):
        _require_unit(actor, told["unit"])


def route(actor: Officer, told: Told) -> None:
    """To mailboxes of the agency alone, now as before; one that leads to none is whose who adopted it last."""
    named = [str(one) for one in told["mailboxes"]]
    known = NoticeRoute.held(str(told["code"]))
    agency = actor.unit.agency_id
    if known and not known.mailboxes:
        last = entries_of(Subject(NoticeRoute.subject_type, known.pk)).latest("seq")
        _require(sound_event(last).actor.agency == agency, "code", known.pk)
    for box in Mailbox.objects.filter(pk__in=[*named, *(known.mailboxes if known else ())]):
        unit = box.officer.unit if box.officer else box.unit
        assert unit is not None
        _require(unit.agency_id == agency, "mailboxes", box.code)


def _require_unit(actor: Officer, unit: Any) -> None:
    own = Unit.objects.filter(agency=actor.unit.agency_id)
    _require(own.filter(pk=str(unit)).exists(), "unit", unit)


def _require(own: bool, field: str, code: Any) -> None:  # noqa: FBT001
    if not own:
        raise OfAnotherAgency(field=field, code=code)
