"""A plan is one event about one lot, adopted by whoever has it in hand, and anybody can draw it again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from custody.audit import replay
from custody.handling.pack import Pack
from custody.handling.sample import Sample, Taken
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.people.rights import RightMissing
from custody.sampling.models import SamplingPlan
from custody.sampling.plans import InvalidSamplingPlan, Method, OutOfReach, Prior
from custody.sampling.services import LotNotInHands, NoLot, NotInLot, adopt_plan
from custody.seizures.labels import UnknownLabel
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FINE_SCALE, Cast, catch, do
from tests.deadlines.scenes import send
from tests.sampling.slow import drawn_by_shell

pytestmark = pytest.mark.django_db


def adopt(actor: Officer, seizure: Seizure, *units: Exhibit, **more: Any) -> SamplingPlan:
    told: dict[str, Any] = {
        "method": Method.HYPERGEOMETRIC,
        "share": Decimal("0.9"),
        "confidence": Decimal("0.95"),
    }
    labels = [one.label for one in units] or None
    return adopt_plan(actor, seizure=seizure, labels=labels, **told | more)


def test_the_event_holds_lot_seed_and_draw_and_a_shell_draws_the_same(cast: Cast) -> None:
    seizure, units = catch(cast, 30)
    row = adopt(cast.officer, seizure)
    assert row.labels == sorted(one.label for one in units)
    assert len(row.drawn) == row.plan.size == 15
    assert drawn_by_shell(row.labels, row.seed, 15) == row.drawn
    entry = Entry.objects.get(kind="sampling_plan.adopted")
    assert (entry.subject_type, entry.subject_id) == ("sampling_plan", row.code)
    told = bytes(entry.body).decode()
    assert all(f'"{word}"' in told for word in [row.seed, row.algorithm, *row.labels, "0.95"])


def test_the_row_is_what_its_event_says(cast: Cast) -> None:
    seizure, _ = catch(cast, 3)
    prior = Prior(2, 1)
    adopt(cast.officer, seizure, method=Method.BAYESIAN, prior=prior)
    assert SamplingPlan.objects.get().plan.prior == prior
    replay.compare()
    call_command("verify_ledger")


def test_two_plans_of_one_lot_are_drawn_by_different_seeds(cast: Cast) -> None:
    seizure, _ = catch(cast, 3)
    assert adopt(cast.officer, seizure).seed != adopt(cast.officer, seizure).seed


def test_a_lot_left_out_is_what_is_there_and_holds_no_other_and_is_no_sample(cast: Cast) -> None:
    seizure, units = catch(cast, 4)
    taken = Taken(form="sample", gross_grams=Decimal(6), tare_grams=Decimal(1))
    command = Sample(exhibit=units[0].label, scale=FINE_SCALE, samples=(taken,))
    do(cast.officer, command, cast.colleague)
    do(cast.officer, Pack(exhibits=(units[1].label, units[2].label), form="pallet"))
    assert adopt(cast.officer, seizure).labels == sorted(one.label for one in units)


def refused(kind: type[CustodyError], *told: Any, **more: Any) -> str:
    before = Entry.objects.count()
    with pytest.raises(kind) as error:
        adopt(*told, **more)
    assert Entry.objects.count() == before
    assert not SamplingPlan.objects.exists()
    return str(error.value)


def test_what_is_no_lot_is_refused_by_label(cast: Cast) -> None:
    seizure, units = catch(cast, 3)
    taken = Taken(form="sample", gross_grams=Decimal(6), tare_grams=Decimal(1))
    command = Sample(exhibit=units[0].label, scale=FINE_SCALE, samples=(taken,))
    do(cast.officer, command, cast.colleague)
    (sample,) = Exhibit.objects.filter(form="sample")
    do(cast.officer, Pack(exhibits=(units[2].label,), form="pallet"))
    (pallet,) = Exhibit.objects.filter(form="pallet")
    assert "it is a sample" in refused(NotInLot, cast.officer, seizure, sample)
    assert "named twice" in refused(NotInLot, cast.officer, seizure, units[0], units[0])
    assert "in the lot too" in refused(NotInLot, cast.officer, seizure, units[2], pallet)
    assert "another form" in refused(NotInLot, cast.officer, seizure, units[0], pallet)


def test_units_of_another_seizure_are_unknown_here(cast: Cast) -> None:
    seizure, _ = catch(cast, 1)
    other, (elsewhere,) = catch(cast, 1)
    refused(UnknownLabel, cast.officer, seizure, elsewhere)
    Exhibit.objects.filter(pk=elsewhere.pk).update(stage="incinerated")
    refused(NoLot, cast.officer, other)
    refused(NotInLot, cast.officer, other, elsewhere)


def test_who_may_not_sample_or_has_it_not_in_hand_plans_nothing(cast: Cast) -> None:
    seizure, (kept, sent) = catch(cast, 2)
    send(cast, sent)
    refused(LotNotInHands, cast.officer, seizure)
    refused(RightMissing, cast.supervisor, seizure)
    refused(UnknownLabel, cast.outsider, seizure, kept)
    assert adopt(cast.officer, seizure, kept).labels == [kept.label]


def test_no_plan_and_no_reach_leave_nothing_behind(cast: Cast) -> None:
    seizure, _ = catch(cast, 3)
    refused(InvalidSamplingPlan, cast.officer, seizure, method=Method.BAYESIAN)
    refused(OutOfReach, cast.officer, seizure, negatives=1)


def test_a_plan_is_seen_by_its_unit_and_by_those_whom_the_whole_seizure_concerns(
    cast: Cast,
) -> None:
    seizure, (barrel, _) = catch(cast, 2)
    adopt(cast.officer, seizure)
    send(cast, barrel)
    seen = {
        badge
        for badge, officer in cast.officers.items()
        if SamplingPlan.objects.visible_to(Officer.objects.get(pk=officer.pk)).exists()
    }
    assert seen == {
        "officer",
        "colleague",
        "prosecutor",
        "supervisor",
        "second_supervisor",
        "auditor",
    }
