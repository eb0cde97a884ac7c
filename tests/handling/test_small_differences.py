"""Small differences do not add up unseen, and what is confirmed late counts as late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from custody.audit.replay import compare
from custody.deadlines.models import Flag
from custody.deadlines.sweeping import sweep
from custody.handling.correct import Correct
from custody.handling.proposals import confirm
from custody.handling.transport import Dispatch, Receive
from custody.handling.weigh import Weigh
from custody.kit import clock
from custody.ledger import events
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose

pytestmark = pytest.mark.django_db


def weigh(cast: Cast, barrel: Exhibit, grams: int) -> None:
    do(
        cast.officer,
        Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(grams)),
    )


def discrepancies(barrel: Exhibit) -> int:
    return Flag.objects.filter(exhibit=barrel, cause="discrepancy").count()


def test_many_small_losses_are_seen_when_together_they_are_more_than_scales_explain(
    cast: Cast,
) -> None:
    _, (barrel,) = catch(cast)
    weigh(cast, barrel, 24_950)
    assert discrepancies(barrel) == 0
    for step in range(2, 6):
        weigh(cast, barrel, 25_000 - 50 * step)
    assert discrepancies(barrel) == 1
    compare()


def test_after_a_difference_was_reported_the_new_mass_is_the_measure(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    weigh(cast, barrel, 23_000)
    weigh(cast, barrel, 23_000)
    assert discrepancies(barrel) == 1


def test_a_corrected_mass_is_reported_like_any_other_difference(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    entry = Entry.objects.get(kind="exhibit.intercepted", subject_id=str(barrel.pk))
    do(
        cast.supervisor,
        Correct(
            event=UUID(str(entry.event_id)),
            declaration="incorrect_data",
            reason="Swapped.",
            gross_grams=Decimal(20_000),
        ),
        cast.second_supervisor,
    )
    assert discrepancies(barrel) == 1
    weigh(cast, barrel, 20_000)
    assert discrepancies(barrel) == 1
    compare()


def test_what_is_confirmed_late_resolves_nothing_that_fell_due_meanwhile(cast: Cast) -> None:
    _, (barrel,) = catch(cast)
    with clock.simulated(clock.now() + timedelta(minutes=1)) as time:
        do(
            cast.officer,
            Dispatch(
                exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
            ),
            cast.driver,
        )
        time.advance(timedelta(minutes=30))
        arrival = propose(cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
        time.advance(timedelta(hours=11))
        sweep()
        raised = Flag.objects.filter(exhibit=barrel, clock_name="transit")
        assert raised.open().exists()
        confirm(cast.driver, arrival)
        received = events.read(bytes(Entry.objects.get(kind="exhibit.received").body))
        assert received.late is not None
        assert raised.open().exists()
        compare()
