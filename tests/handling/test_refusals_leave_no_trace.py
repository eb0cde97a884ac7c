"""A refused act leaves nothing but a note of its refusal, and says what was wrong and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.handling import errors
from custody.handling.commands import Command
from custody.handling.intercept import Found, Intercept
from custody.handling.models import Proposal, Refusal, RequestKey
from custody.handling.pack import Pack, Unpack
from custody.handling.record import perform
from custody.handling.report import Report
from custody.handling.sample import Sample, Taken
from custody.handling.seals import ApplySeal, BreakSeal
from custody.handling.split import Part, Split
from custody.handling.store import Store
from custody.handling.transport import Dispatch
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.models import Disclosure, Entry
from custody.people.rights import RightMissing
from custody.seizures import identifiers, labels, masses
from custody.seizures.admitting import NotLegalNow
from custody.seizures.models import Exhibit, Seal, Seizure
from tests.cast import FLOOR_SCALE, Cast, catch, do

pytestmark = pytest.mark.django_db


def world() -> tuple[int, ...]:
    """How much there is of everything."""
    return tuple(
        model.objects.count()
        for model in (Entry, Disclosure, Exhibit, Seizure, Seal, Proposal, RequestKey)
    )


def refused(
    actor: Any, command: Command, error: type[CustodyError], *, text: str = ".", **more: Any
) -> CustodyError:
    """Assert that the act is refused so, and that only the refusal is left; the error."""
    before, noted = world(), Refusal.objects.count()
    with pytest.raises(error, match=text) as caught:
        perform(actor, command, key="once-only", **more)
    assert world() == before
    assert Refusal.objects.count() == noted + 1
    assert Refusal.objects.latest("pk").code == error.code
    return caught.value


def found(**changes: Any) -> Found:
    values: dict[str, Any] = {
        "label": None,
        "form": "barrel",
        "gross_grams": Decimal(25_000),
        "tare_grams": None,
        "seal_number": None,
        "seal_class": None,
    }
    return Found(**{**values, **changes})


def interception(**changes: Any) -> Intercept:
    command = Intercept(
        customs_report="PV-REFUSED",
        prosecutor_notice=None,
        prosecutor_unit=None,
        container_number=None,
        vessel_imo=None,
        location="BEANR",
        place="QUAY-A",
        substance="cocaine",
        lane="fast",
        scale=FLOOR_SCALE,
        exhibits=(found(),),
    )
    return replace(command, **changes)


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        (
            {"exhibits": (found(gross_grams=Decimal(2_000_000)),)},
            masses.OverCapacity,
            "gross_grams",
        ),
        ({"exhibits": (found(gross_grams=Decimal(25_001)),)}, masses.NotReadable, "gross_grams"),
        (
            {"exhibits": (found(gross_grams=Decimal(100), tare_grams=Decimal(150)),)},
            masses.TareOverGross,
            "tare_grams",
        ),
        ({"container_number": "MSCU1234567"}, identifiers.InvalidContainerNumber, None),
        ({"vessel_imo": "9074728"}, identifiers.InvalidVesselNumber, None),
        ({"location": "Antwerp"}, identifiers.InvalidLocation, None),
        ({"place": "NOWHERE"}, errors.UnknownPlace, "place"),
        ({"scale": "KITCHEN"}, errors.UnknownScale, "scale"),
        ({"prosecutor_unit": "COURT/MOON"}, errors.UnknownUnit, "prosecutor_unit"),
        ({"exhibits": (found(label="NX-7K3M9Q2X-0"),)}, labels.MisreadLabel, "exhibits"),
        ({"exhibits": (found(seal_number="S1"),)}, errors.FieldMissing, "seal_class"),
        (
            {"exhibits": (found(seal_number="S1", seal_class="H"),) * 2},
            errors.SealInUse,
            "seal_number",
        ),
    ],
)
def test_an_interception_that_cannot_be_is_refused(
    cast: Cast, change: dict[str, Any], error: type[CustodyError], field: str | None
) -> None:
    caught = refused(cast.officer, interception(**change), error)
    if field:
        assert caught.field == field


def test_one_label_on_two_units_is_refused(cast: Cast) -> None:
    label = labels.new_label()
    twice = (found(label=label), found(label=label))
    refused(cast.officer, interception(exhibits=twice), errors.LabelTwice, text=label)


def test_a_label_in_use_is_refused(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    again = interception(exhibits=(found(label=barrel.label),))
    refused(cast.officer, again, errors.LabelInUse, text=barrel.label)


def test_a_seal_number_in_use_is_refused(cast: Cast) -> None:
    _, (first, second) = catch(cast, 2, seals=["HS-1"])
    unsealed = next(row for row in (first, second) if not row.seals.exists())
    refused(
        cast.officer,
        ApplySeal(exhibit=unsealed.label, number="HS-1", seal_class="H"),
        errors.SealInUse,
        text="HS-1",
    )


def test_a_seal_that_is_not_there_cannot_be_broken_and_the_answer_names_those_that_are(
    cast: Cast,
) -> None:
    _, (barrel,) = catch(cast, seals=["HS-1"])
    caught = refused(
        cast.officer,
        BreakSeal(exhibit=barrel.label, number="HS-2", reason="to look"),
        errors.UnknownSeal,
    )
    assert caught.legal == ("HS-1",)


@pytest.mark.parametrize(
    ("moved", "reason", "error"),
    [
        (timedelta(minutes=3), None, errors.InFuture),
        (timedelta(minutes=-16), None, errors.LateNeedsReason),
        (timedelta(minutes=-14), None, errors.OutOfOrder),
        (timedelta(days=-1), "no network", errors.OutOfOrder),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    cast: Cast, moved: timedelta, reason: str | None, error: type[CustodyError]
) -> None:
    _, (barrel,) = catch(cast)
    refused(
        cast.officer,
        Weigh(
            exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000), tare_grams=None
        ),
        error,
        occurred_at=clock.now() + moved,
        late_reason=reason,
    )


def test_what_the_lifecycle_forbids_is_refused_with_what_it_allows(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    do(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    caught = refused(
        cast.keeper,
        Store(exhibits=(barrel.label,), place="VAULT-A"),
        NotLegalNow,
        text="in transit",
    )
    assert "exhibit.received" in caught.legal


def test_a_right_that_is_missing_is_named_with_its_holders(cast: Cast) -> None:
    refused(cast.driver, interception(), RightMissing, text="officer")


def test_what_is_in_other_hands_is_refused(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    do(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    from custody.handling.lane import AssignLane

    refused(
        cast.officer,
        AssignLane(exhibits=(barrel.label,), lane="standard", reason="The plant is closed."),
        errors.NotYourCustody,
        text="HAULIER/ROAD",
    )


@pytest.mark.parametrize("who", ["outsider", "far_supervisor"])
def test_a_foreign_label_is_as_unknown_as_one_that_does_not_exist(cast: Cast, who: str) -> None:
    _, (barrel,) = catch(cast)
    command = Report(exhibit=barrel.label, what="other", details="Seen on the quay.")
    foreign = refused(getattr(cast, who), command, labels.UnknownLabel)
    absent = refused(
        getattr(cast, who), replace(command, exhibit=labels.new_label()), labels.UnknownLabel
    )
    assert type(foreign) is type(absent)
    assert foreign.params.keys() == absent.params.keys()


def pack(container: str | None, *units: str, form: str | None = "pallet") -> Pack:
    return Pack(
        exhibits=units,
        container=container,
        form=form if container is None else None,
        label=None,
        scale=None,
        gross_grams=None,
        tare_grams=None,
        seal_number=None,
        seal_class=None,
    )


Nesting = Callable[[Cast], tuple[Command, type[CustodyError]]]


def into_itself(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, (barrel,) = catch(cast)
    return pack(barrel.label, barrel.label), errors.CyclicNesting


def into_its_own_content(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, (outer, inner) = catch(cast, 2)
    do(cast.officer, pack(outer.label, inner.label))
    return pack(inner.label, outer.label), errors.InsideContainer


def into_a_block(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, (first, second) = catch(cast, 2, form="block", gross="1000", tare=None)
    return pack(first.label, second.label), errors.NoContainer


def into_a_sealed_barrel(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, barrels = catch(cast, 2, seals=["HS-1"])
    sealed = next(row for row in barrels if row.seals.exists())
    other = next(row for row in barrels if row != sealed)
    return pack(sealed.label, other.label), errors.StillSealed


def two_seizures(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, (first,) = catch(cast)
    _, (second,) = catch(cast)
    return pack(None, first.label, second.label), errors.NotTogether


def out_of_another(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, (outer, inner, third) = catch(cast, 3)
    do(cast.officer, pack(outer.label, inner.label))
    return Unpack(container=outer.label, exhibits=(third.label,)), errors.NotInside


def too_deep(cast: Cast) -> tuple[Command, type[CustodyError]]:
    _, rows = catch(cast, 5)
    for outer, inner in zip(rows[1:4], rows[:3], strict=True):
        do(cast.officer, pack(outer.label, inner.label))
    return pack(rows[4].label, rows[3].label), errors.TooDeep


@pytest.mark.parametrize(
    "nesting",
    [
        into_itself,
        into_its_own_content,
        into_a_block,
        into_a_sealed_barrel,
        two_seizures,
        out_of_another,
        too_deep,
    ],
    ids=lambda nesting: nesting.__name__,
)
def test_nesting_that_cannot_be_is_refused(cast: Cast, nesting: Nesting) -> None:
    command, error = nesting(cast)
    refused(cast.officer, command, error)


def test_more_cannot_be_sampled_than_there_is(cast: Cast) -> None:
    _, (block,) = catch(cast, form="block", gross="50", tare=None)
    greedy = Taken(
        label=None,
        form="sample",
        gross_grams=Decimal(100),
        tare_grams=Decimal(0),
        seal_number=None,
        seal_class=None,
    )
    refused(
        cast.officer,
        Sample(exhibit=block.label, scale=FLOOR_SCALE, samples=(greedy,), gross_after_grams=None),
        errors.MoreThanThere,
    )


def test_a_sealed_barrel_is_not_split(cast: Cast) -> None:
    _, (barrel,) = catch(cast, seals=["HS-1"])
    half = Part(
        label=None,
        form="barrel",
        gross_grams=Decimal(12_500),
        tare_grams=None,
        seal_number=None,
        seal_class=None,
    )
    refused(
        cast.officer,
        Split(exhibit=barrel.label, scale=FLOOR_SCALE, parts=(half, half)),
        errors.StillSealed,
        text="HS-1",
    )


def test_a_place_of_another_unit_is_not_where_one_intercepts(cast: Cast) -> None:
    refused(cast.officer, interception(place="VAULT-A"), errors.NotYourPlace, text="CUSTOMS/STORE")
