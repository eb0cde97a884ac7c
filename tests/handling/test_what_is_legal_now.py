"""Every act on a unit at every stage, asked by every role: what is offered can be done, the rest is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from custody.audit.replay import compare
from custody.deadlines.models import Clock, Flag
from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.errors import NotYourCustody
from custody.handling.legal import legal_now
from custody.handling.models import Proposal, RequestKey
from custody.handling.record import perform
from custody.handling.register import ACTS
from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.law.gate import GateClosed
from custody.law.models import DestructionOrder, Hold
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing
from custody.seizures.admitting import NotLegalNow, kinds_from
from custody.seizures.lifecycle import TABLE, Stage
from custody.seizures.models import Exhibit, Seal
from tests.cast import Cast
from tests.handling.stages import COMMANDS, at, command_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

#: Of whom lifecycle, rights, custody and law ask; what is offered must not meet these.
BARRED = (NotLegalNow, RightMissing, NotYourCustody, GateClosed, NotYoursToConfirm)
ROLES = (
    "officer",
    "keeper",
    "driver",
    "prosecutor",
    "analyst",
    "operator",
    "supervisor",
    "auditor",
    "administrator",
    "outsider",
)


#: The taker of a unit can propose its dispatch, and an order can be revoked whatever became of this one unit of it;
#: neither is offered on the unit.
BEYOND = {("driver", "dispatch"), ("prosecutor", "revoke_order")}


class Undone(Exception):
    """Takes back what was tried."""


@contextmanager
def tried() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def world(unit: Exhibit) -> tuple[object, ...]:
    """The unit's row, and how much there is of everything else."""
    row = Exhibit.objects.filter(pk=unit.pk).values().get()
    models = (Entry, Exhibit, Seal, Clock, Flag, Hold, DestructionOrder, Proposal, RequestKey)
    return row, *(model.objects.count() for model in models)


def refusal(actor: Officer, act: str, cast: Cast, unit: Exhibit) -> CustodyError | None:
    """Why this act is refused to this actor now; None if it is recorded or proposed."""
    before = world(unit)
    with tried():
        try:
            perform(actor, command_for(act, cast, unit), key=str(ids.new_id()))
        except CustodyError as error:
            assert world(unit) == before, act
            return error
    return None


def test_there_is_a_request_for_every_act() -> None:
    assert set(COMMANDS) == set(ACTS) - {"intercept", "take_over"}


@pytest.mark.parametrize("stage", list(Stage))
def test_what_is_offered_can_be_done_and_what_is_not_is_refused(cast: Cast, stage: Stage) -> None:
    unit = at(cast, stage.value)
    for role in ROLES:
        actor = getattr(cast, role)
        seen = Exhibit.objects.visible_to(actor).filter(pk=unit.pk).exists()
        options = legal_now(actor, [unit])[unit.pk] if seen else []
        offered = {option.act: bool(option.blocked_by) for option in options}
        for act in COMMANDS:
            if not TABLE[ACTS[act].kind].sources:
                continue
            error = refusal(actor, act, cast, unit)
            if act in offered and not offered[act]:
                assert not isinstance(error, BARRED), (role, act, error)
            elif (role, act) not in BEYOND:
                assert error is not None, (role, act)
    compare()


@pytest.mark.parametrize("stage", list(Stage))
def test_what_the_lifecycle_forbids_is_refused_with_what_is_legal(cast: Cast, stage: Stage) -> None:
    unit = at(cast, stage.value)
    everybody = [getattr(cast, role) for role in ROLES]
    for act in sorted(set(COMMANDS) - {"revoke_order", "lift_hold", "receive", "find"}):
        row = TABLE[ACTS[act].kind]
        if not row.sources or stage in row.sources:
            continue
        allowed = [
            one
            for one in everybody
            if row.right in one.rights
            and one.unit_id == unit.custodian_unit
            and Exhibit.objects.visible_to(one).filter(pk=unit.pk).exists()
        ]
        for actor in allowed:
            error = refusal(actor, act, cast, unit)
            assert isinstance(error, NotLegalNow), (actor.badge, act, error)
            assert list(error.legal) == kinds_from(stage)
    compare()
