"""Whatever shows custody data writes it down first, and shows nothing if that fails."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction

from custody.handling.transport import Receive
from custody.people.rights import Relation
from custody.reading import services
from custody.reading.models import Action, Canary, Read
from custody.reading.services import NotLogged, log_reading
from custody.seizures.models import Exhibit, Seizure
from tests.api.callers import Callers
from tests.api.test_clients import ask, made, token
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
    "/?live",
    "/board/next/",
    "/board/next/?seizure={seizure}",
    "/board/waiting/",
    "/board/late/",
    "/search/?q=NX-",
    "/exhibits/{label}/verification/",
    "/decisions/",
    "/policies/new/",
    "/flags/",
    "/flags/?seizure={seizure}",
    "/seizures/{seizure}/",
    "/seizures/{seizure}/masses/",
    "/mass-drift/",
    "/stages/in_transit/",
    "/stages/in_transit/?seizure={seizure}",
    "/exhibits/{label}/",
    "/proposals/",
    "/run/",
    "/hand-overs/",
    "/plans/board/",
    "/pictures/",
    "/help/first-steps/",
    "/acts/report/?exhibit={label}",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("badge", ["officer", "driver", "supervisor", "prosecutor"])
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
        assert rows.count() == 1
        assert shown <= _logged()
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


def test_a_page_that_lies_open_logs_only_what_is_newly_shown(cast: Cast, browse: Browser) -> None:
    _, (first,) = catch(cast)
    browser = browse(cast.officer)
    for _ in range(3):
        browser.get("/")
    row = Read.objects.get()
    assert first.id in row.objects_shown
    _, (second,) = catch(cast)
    browser.get("/")
    newer = Read.objects.exclude(id=row.id).get()
    assert second.id in newer.objects_shown
    assert first.id not in newer.objects_shown
    browse(cast.colleague).get("/")
    assert Read.objects.filter(badge="colleague", objects_shown__contains=[first.id]).exists()
    # what was opened is logged each time
    for _ in range(2):
        browser.get(f"/exhibits/{first.label}/")
    assert Read.objects.filter(route="exhibits/<str:label>/").count() == 2


def test_reading_the_log_is_logged_by_both_doors(
    callers: Callers, browse: Browser, label: str
) -> None:
    callers.officer.get(f"exhibits/{label}")
    barrel = Exhibit.objects.get(label=label)
    callers.protector.get("reads/")
    browse(callers.cast.protector).get("/reads/")
    rows = Read.objects.filter(badge="protector", objects_shown__contains=[barrel.id])
    assert {row.route for row in rows} == {"api/v1/reads/", "reads/"}


def test_who_watches_sets_a_canary_on_what_concerns_their_agency(
    cast: Cast, browse: Browser
) -> None:
    seizure, (barrel,) = catch(cast)
    browser = browse(cast.protector)
    assert "Watch what nobody" in browser.get("/reads/").content.decode()
    for thing in (barrel.label, seizure.reference):
        assert browser.post("/reads/", {"thing": thing}).status_code == 302
    assert set(Canary.objects.values_list("object_id", flat=True)) == {barrel.id, seizure.id}
    assert browser.post("/reads/", {"thing": "NX-00000000-0"}).status_code == 422
    # of another agency it is as unknown as what nobody has
    stranger = browse(cast.far_supervisor)
    refused = [stranger.post("/reads/", {"thing": one}) for one in (barrel.label, "NX-00000000-0")]
    assert [one.status_code for one in refused] == [422, 422]
    words = [re.search(r'role="alert">(.+?)</p>', one.content.decode()) for one in refused]
    assert words[0]
    assert words[1]
    assert words[0][1].replace(barrel.label, "NX-00000000-0") == words[1][1]
    assert browse(cast.officer).post("/reads/", {"thing": barrel.label}).status_code == 403


def test_what_a_system_gets_is_a_disclosure_to_its_client(callers: Callers, label: str) -> None:
    told = token(made("officer", "read", "act"))
    assert ask(told["access_token"], path=f"exhibits/{label}").status_code == 200
    row = Read.objects.get()
    assert row.action == Action.DISCLOSURE
    assert row.recipients
    assert row.recipients.startswith("officer (")
    callers.officer.get(f"exhibits/{label}")
    assert Read.objects.filter(action=Action.CONSULTATION, recipients=None).count() == 1
