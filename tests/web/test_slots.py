"""Before anybody sends or confirms it, a page says that it is not the hour of the session."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from custody.handling.incinerate import Stage
from custody.kit import clock
from tests.burning.paper import permit
from tests.burning.scenes import confirmed, incinerate, load, plan, ready, stage
from tests.cast import Cast, do, propose
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_burning_before_the_hours_of_a_session_is_said_on_each_form_and_to_each_witness(
    cast: Cast, browse: Browser
) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast, after=timedelta(hours=3, minutes=10)), [barrel])
    operator = browse(cast.operator)
    for act in ("stage", "load", "incinerate"):
        text = plain(operator.get(f"/acts/{act}/?exhibit={barrel.label}&session={row.id}").content)
        assert "3 h 9 min before its hours." in text
        assert "up to 6 h beside a slot" in text
        assert f"This session of {row.plant_id} is booked from" in text
    do(cast.operator, stage([barrel], row.id))
    do(cast.operator, load([barrel], row.id))
    waits = propose(cast.operator, incinerate([barrel], row.id))
    assert "before its hours." in plain(
        browse(cast.second_operator).get(f"/proposals/{waits}/").content
    )
    # planning is done before, and nothing is said of it
    planning = f"/acts/plan_session/?session={row.id}&exhibit={barrel.label}"
    assert "its hours." not in plain(browse(cast.supervisor).get(planning).content)


def test_within_its_hours_nothing_is_said_and_after_them_it_is(cast: Cast, browse: Browser) -> None:
    permit()
    (barrel,) = ready(cast)
    row = plan(cast, confirmed(cast, after=timedelta(seconds=-1)), [barrel])
    operator, supervisor = browse(cast.operator), browse(cast.supervisor)
    staging = f"/acts/stage/?exhibit={barrel.label}&session={row.id}"
    planning = f"/acts/plan_session/?session={row.id}&exhibit={barrel.label}"
    assert "its hours." not in plain(operator.get(staging).content)
    with clock.simulated(row.ends_at + timedelta(minutes=30)):
        assert "30 min after its hours." in plain(operator.get(staging).content)
        assert "30 min after its hours." in plain(supervisor.get(planning).content)


def test_a_session_that_is_none_or_not_ones_own_is_not_told_of(cast: Cast, browse: Browser) -> None:
    permit()
    row = confirmed(cast)
    assert Stage(scale="FLOOR", units=(), session=row.id).session == row.id
    for session in ("nonsense", str(uuid4())):
        page = browse(cast.operator).get(f"/acts/stage/?session={session}")
        assert page.context["beside"] is None


def test_how_hot_the_permit_asks_a_kiln_to_be_is_said_before_and_what_is_colder_to_each_witness(
    cast: Cast, browse: Browser
) -> None:
    permit(minimum_temperature_celsius=850)
    barrels = ready(cast, 2)
    row = plan(cast, confirmed(cast, after=timedelta(seconds=-1)), barrels)
    do(cast.operator, stage(barrels, row.id))
    do(cast.operator, load(barrels, row.id))
    form = f"/acts/incinerate/?exhibit={barrels[0].label}&session={row.id}"
    text = plain(browse(cast.operator).get(form).content)
    assert f"The permit of {row.plant_id} asks for 850 °C at least." in text
    witness = browse(cast.second_operator)
    for unit, degrees, is_told in ((barrels[0], 700, True), (barrels[1], 850, False)):
        waits = propose(cast.operator, incinerate([unit], row.id, celsius=degrees))
        told = plain(witness.get(f"/proposals/{waits}/").content)
        assert ("700 °C is colder than the permit" in told) is is_told
