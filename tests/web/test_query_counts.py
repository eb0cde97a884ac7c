"""Pages ask the database the same number of questions, however much there is to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.handling.hand_over import HandOver
from custody.handling.report import Report
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import receive, send, store
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

#: The statements that a page takes, the two for session and officer included, and the one for how far the record goes; where acts are offered, two for the
#: law: which profile is in force, and the orders over these seizures.
PINNED = {
    "/": 21,
    "/flags/": 9,
    "/flags/?seizure={seizure}": 9,
    "/seizures/": 8,
    "/seizures/{seizure}/": 23,
    "/stages/intercepted/": 15,
    "/stages/intercepted/?seizure={seizure}": 18,
    "/exhibits/{label}/": 26,
    "/acts/pack/?exhibit={label}": 19,
    "/acts/intercept/": 7,
    "/proposals/": 11,
    "/search/?q=none": 6,
}


def burden(cast: Cast, catches: int, units: int) -> tuple[str, str]:
    """A few catches in several stages, with flags and proposals on them."""
    for _ in range(catches):
        _, found = catch(cast, units * 3)
        send(cast, *found[:units])
        receive(cast, *found[:units])
        store(cast, *found[: units // 2])
        for unit in found[-units:]:
            do(cast.officer, Report(exhibit=unit.label, what="mass", details="It drips"))
        rest = tuple(unit.label for unit in found[units : 2 * units])
        propose(cast.colleague, HandOver(exhibits=rest, taker="officer"))
    return found[0].seizure.reference, found[-1].label


def statements(visit: Callable[[str], object], address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        visit(address)
    return len(seen)


def test_statements_are_pinned_and_do_not_grow(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.officer)

    def visit(address: str) -> object:
        answer = browser.get(address)
        assert answer.status_code in {200, 404}, address
        return answer

    counts: list[dict[str, int]] = []
    for catches, units in ((1, 2), (3, 6)):
        seizure, label = burden(cast, catches, units)
        counts.append(
            {
                address: statements(visit, address.format(seizure=seizure, label=label))
                for address in PINNED
            }
        )
    few, many = counts
    assert few == many
    assert many == PINNED


def test_the_report_takes_as_many_however_much_there_is(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.supervisor)
    counts = []
    for catches, units in ((1, 2), (3, 6)):
        burden(cast, catches, units)
        counts.append(statements(browser.get, "/fast-lane/"))
    assert counts == [8, 8]
