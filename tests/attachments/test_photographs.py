"""A photograph's way: brought by whoever holds the unit, named by an act, seen by whom it concerns, logged."""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from custody.attachments import storage
from custody.attachments.models import Attachment, Upload
from custody.audit import replay
from custody.handling.photograph import Photograph
from custody.handling.transport import Dispatch
from custody.kit import clock
from custody.ledger.models import Entry
from custody.ledger.verify import verify
from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.api.callers import ROOT, Caller, Callers
from tests.cast import catch, do, propose
from tests.files import PLACE, brought, paper, picture

pytestmark = pytest.mark.django_db


def bring(
    caller: Caller, data: bytes, status: int = 201, *, name: str = "p.jpg", **more: Any
) -> Any:
    """Bring a file as a browser or a program does."""
    answer = caller.client.post(
        f"{ROOT}attachments",
        {"file": SimpleUploadedFile(name, data, content_type="image/jpeg"), **more},
        headers=caller.headers,
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def get(caller: Caller, path: str, status: int = 200) -> Any:
    answer = caller.client.get(f"{ROOT}attachments/{path}", headers=caller.headers)
    assert answer.status_code == status, answer.content[:500]
    return answer


@pytest.fixture
def barrel(callers: Callers) -> Exhibit:
    _, (unit,) = catch(callers.cast)
    return unit


def photographed(callers: Callers, barrel: Exhibit, data: bytes) -> str:
    name = str(bring(callers.officer, data)["sha256"])
    told = {"exhibit": barrel.label, "photographs": [name], "caption": "The seal, before."}
    callers.officer.act("photograph", told)
    return name


def test_a_photograph_is_brought_named_and_seen(callers: Callers, barrel: Exhibit) -> None:
    data = picture(note=PLACE)
    told = bring(callers.officer, data)
    assert told["sha256"] == sha256(data).hexdigest()
    assert (told["kind"], told["media_type"], told["size"]) == (
        "photograph",
        "image/jpeg",
        len(data),
    )
    photographed(callers, barrel, data)
    event = Entry.objects.get(kind="exhibit.photographed")
    body = bytes(event.body).decode()
    assert told["sha256"] in body
    assert "The seal" not in body
    assert callers.officer.get(f"exhibits/{barrel.label}")["photographs"] == [told["sha256"]]
    answer = get(callers.officer, told["sha256"])
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert PLACE not in answer.content
    small = get(callers.officer, f"{told['sha256']}?size=small")
    assert Image.open(io.BytesIO(small.content)).size
    verify()
    replay.compare()


def test_the_same_file_twice_is_one_and_each_who_brought_it_may_name_it(
    callers: Callers, barrel: Exhibit
) -> None:
    data = picture()
    first, again = bring(callers.officer, data), bring(callers.officer, data)
    assert first == again == bring(callers.colleague, data)
    assert Attachment.objects.count() == 1
    assert Upload.objects.count() == 2
    assert len(list(storage.files())) == 3
    for caller in (callers.officer, callers.colleague):
        told = {"exhibit": barrel.label, "photographs": [first["sha256"]]}
        caller.act("photograph", told)


def test_whoever_has_the_bytes_too_does_not_learn_that_somebody_brought_them(
    callers: Callers, barrel: Exhibit
) -> None:
    data, other = picture(), picture()
    photographed(callers, barrel, data)
    known, new = bring(callers.outsider, data), bring(callers.outsider, other)
    assert {**known, "sha256": "", "size": 0} == {**new, "sha256": "", "size": 0}


def test_until_it_is_named_it_is_its_bringers_own(callers: Callers, barrel: Exhibit) -> None:
    name = bring(callers.officer, picture())["sha256"]
    get(callers.officer, name)
    get(callers.officer, f"{name}/original")
    for stranger in ("colleague", "supervisor", "auditor", "outsider", "protector"):
        get(getattr(callers, stranger), name, 404)
        get(getattr(callers, stranger), f"{name}/original", 404)
    told = {"exhibit": barrel.label, "photographs": [name]}
    problem = callers.colleague.act("photograph", told, 404)
    assert (problem["code"], problem["field"]) == ("unknown_attachment", "photographs.0")


def test_what_it_is_called_leads_nowhere_and_is_not_kept(callers: Callers) -> None:
    data = picture()
    for name in ("../../etc/passwd", "C:\\evil.exe", "a\0b.jpg", "\u202egpj.exe", "x" * 300):
        told = bring(callers.officer, data, name=name)
        assert told["sha256"] == sha256(data).hexdigest()
    paths = [path for path, _ in storage.files()]
    assert paths == [f"{form}/{told['sha256'][:2]}/{told['sha256']}" for form in storage.FORMS]


def test_only_who_can_name_one_brings_one(callers: Callers) -> None:
    data = picture()
    for badge in ("officer", "keeper", "driver", "analyst", "operator", "prosecutor", "supervisor"):
        bring(getattr(callers, badge), data)
    for badge in ("auditor", "administrator", "statistician", "protector"):
        assert bring(getattr(callers, badge), data, 403)["code"] == "right_missing"
    assert bring(Caller(None), data, 401)


def test_only_who_holds_the_unit_photographs_it(callers: Callers, barrel: Exhibit) -> None:
    data = picture()
    for badge, status in (
        ("keeper", 404),
        ("supervisor", 403),
        ("prosecutor", 403),
        ("outsider", 404),
    ):
        caller = getattr(callers, badge)
        name = bring(caller, data)["sha256"]
        caller.act("photograph", {"exhibit": barrel.label, "photographs": [name]}, status)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"MZ not a picture", "file_not_accepted"),
        (picture()[:-200], "file_damaged"),
    ],
    ids=["empty", "program", "cut"],
)
def test_what_is_not_kept_is_refused_by_name(callers: Callers, data: bytes, code: str) -> None:
    assert bring(callers.officer, data, 422)["code"] == code
    assert not Attachment.objects.exists()
    assert not list(storage.files())


def test_too_much_is_refused_before_it_is_read(callers: Callers, settings: Any) -> None:
    settings.ATTACHMENT_MOST_BYTES = 100_000
    assert bring(callers.officer, picture() + b"\0" * 200_000, 413)["code"] == "too_large"
    assert bring(callers.officer, picture() + b"\0" * 105_000, 422)["code"] == "file_too_large"


def test_one_file_in_its_field_and_nothing_else(callers: Callers) -> None:
    assert bring(callers.officer, picture(), 422, other="x")["field"] == "file"
    answer = callers.officer.client.post(
        f"{ROOT}attachments", {"file": "text"}, headers=callers.officer.headers
    )
    assert answer.status_code == 422
    assert callers.officer.post("attachments", {"file": "x"}, 415)


def test_a_paper_is_no_photograph(callers: Callers, barrel: Exhibit) -> None:
    name = bring(callers.officer, paper())["sha256"]
    told = {"exhibit": barrel.label, "photographs": [name]}
    assert callers.officer.act("photograph", told, 422)["code"] == "wrong_kind"
    twice = {"exhibit": barrel.label, "photographs": [name, name]}
    assert callers.officer.act("photograph", twice, 422)["code"] == "named_twice"
    assert callers.officer.act("photograph", {**told, "photographs": ["A" * 64]}, 422)


def test_an_act_is_recorded_once_however_often_it_is_sent(
    callers: Callers, barrel: Exhibit
) -> None:
    name = bring(callers.officer, picture())["sha256"]
    told = {"exhibit": barrel.label, "photographs": [name]}
    first = callers.officer.act("photograph", told, key="the-same-key")
    assert callers.officer.act("photograph", told, key="the-same-key") == first
    assert Entry.objects.filter(kind="exhibit.photographed").count() == 1


def test_who_sees_the_unit_sees_it_and_nobody_else(callers: Callers, barrel: Exhibit) -> None:
    name = photographed(callers, barrel, picture())
    for badge in ("officer", "colleague", "prosecutor", "supervisor", "auditor"):
        get(getattr(callers, badge), name)
    for badge in ("outsider", "far_supervisor", "analyst", "keeper", "driver", "administrator"):
        problem = get(getattr(callers, badge), name, 404).json()
        nothing = get(getattr(callers, badge), "0" * 64, 404).json()
        assert problem["code"] == nothing["code"] == "no_such_file"


def test_each_look_is_logged_before_it_is_shown(callers: Callers, barrel: Exhibit) -> None:
    name = photographed(callers, barrel, picture())
    before = Read.objects.count()
    get(callers.supervisor, name)
    row = Read.objects.latest("read_at")
    assert Read.objects.count() == before + 1
    assert (row.badge, row.action, row.objects_shown) == ("supervisor", "consultation", [barrel.id])
    assert row.purpose is None


def test_the_original_takes_a_purpose_and_is_logged_as_a_disclosure(
    callers: Callers, barrel: Exhibit
) -> None:
    data = picture(note=PLACE)
    name = photographed(callers, barrel, data)
    assert get(callers.supervisor, f"{name}/original", 403).json()["code"] == "purpose_needed"
    assert get(callers.officer, f"{name}/original", 403)
    reference = barrel.seizure.reference
    told = {"seizure": reference, "purpose": "audit", "reason": "The defence asks."}
    callers.supervisor.post("purposes/", told, 201, **{"idempotency-key": "why-I-read-it"})
    answer = get(callers.supervisor, f"{name}/original")
    assert answer.content == data
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.jpg"'
    row = Read.objects.latest("read_at")
    assert (row.badge, row.action, row.purpose) == ("supervisor", "disclosure", "audit")
    # who is not entitled breaks the glass
    callers.officer.post("purposes/", told, 403, **{"idempotency-key": "not-entitled"})
    told["break_glass"] = True
    callers.officer.post("purposes/", told, 201, **{"idempotency-key": "glass-broken"})
    get(callers.officer, f"{name}/original")


def test_what_was_taken_on_the_road_is_hidden_from_whom_ways_are_hidden(
    callers: Callers, barrel: Exhibit
) -> None:
    at_rest = photographed(callers, barrel, picture())
    cast = callers.cast
    do(
        cast.officer,
        Dispatch(exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"),
        cast.driver,
    )
    on_the_road = brought(cast.driver, picture())
    do(
        cast.driver,
        Photograph(exhibit=barrel.label, photographs=(on_the_road,), caption="Where we stand"),
    )
    get(callers.driver, on_the_road)
    get(callers.keeper, on_the_road)
    for badge in ("officer", "supervisor", "prosecutor"):
        caller = getattr(callers, badge)
        get(caller, on_the_road, 404)
        get(caller, at_rest)
        assert caller.get(f"exhibits/{barrel.label}")["photographs"] == [at_rest]
        trail = caller.get(f"exhibits/{barrel.label}/trail")["events"]
        assert on_the_road not in str(trail)
        assert "Where we stand" not in str([one["payload"] for one in trail])
    replay.compare()


def test_what_waits_to_be_recorded_of_the_road_is_hidden_too(
    callers: Callers, barrel: Exhibit
) -> None:
    cast = callers.cast
    with clock.simulated(clock.now()) as time:
        command = Dispatch(
            exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="VAULT-A"
        )
        do(cast.officer, command, cast.driver)
        name = brought(cast.driver, picture())
        time.advance(timedelta(hours=1))
        proposal = propose(
            cast.driver,
            Photograph(exhibit=barrel.label, photographs=(name,), caption="Where we stand"),
            occurred_at=time.at - timedelta(minutes=30),
            late_reason="No network.",
        )
        assert "Where we stand" in str(callers.driver.get(f"proposals/{proposal}"))
        assert callers.supervisor.get(f"proposals/{proposal}")["command"] is None


def test_a_photograph_that_was_corrected_away_stays_to_be_seen(
    callers: Callers, barrel: Exhibit
) -> None:
    name = photographed(callers, barrel, picture())
    event = Entry.objects.get(kind="exhibit.photographed").event_id
    cast = callers.cast
    head = Exhibit.objects.get(pk=barrel.pk).head
    told = {"event": str(event), "declaration": "did_not_occur", "reason": "The wrong barrel."}
    answer = callers.supervisor.act("correct", told, 202, match=f'"{head}"')
    callers.second_supervisor.confirm(answer["proposal"])
    get(callers.officer, name)
    replay.compare()
    assert cast.officer
