"""Who printed which label when is on record, and why again."""

from __future__ import annotations

import pytest

from custody.kit.errors import CustodyError
from custody.labelling.models import LabelPrinting, Reason
from custody.labelling.services import (
    MOST,
    NoReasonNeeded,
    NothingToPrint,
    PlaceUnseen,
    PrintedBefore,
    print_labels,
)
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.seizures.labels import MisreadLabel, UnknownLabel, new_label, parse
from tests.cast import Cast, catch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_a_roll_holds_labels_that_are_well_formed_new_and_on_record(cast: Cast) -> None:
    roll = print_labels(cast.officer, count=MOST)
    assert len(set(roll.labels)) == MOST
    assert all(parse(label) == label for label in roll.labels)
    entry = Entry.objects.get(kind="label_printing.adopted")
    assert (entry.actor, entry.subject_id) == ("officer", roll.code)


def test_a_unit_can_be_intercepted_under_a_label_of_a_roll(cast: Cast) -> None:
    roll = print_labels(cast.officer, count=1)
    _, (barrel,) = catch(cast, labels=roll.labels)
    assert barrel.label == roll.labels[0]


def test_a_second_printing_says_why(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    print_labels(cast.officer, units=[barrel.label])
    with pytest.raises(PrintedBefore, match="by officer: say why"):
        print_labels(cast.colleague, units=[barrel.label])
    again = print_labels(cast.colleague, units=[barrel.label], reason=Reason.DAMAGED)
    assert again.reason == "damaged"
    with pytest.raises(PrintedBefore, match="by colleague"):
        print_labels(cast.officer, units=[barrel.label])


def test_a_label_of_a_roll_is_printed_again_by_its_unit_and_nobody_elses(cast: Cast) -> None:
    (label,) = print_labels(cast.officer, count=1).labels
    print_labels(cast.colleague, units=[label], reason=Reason.SPOILT)
    with pytest.raises(UnknownLabel):
        print_labels(cast.outsider, units=[label], reason=Reason.SPOILT)


def test_once_borne_a_label_is_its_units_to_print(cast: Cast) -> None:
    (label,) = print_labels(cast.outsider, count=1).labels
    catch(cast, labels=[label])
    with pytest.raises(UnknownLabel):
        print_labels(cast.outsider, units=[label], reason=Reason.LOST)


def test_places_are_printed_by_their_code_names(cast: Cast) -> None:
    made = print_labels(cast.keeper, places=["VAULT-B", "VAULT-A", "VAULT-B"])
    assert made.labels == ["VAULT-B", "VAULT-A"]


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({}, NothingToPrint),
        ({"count": MOST + 1}, NothingToPrint),
        ({"count": -1}, NothingToPrint),
        ({"count": 1, "places": ["VAULT-A"]}, NothingToPrint),
        ({"units": ["NX-00000000-0"]}, MisreadLabel),
        ({"units": ["NX-7K3M9Q2X-C"]}, CustodyError),
        ({"places": ["NOWHERE"]}, PlaceUnseen),
        ({"count": 1, "reason": Reason.LOST}, NoReasonNeeded),
    ],
)
def test_what_cannot_be_printed_is_refused_and_leaves_no_trace(
    cast: Cast, told: dict[str, object], error: type[CustodyError]
) -> None:
    with pytest.raises(error):
        print_labels(cast.officer, **told)  # type: ignore[arg-type]
    assert not LabelPrinting.objects.exists()


def test_who_handles_nothing_prints_nothing(cast: Cast) -> None:
    for badge in ("driver", "prosecutor", "supervisor", "auditor", "administrator"):
        with pytest.raises(RightMissing):
            print_labels(getattr(cast, badge), count=1)


def test_printings_are_their_units_and_their_overseers(cast: Cast) -> None:
    print_labels(cast.officer, count=1)
    seen = {
        badge
        for badge, officer in cast.officers.items()
        if LabelPrinting.objects.visible_to(officer).exists()
    }
    assert seen >= {"officer", "colleague", "supervisor", "auditor"}
    assert not seen & {"outsider", "far_supervisor", "keeper", "operator", "driver", "prosecutor"}


def test_an_outsider_gets_the_same_answer_for_a_unit_and_for_none(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    told = []
    for label in (barrel.label, new_label()):
        with pytest.raises(UnknownLabel) as refused:
            print_labels(cast.outsider, units=[label])
        told.append(str(refused.value).replace(label, ""))
    assert told[0] == told[1]
