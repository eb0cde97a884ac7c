"""The command plans as the REST door does, and says what it drew."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody.sampling.models import SamplingPlan
from tests.cast import Cast, catch

pytestmark = pytest.mark.django_db


def planned(*told: str) -> str:
    out = StringIO()
    call_command("plan_sampling", *told, stdout=out)
    return out.getvalue()


def test_the_units_drawn_are_printed_in_their_order(cast: Cast) -> None:
    seizure, units = catch(cast, 10)
    lot = [word for one in units[:8] for word in ("--unit", one.label.lower())]
    said = planned(seizure.reference, "--as", "officer", *lot).splitlines()
    row = SamplingPlan.objects.get()
    assert said == [f"Plan {row.code}: {len(row.drawn)} of 8 units, seed {row.seed}", *row.drawn]


@pytest.mark.parametrize(
    "told",
    [
        ["--as", "outsider"],
        ["--as", "nobody"],
        ["--as", "supervisor"],
        ["--as", "officer", "--share", "1.5"],
        ["--as", "officer", "--share", "x"],
        ["--as", "officer", "--confidence", "NaN"],
        ["--as", "officer", "--confidence", "0.12345678901"],
        ["--as", "officer", "--method", "bayesian"],
        ["--as", "officer", "--unit", "X"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_planned_is_said_and_leaves_nothing(cast: Cast, told: list[Any]) -> None:
    seizure, _ = catch(cast, 3)
    with pytest.raises(CommandError):
        planned(seizure.reference, *told)
    assert not SamplingPlan.objects.exists()
