"""A hand-over told late is still confirmed by its other side; a colleague is not enough."""

from __future__ import annotations

from datetime import timedelta

import pytest

from custody.handling.confirmers import NotYoursToConfirm
from custody.handling.proposals import confirm
from custody.handling.record import Receipt
from custody.handling.transport import Dispatch
from custody.kit import clock
from tests.cast import Cast, catch, propose

pytestmark = pytest.mark.django_db


def test_a_late_dispatch_waits_for_the_driver_and_for_no_colleague(cast: Cast) -> None:
    with clock.simulated(clock.now()) as time:
        _, (unit,) = catch(cast)
        time.advance(timedelta(hours=1))
        proposal = propose(
            cast.officer,
            Dispatch(
                exhibits=(unit.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
            ),
            occurred_at=time.at - timedelta(minutes=30),
            late_reason="No network on the quay",
        )
        with pytest.raises(NotYoursToConfirm):
            confirm(cast.colleague, proposal)
        assert isinstance(confirm(cast.driver, proposal), Receipt)
