"""A principal that asks too much waits, and is told for how long; the others do not notice."""

from __future__ import annotations

import time

import pytest

from custody.ledger.models import Entry
from custody.reading.models import Read
from tests.api.callers import Callers
from tests.cast import catch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _five_at_once(settings) -> None:
    settings.REQUESTS_AT_ONCE = 5
    settings.REQUESTS_PER_SECOND = 1


def test_after_a_burst_a_principal_waits_and_others_do_not(callers: Callers) -> None:
    catch(callers.cast)
    answers = [callers.officer.ask("GET", "exhibits/") for _ in range(8)]
    assert [one.status_code for one in answers[:5]] == [200] * 5
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.json()["code"] == "throttled"
    assert int(refused["Retry-After"]) >= 1
    assert callers.colleague.get("exhibits/")["results"]


def test_who_waits_as_long_as_told_is_served(callers: Callers) -> None:
    answers = [callers.officer.ask("GET", "me") for _ in range(7)]
    assert answers[-1].status_code == 429
    time.sleep(int(answers[-1]["Retry-After"]) + 1)
    callers.officer.get("me")


def test_what_is_refused_leaves_nothing(callers: Callers) -> None:
    _, (barrel,) = catch(callers.cast)
    for _ in range(6):
        callers.officer.ask("GET", "me")
    entries, reads = Entry.objects.count(), Read.objects.count()
    callers.officer.act("report", {"exhibit": barrel.label, "what": "seal", "details": "?"}, 429)
    callers.officer.get("exhibits/", 429)
    assert (Entry.objects.count(), Read.objects.count()) == (entries, reads)
