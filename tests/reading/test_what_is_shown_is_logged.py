"""Whatever shows custody data writes it down first, and shows nothing if that fails."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction

from custody.handling.transport import Receive
from custody.people.rights import Relation
from custody.reading import services
from custody.reading.models import Action, Read
from custody.reading.services import NotLogged, log_reading
from custody.seizures.models import Exhibit, Seizure
from tests.api.callers import Callers
from tests.api.test_conventions import flagged
from tests.cast import Cast, catch, propose
from tests.deadlines.scenes import send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

_LABEL = re.compile(r"NX-[0-9A-HJKMNP-TV-Z]{8}-[0-9A-Z*]")


@pytest.fixture
def label(callers: Callers) -> str:
    """A barrel on the road, with a flag and a proposal on it, and a second one that stands on the quay."""
    _, (barrel, _) = catch(callers.cast, 2, seals=["HS-1"])
    flagged(callers.cast, barrel)
    send(callers.cast, barrel)
    propose(callers.cast.keeper, Receive(exhibits=(barrel.label,), place="VAULT-A"))
    return barrel.label


def _named(text: str) -> set[str]:
    return set(_LABEL.findall(text))


def _logged() -> set[str]:
    """The labels of the exhibits that the last row of the log names."""
    row = Read.objects.order_by("read_at", "id").last()
    if row is None:
        return set()
    return set(Exhibit.objects.filter(pk__in=row.objects_shown).values_list("label", flat=True))


@pytest.mark.parametrize(
    "path",
    [
        "exhibits/",
        "exhibits/?stage=intercepted",
        "exhibits/{label}",
        "exhibits/{label}/trail",
        "events/",
        "flags/",
        "proposals/",
    ],
)
@pytest.mark.parametrize("badge", ["officer", "keeper", "supervisor", "auditor"])
def test_an_answer_names_no_exhibit_that_its_row_does_not(
    callers: Callers, label: str, path: str, badge: str
) -> None:
    shown = _named(getattr(callers, badge).ask("GET", path.format(label=label)).content.decode())
    if badge == "keeper" and "stage" in path:
        assert not shown
        return
    assert shown
    row = Read.objects.get(badge=badge)
    assert shown <= _logged()
    assert row.action == Action.CONSULTATION
    assert row.route.startswith("api/v1/")


PAGES = (
    "/",
    "/flags/",
    "/flags/?seizure={seizure}",
    "/seizures/{seizure}/",
    "/stages/in_transit/",
    "/stages/in_transit/?seizure={seizure}",
    "/exhibits/{label}/",
    "/proposals/",
    "/acts/report/?exhibit={label}",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("badge", ["officer", "driver", "supervisor"])
def test_a_page_names_no_exhibit_and_no_seizure_that_its_row_does_not(
    cast: Cast, browse: Browser, label: str, page: str, badge: str
) -> None:
    seizure = Seizure.objects.get()
    address = page.format(label=label, seizure=seizure.reference)
    answer = browse(cast.officers[badge]).get(address)
    if answer.status_code != 200:
        assert not Read.objects.filter(badge=badge).exists()
        return
    text = answer.content.decode()
    shown, rows = _named(text), Read.objects.filter(badge=badge)
    if shown:
        known = _logged() | (
            # a flag of a seizure stands on the board by the label of one of its units
            set(seizure.exhibits.values_list("label", flat=True))
            if seizure.id in rows.get().objects_shown
            else set()
        )
        assert shown <= known
    if seizure.reference in text:
        assert rows.exists()


def test_a_seizure_is_logged_by_its_id(callers: Callers, label: str) -> None:
    seizure = Seizure.objects.get()
    callers.officer.get(f"seizures/{seizure.reference}")
    assert Read.objects.get().objects_shown == [seizure.id]


def test_an_act_is_logged_as_what_it_does(callers: Callers, label: str) -> None:
    told = {"exhibit": label, "what": "seal", "details": "Scratched"}
    callers.driver.act("report", told)
    row = Read.objects.get()
    assert (row.badge, row.action, row.relation) == ("driver", "alteration", "custody")


def test_what_shows_nothing_leaves_no_row(callers: Callers, label: str) -> None:
    callers.outsider.get("exhibits/")
    callers.outsider.get(f"exhibits/{label}", 404)
    callers.officer.get("places/")
    assert not Read.objects.exists()


@pytest.mark.parametrize("path", ["exhibits/", "exhibits/{label}", "events/", "flags/"])
def test_nothing_is_shown_that_cannot_be_logged(
    callers: Callers, label: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_INSERT", "SELECT 1 / 0, %s" + ", %s" * 9)
    with transaction.atomic():
        problem = callers.officer.get(path.format(label=label), 503)
        transaction.set_rollback(True)
    assert problem["code"] == "not_logged"
    assert not _named(str(problem))


def test_no_page_is_shown_that_cannot_be_logged(
    cast: Cast, browse: Browser, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotLogged

    monkeypatch.setattr("custody.web.access.log_reading", refuse)
    answer = browse(cast.officer).get(f"/exhibits/{label}/")
    assert answer.status_code == 503
    assert label not in answer.content.decode()


def test_the_weakest_relation_counts(cast: Cast) -> None:
    _, (first, second) = catch(cast, 2)
    log_reading(
        cast.supervisor,
        {first.id: Relation.AGENCY, second.id: Relation.CUSTODY},
        route="x",
    )
    assert Read.objects.get().relation == "agency"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_read SET badge = 'x'",
        "DELETE FROM custody_read",
        "TRUNCATE custody_read",
        "INSERT INTO custody_read_default SELECT * FROM custody_read",
        "SELECT make_read_partitions(1)",
    ],
)
def test_the_app_cannot_touch_what_was_logged(cast: Cast, statement: str) -> None:
    _, (barrel,) = catch(cast)
    log_reading(cast.officer, {barrel.id: Relation.CUSTODY}, route="x")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Read.objects.count() == 1


def test_a_row_bears_the_time_of_its_writing(cast: Cast) -> None:
    with (
        pytest.raises(DatabaseError, match="logged when it happens"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO custody_read (id, read_at, badge, unit, agency, action, route, relation,"
            " objects_shown) VALUES (gen_random_uuid(), clock_timestamp() - interval '1 day', 'x', 'x',"
            " 'x', 'consultation', 'x', 'none', '{}')"
        )
