"""Exhibits that are not to be destroyed: samples, what is held, unsampled or unphotographed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from custody.handling.correct import Correct
from custody.handling.hold import PlaceHold
from custody.handling.incinerate import Stage, Weighed
from custody.handling.pack import Pack, Unpack
from custody.handling.split import Part, Split
from custody.law.gate import GateClosed
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import (
    GROSS,
    carry,
    keep_samples,
    order,
    photograph,
    take_samples,
)
from tests.law.scenes import (
    loaded,
    neutralisation,
    ready,
    refused,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def unsampled(cast: Cast) -> str:
    _, (barrel,) = catch(cast)
    photograph(cast.officer, barrel.label)
    return barrel.label


def unphotographed(cast: Cast) -> str:
    _, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    return barrel.label


def held(cast: Cast) -> str:
    _, barrel = ready(cast)
    do(cast.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="Counter-expertise."))
    return barrel.label


def a_sample(cast: Cast) -> str:
    _, (barrel,) = catch(cast)
    return take_samples(cast, barrel.label)[0]


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        (unsampled, "no sample of this seizure is kept"),
        (unphotographed, "no photograph shows"),
        (held, "is on hold"),
        (a_sample, "is retained as a"),
    ],
)
def test_it_is_not_neutralised(cast: Cast, unit: Callable[[Cast], str], why: str) -> None:
    refused(GateClosed, cast.officer, neutralisation(unit(cast)), why)


def test_what_lacks_nothing_is_neutralised_under_the_standing_authorisation(cast: Cast) -> None:
    _, barrel = ready(cast)
    named = {"first_witness": "keeper", "second_witness": "second_operator"}
    witnessed = replace(neutralisation(barrel.label), **named)
    do(cast.officer, witnessed, cast.keeper, cast.second_operator)
    barrel.refresh_from_db()
    assert barrel.neutralised_at


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        (unsampled, "no sample of this seizure is kept"),
        (unphotographed, "no photograph shows"),
        (held, "is on hold"),
    ],
)
def test_it_is_not_loaded(cast: Cast, unit: Callable[[Cast], str], why: str) -> None:
    label = unit(cast)
    seizure = Seizure.objects.get(exhibits__label=label)
    order(cast, seizure, label)
    carry(cast, [label], "PLANT-A", cast.operator)
    units = (Weighed(exhibit=label, gross_grams=GROSS),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    refused(GateClosed, cast.operator, loaded(label), why)


# --- photographs


def test_a_photograph_that_was_not_taken_shows_nothing(cast: Cast) -> None:
    seizure, barrel = ready(cast)
    order(cast, seizure)
    event = Entry.objects.get(kind="exhibit.photographed").event_id
    do(
        cast.supervisor,
        Correct(event=event, declaration="did_not_occur", reason="Another barrel."),
        cast.second_supervisor,
    )
    barrel.refresh_from_db()
    assert barrel.photographs
    assert barrel.shown_by == []
    with pytest.raises(GateClosed, match="no photograph shows"):
        do(cast.officer, neutralisation(barrel.label))


def test_a_container_is_photographed_after_packing_or_its_contents_before(cast: Cast) -> None:
    _, (first, second) = catch(cast, 2)
    photograph(cast.officer, first.label)
    do(cast.officer, Pack(exhibits=(first.label, second.label), form="pallet"))
    pallet = Exhibit.objects.get(form="pallet")
    photograph(cast.officer, pallet.label)
    pallet.refresh_from_db()
    assert len(pallet.shown_by) == 1
    do(cast.officer, Unpack(container=pallet.label, exhibits=(second.label,)))
    pallet.refresh_from_db()
    first.refresh_from_db()
    assert (pallet.shown_by, len(first.shown_by)) == ([], 1)


def test_parts_are_photographed_anew(cast: Cast) -> None:
    _, barrel = ready(cast)
    part = Part(form="bag", gross_grams=Decimal(12_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part, part)))
    assert all(one.shown_by == [] for one in Exhibit.objects.filter(made_from=barrel, form="bag"))
