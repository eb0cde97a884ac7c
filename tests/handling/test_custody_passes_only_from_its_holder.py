"""Nobody takes, misses, finds, refuses or confirms what is not theirs to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from custody.deadlines.models import Flag
from custody.handling.confirmers import NotYoursToConfirm, TwoSides, second_corrector
from custody.handling.correct import Correct
from custody.handling.errors import NotYourCustody, NotYourDecision
from custody.handling.hand_over import HandOver
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.models import Proposal
from custody.handling.presence import Find, Miss
from custody.handling.proposals import HasLeft, UnknownProposal, confirm, refuse, waiting_for
from custody.handling.sample import Sample, Taken
from custody.handling.store import Store
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing, Role
from custody.people.services import enrol
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FINE_SCALE, FLOOR_SCALE, Cast, catch, do, propose
from tests.handling.burning import carry, keep_samples, never_occurred, order, photograph

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def custodian(exhibit: Exhibit) -> str:
    exhibit.refresh_from_db()
    return exhibit.custodian_unit


def in_store(cast: Cast, exhibit: Exhibit) -> Exhibit:
    do(cast.officer, HandOver(exhibits=(exhibit.label,), taker="keeper"), cast.keeper)
    return exhibit


def test_units_of_two_custodians_do_not_change_hands_in_one_act(cast: Cast) -> None:
    _, (own, other) = catch(cast, 2)
    in_store(cast, other)
    with pytest.raises(TwoSides, match="CUSTOMS/QUAY; CUSTOMS/STORE"):
        propose(cast.officer, HandOver(exhibits=(own.label, other.label), taker="officer"))
    assert custodian(other) == "CUSTOMS/STORE"


def test_missing_is_said_by_who_has_it_or_a_supervisor(cast: Cast) -> None:
    _, (barrel, second) = catch(cast, 2)
    in_store(cast, barrel)
    in_store(cast, second)
    with pytest.raises(NotYourCustody):
        do(cast.officer, Miss(exhibits=(barrel.label,), searched="On the quay."))
    do(cast.keeper, Miss(exhibits=(barrel.label,), searched="In the vault."))
    do(cast.supervisor, Miss(exhibits=(second.label,), searched="In the vault."))


def test_what_is_found_by_others_is_confirmed_by_those_who_missed_it(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    in_store(cast, barrel)
    do(cast.keeper, Miss(exhibits=(barrel.label,), searched="In the vault."))
    found = Find(exhibit=barrel.label, place="QUAY-A", circumstances="Behind a crane.")
    proposal = propose(cast.officer, found)
    with pytest.raises(NotYoursToConfirm, match="waits for somebody else"):
        confirm(cast.colleague, proposal)
    confirm(cast.second_keeper, proposal)
    assert custodian(barrel) == "CUSTOMS/QUAY"


def burning(cast: Cast) -> Any:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    photograph(cast.officer, barrel.label)
    order(cast, seizure)
    carry(cast, [barrel.label], "PLANT-A", cast.operator)
    units = (Weighed(exhibit=barrel.label, gross_grams=Decimal(25_000)),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    do(cast.operator, Load(exhibits=(barrel.label,), kiln="K1"))
    return propose(
        cast.operator,
        Incinerate(scale=FLOOR_SCALE, temperature_celsius=1_100, units=units),
    )


def test_a_proposal_is_refused_only_by_those_who_could_confirm_it(cast: Cast) -> None:
    proposal = burning(cast)
    for badge in ("driver", "prosecutor", "analyst", "auditor"):
        one = getattr(cast, badge)
        assert waiting_for(one) == []
        with pytest.raises((NotYoursToConfirm, UnknownProposal)):
            refuse(one, proposal, "No.")
    assert Proposal.objects.get(pk=proposal).state == "open"
    refuse(cast.second_operator, proposal, "The kiln is cold.")


@pytest.mark.parametrize("badge", ["officer", "keeper"])
def test_nothing_is_recorded_with_somebody_who_has_left(cast: Cast, badge: str) -> None:
    _, (barrel,) = catch(cast)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="keeper"))
    Officer.objects.filter(pk=badge).update(is_active=False)
    cast.keeper.refresh_from_db()
    with pytest.raises(HasLeft, match=badge):
        confirm(cast.keeper, proposal)
    assert custodian(barrel) == "CUSTOMS/QUAY"
    Officer.objects.filter(pk=badge).update(is_active=True)


def test_a_colleague_who_confirms_could_have_done_it(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    taken = tuple(
        Taken(form=form, gross_grams=Decimal("7.50"), tare_grams=Decimal("2.50"))
        for form in ("sample", "counter_sample")
    )
    command = Sample(exhibit=barrel.label, scale=FINE_SCALE, samples=taken)
    for proposal in (
        propose(cast.officer, command),
        propose(
            cast.officer,
            Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000)),
            occurred_at=clock.now(),
            late_reason="The terminal was down.",
        ),
    ):
        for other in (cast.auditor, cast.supervisor):
            with pytest.raises(RightMissing):
                confirm(other, proposal)


def test_only_supervisors_of_the_agency_concerned_say_missing(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    chief = enrolled(cast, "chief", "COURT/PORT")
    assert Exhibit.objects.visible_to(chief).exists()
    with pytest.raises(NotYourCustody):
        do(chief, Miss(exhibits=(barrel.label,), searched="On the road."))


def test_a_carrier_sees_what_it_carries_while_it_carries_it(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    seen = Exhibit.objects.visible_to(cast.driver)
    assert not seen.exists()
    transport = Dispatch(
        exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
    )
    do(cast.officer, transport, cast.driver)
    assert seen.exists()
    arrival = propose(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
    receipt = confirm(cast.driver, arrival)
    assert not seen.exists()
    assert not Seizure.objects.visible_to(cast.driver).exists()
    assert confirm(cast.driver, arrival) == receipt
    do(cast.keeper, Store(exhibits=(barrel.label,), place="VAULT-A"))
    never_occurred(cast, "exhibit.stored", barrel)
    assert not seen.exists()
    never_occurred(cast, "exhibit.received", barrel)
    assert seen.exists()


def enrolled(cast: Cast, badge: str, unit: str) -> Officer:
    enrol(badge=badge, name=badge, unit=unit, roles=[Role.SUPERVISOR], actor=SYSTEM)
    return Officer.objects.get(pk=badge)


def test_one_agency_does_not_correct_what_another_recorded(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    chief = enrolled(cast, "chief", "COURT/PORT")
    carry(cast, [barrel.label], "VAULT-A", cast.keeper)
    do(cast.keeper, Store(exhibits=(barrel.label,), place="VAULT-A"))
    stored = Entry.objects.get(kind="exhibit.stored")
    command = Correct(
        event=stored.event_id, declaration="did_not_occur", reason="It is still on the road."
    )
    with pytest.raises(NotYourDecision, match="CUSTOMS"):
        propose(chief, command)
    proposal = propose(cast.supervisor, command)
    with pytest.raises(NotYoursToConfirm, match="CUSTOMS"):
        confirm(chief, proposal)
    confirm(cast.second_supervisor, proposal)
    barrel.refresh_from_db()
    assert barrel.stage == "received"
    assert Flag.objects.get(exhibit=barrel, cause="discrepancy")


def test_a_corrector_of_two_exhibits_is_one_for_each(cast: Cast) -> None:
    both = second_corrector(cast.supervisor, frozenset({"CUSTOMS", "KILN"}))
    one = second_corrector(cast.supervisor, frozenset({"CUSTOMS", "LAB"}))
    assert both.merged(one).agencies == {"CUSTOMS"}
    with pytest.raises(TwoSides):
        one.merged(second_corrector(cast.supervisor, frozenset({"KILN"})))
