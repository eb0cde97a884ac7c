"""A trail has no gap: what happened to a container or to the whole it came from is part of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.audit.trails import trail_of
from custody.handling.correct import Correct
from custody.handling.pack import Pack, Unpack
from custody.handling.report import Report
from custody.handling.split import Part, Split
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.handling.burning import carry, take_samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def told(exhibit: Exhibit) -> list[tuple[str, str]]:
    """Whose events, and which."""
    exhibit.refresh_from_db()
    steps = trail_of(exhibit)
    assert [one.seq for one in steps] == sorted({one.seq for one in steps})
    assert all(one.inherited == (one.label != exhibit.label) for one in steps)
    return [(one.label, one.event.kind) for one in steps]


def test_what_is_in_a_container_goes_through_what_the_container_goes_through(cast: Cast) -> None:
    _, (brick, other) = catch(cast, 2)
    do(cast.officer, Pack(exhibits=(brick.label, other.label), form="pallet"))
    pallet = Exhibit.objects.get(pk=brick.pk).within
    assert pallet is not None
    carry(cast, [pallet.label], "VAULT-A", cast.keeper)
    do(cast.keeper, Unpack(container=pallet.label, exhibits=(brick.label,)))
    do(
        cast.keeper,
        Weigh(exhibit=pallet.label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000)),
    )
    assert told(brick) == [
        (brick.label, "exhibit.intercepted"),
        (brick.label, "exhibit.packed"),
        (pallet.label, "exhibit.dispatched"),
        (pallet.label, "exhibit.received"),
        (pallet.label, "exhibit.unpacked"),
        (brick.label, "exhibit.unpacked"),
    ]
    assert told(other)[-1] == (pallet.label, "exhibit.weighed")


def test_a_part_and_a_sample_have_the_trail_of_what_they_came_from_until_then(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    labels = take_samples(cast, barrel.label)
    sample = Exhibit.objects.get(label=labels[0])
    part = Part(form="bag", gross_grams=Decimal(24_000), tare_grams=Decimal(0))
    do(cast.officer, Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(part,)))
    bag = Exhibit.objects.get(made_from=barrel, form="bag")
    assert told(sample) == [
        (barrel.label, "exhibit.intercepted"),
        (barrel.label, "exhibit.sampled"),
        (sample.label, "exhibit.sampled"),
    ]
    kinds = [kind for label, kind in told(bag) if label == barrel.label]
    assert kinds[:2] == ["exhibit.intercepted", "exhibit.sampled"]
    assert "exhibit.split" in kinds
    assert (bag.label, "exhibit.split") in told(bag)
    assert not [label for label, _ in told(barrel) if label != barrel.label]


def test_what_was_corrected_stays_readable_with_its_correction_and_its_words(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, Report(exhibit=barrel.label, what="label", details="Torn at one edge."))
    wrong = Entry.objects.get(kind="exhibit.discrepancy_reported")
    do(
        cast.supervisor,
        Correct(event=wrong.event_id, declaration="did_not_occur", reason="Another barrel."),
        cast.second_supervisor,
    )
    _, reported, correction = trail_of(barrel)
    assert reported.corrected_by == (correction.event.id,)
    assert list(reported.texts.values()) == ["Torn at one edge."]
    assert "Another barrel." in correction.texts.values()
