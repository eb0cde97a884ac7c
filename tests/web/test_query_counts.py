"""Pages ask the database the same number of questions, however much there is to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.handling.hand_over import HandOver
from custody.handling.report import Report
from tests.burning.paper import crew, permit
from tests.cast import Cast, catch, do, propose
from tests.deadlines.scenes import receive, send, store
from tests.handling.burning import carry, take_samples
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

#: The statements that a page takes, the two for session and officer included, and the one for how far the record goes;
#: where acts are offered, two for the law: which profile is in force, and the orders over these seizures. Where clocks are shown
#: of units of which transports are told by the day, and where something is put in order by them, one for each part of the page:
#: which clocks would tell the hour. What a discrepancy is about, and by how much, stands in its report: one more, or two.
PINNED = {
    "/": 30,
    "/?live": 29,
    "/board/discrepancies/": 10,
    "/board/next/?seizure={seizure}": 14,
    "/exhibits/{label}/verification/": 17,
    "/seizures/{seizure}/verification/": 18,
    "/flags/": 12,
    "/flags/?seizure={seizure}": 11,
    "/seizures/": 8,
    "/seizures/{seizure}/": 28,
    "/stages/intercepted/": 16,
    "/stages/intercepted/?seizure={seizure}": 19,
    "/exhibits/{label}/": 31,
    "/acts/pack/?exhibit={label}": 20,
    "/acts/intercept/": 8,
    "/proposals/": 11,
    "/proposals/{proposal}/": 14,
    "/hand-overs/": 25,
    "/acts/hand_over/?exhibit={label}": 21,
    "/search/?q=none": 14,
}


def burden(cast: Cast, catches: int, units: int) -> dict[str, str]:
    """A few catches in several stages, with flags and proposals on them: what addresses name of the last."""
    for _ in range(catches):
        _, found = catch(cast, units * 3)
        send(cast, *found[:units])
        receive(cast, *found[:units])
        store(cast, *found[: units // 2])
        for unit in found[-units:]:
            do(cast.officer, Report(exhibit=unit.label, what="mass", details="It drips"))
        do(cast.officer, Report(exhibit=found[-1].label, what="seal", details="It is cut"))
        rest = tuple(unit.label for unit in found[units : 2 * units])
        proposal = propose(cast.colleague, HandOver(exhibits=rest, taker="officer"))
    return {
        "seizure": found[0].seizure.reference,
        "label": found[-1].label,
        "proposal": str(proposal),
    }


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
        named = burden(cast, catches, units)
        counts.append({address: statements(visit, address.format(**named)) for address in PINNED})
    few, many = counts
    assert few == many
    assert many == PINNED


def test_the_report_takes_as_many_however_much_there_is(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.supervisor)
    counts = []
    for catches, units in ((1, 2), (3, 6)):
        burden(cast, catches, units)
        counts.append(statements(browser.get, "/fast-lane/"))
    assert counts == [9, 9]


#: The desks, by whose they are.
DESKS = {"/run/": ("driver", 18), "/store/": ("keeper", 17), "/laboratory/": ("analyst", 14)}


def test_desks_take_as_many_however_much_lies_on_them(cast: Cast, browse: Browser) -> None:
    counts: list[dict[str, int]] = []
    for catches, units in ((1, 2), (2, 5)):
        for _ in range(catches):
            _, found = catch(cast, units * 3)
            send(cast, *found[: units * 2])
            receive(cast, *found[:units])
            store(cast, *found[:units])
            carry(cast, take_samples(cast, found[-1].label), "LAB-A", cast.analyst)
        counts.append(
            {
                address: statements(browse(cast.officers[badge]).get, address)
                for address, (badge, _) in DESKS.items()
            }
        )
    few, many = counts
    assert few == many
    assert many == {address: pinned for address, (_, pinned) in DESKS.items()}


#: The pages of who governs.
GOVERNING = {
    "/permits/": 6,
    "/permits/OVAM-1/": 7,
    "/crews/": 6,
    "/crews/CREW-0/": 7,
    "/policies/": 6,
    "/policies/clock/?number=1": 5,
    "/policies/calendar/": 5,
    "/law/": 6,
    "/law/belgium/1/": 7,
}


def test_who_governs_takes_as_many_however_much_is_governed(cast: Cast, browse: Browser) -> None:
    permit("OVAM-1", valid_until="2029-12-31")
    browser = browse(cast.supervisor)
    counts = []
    for few in (1, 3):
        for number in range(few):
            crew(f"CREW-{number}")
            year = f"203{number}"
            permit(f"NEXT-{number}", valid_from=f"{year}-01-01", valid_until=f"{year}-12-31")
        counts.append({address: statements(browser.get, address) for address in GOVERNING})
    few_counts, many_counts = counts
    assert few_counts == many_counts == GOVERNING
