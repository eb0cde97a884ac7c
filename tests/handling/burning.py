"""The road to the kiln, for tests about what may not get there."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from custody.handling.correct import Correct
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.order import GiveOrder
from custody.handling.photograph import Photograph
from custody.handling.sample import Sample, Taken
from custody.handling.store import Store
from custody.handling.transport import Dispatch, Receive
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit, Seizure
from tests.cast import FINE_SCALE, FLOOR_SCALE, Cast, do
from tests.files import brought, picture

GROSS = Decimal(25_000)


def take_samples(cast: Cast, unit: str, gross: str = "7.50", tare: str = "2.50") -> list[str]:
    """A sample and a counter-sample of the unit: their labels."""
    taken = [
        Taken(form=form, gross_grams=Decimal(gross), tare_grams=Decimal(tare))
        for form in ("sample", "counter_sample")
    ]
    do(
        cast.officer,
        Sample(exhibit=unit, scale=FINE_SCALE, samples=tuple(taken)),
        cast.colleague,
    )
    made = Exhibit.objects.filter(made_from__label=unit, form__in=("sample", "counter_sample"))
    return list(made.order_by("label").values_list("label", flat=True))


def carry(cast: Cast, labels: Sequence[str], place: str, taker: Officer) -> None:
    """From the quay to a place."""
    do(
        cast.officer,
        Dispatch(exhibits=tuple(labels), driver="driver", vehicle="VAN-A", destination=place),
        cast.driver,
    )
    do(taker, Receive(exhibits=tuple(labels), place=place), cast.driver)


def put_away(cast: Cast, labels: Sequence[str], place: str = "VAULT-A") -> None:
    """From the quay into a vault."""
    carry(cast, labels, place, cast.keeper)
    do(cast.keeper, Store(exhibits=tuple(labels), place=place))


def keep_samples(cast: Cast, unit: str) -> None:
    """Samples of the unit lie in the laboratory."""
    carry(cast, take_samples(cast, unit), "LAB-A", cast.analyst)


def order(cast: Cast, seizure: Seizure, *labels: str, number: str = "D-1") -> None:
    """An order over these units; over all of the seizure, if none is named."""
    do(
        cast.prosecutor,
        GiveOrder(
            seizure=seizure.reference,
            exhibits=labels or None,
            number=number,
            reasons="No need to keep it.",
        ),
    )


def photograph(officer: Officer, *labels: str) -> None:
    """A photograph of each of these units."""
    for label in labels:
        shown = (brought(officer, picture()),)
        do(officer, Photograph(exhibit=label, photographs=shown))


def burn(cast: Cast, label: str, gross: Decimal = GROSS) -> None:
    """From the quay to ash."""
    photograph(cast.officer, label)
    carry(cast, [label], "PLANT-A", cast.operator)
    units = (Weighed(exhibit=label, gross_grams=gross),)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    do(cast.operator, Load(exhibits=(label,), kiln="K1"))
    do(
        cast.operator,
        Incinerate(
            scale=FLOOR_SCALE,
            temperature_celsius=1_100,
            units=units,
            first_witness="second_operator",
            second_witness="keeper",
        ),
        cast.second_operator,
        cast.keeper,
    )


def never_occurred(cast: Cast, kind: str, exhibit: Exhibit) -> None:
    """Two supervisors declare that an event did not occur."""
    undo(cast, Entry.objects.get(kind=kind, subject_id=str(exhibit.pk)))


def undo(cast: Cast, entry: Entry) -> None:
    """The same for an entry."""
    do(
        cast.supervisor,
        Correct(event=UUID(str(entry.event_id)), declaration="did_not_occur", reason="It did not."),
        cast.second_supervisor,
    )
