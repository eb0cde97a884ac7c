"""Whatever is sent, the answer is a problem that names what is wrong; never a fault of ours, never a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.api.examples import LABELS
from custody.handling.models import Proposal, RequestKey
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.api.callers import Callers
from tests.cast import FLOOR_SCALE, catch

pytestmark = pytest.mark.django_db

UNIT = {"form": "barrel", "gross_grams": "25000.000", "tare_grams": "1000.000"}
INTERCEPT: dict[str, Any] = {
    "customs_report": "PV-1",
    "location": "BEANR",
    "place": "QUAY-A",
    "substance": "cocaine",
    "lane": "fast",
    "scale": FLOOR_SCALE,
    "exhibits": [UNIT],
}
KEY = {"idempotency-key": "a-key-of-mine"}


def world() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Entry, Exhibit, Proposal, RequestKey))


def told(**changes: Any) -> dict[str, Any]:
    return {**INTERCEPT, **changes}


def unit(**changes: Any) -> dict[str, Any]:
    return told(exhibits=[UNIT, {**UNIT, **changes}])


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        ([], None),
        ("intercept", None),
        (7, None),
        ({}, "customs_report"),
        (told(customs_report=7), "customs_report"),
        (told(customs_report=None), "customs_report"),
        (told(customs_report=""), "customs_report"),
        (told(customs_report="   "), "customs_report"),
        (told(customs_report=["PV"]), "customs_report"),
        (told(customs_report="P" * 41), "customs_report"),
        (told(customs_report="two\nlines"), "customs_report"),
        (told(customs_report="a line, and its end\n"), "customs_report"),
        (told(customs_report="P" * 40 + " "), "customs_report"),
        (told(customs_report="bell\x07"), "customs_report"),
        (told(customs_report="right\u202eleft"), "customs_report"),
        (told(location="Antwerp"), "location"),
        (told(location="XX"), "location"),
        (told(lane="slow"), "lane"),
        (told(lane=["fast"]), "lane"),
        (told(lane={}), "lane"),
        (told(lane=True), "lane"),
        (told(place="NOWHERE"), "place"),
        (told(scale="NONE"), "scale"),
        (told(container_number="CSQU3054384"), "container_number"),
        (told(vessel_imo="9074728"), "vessel_imo"),
        (told(surprise=1), "surprise"),
        (told(**{"": 1}), ""),
        (told(exhibits=[]), "exhibits"),
        (told(exhibits={}), "exhibits"),
        (told(exhibits="all"), "exhibits"),
        (told(exhibits=[7]), "exhibits.0"),
        (told(exhibits=[None]), "exhibits.0"),
        (told(exhibits=[[UNIT]]), "exhibits.0"),
        (told(exhibits=[UNIT] * 1001), "exhibits"),
        (unit(gross_grams=25.5), "exhibits.1.gross_grams"),
        (unit(gross_grams=25000), "exhibits.1.gross_grams"),
        (unit(gross_grams=True), "exhibits.1.gross_grams"),
        (unit(gross_grams="-1"), "exhibits.1.gross_grams"),
        (unit(gross_grams=-1), "exhibits.1.gross_grams"),
        (unit(gross_grams="1e3"), "exhibits.1.gross_grams"),
        (unit(gross_grams="1_000"), "exhibits.1.gross_grams"),
        (unit(gross_grams="٢٥"), "exhibits.1.gross_grams"),
        (unit(gross_grams="1.0000"), "exhibits.1.gross_grams"),
        (unit(gross_grams="NaN"), "exhibits.1.gross_grams"),
        (unit(gross_grams="Infinity"), "exhibits.1.gross_grams"),
        (unit(gross_grams="25\n"), "exhibits.1.gross_grams"),
        (unit(gross_grams="1000000000"), "exhibits.1.gross_grams"),
        (unit(gross_grams=10**19), "exhibits.1.gross_grams"),
        (unit(gross_grams=""), "exhibits.1.gross_grams"),
        (unit(gross_grams=None), "exhibits.1.gross_grams"),
        (unit(gross_grams=[1]), "exhibits.1.gross_grams"),
        (unit(form="sample"), "exhibits.1.form"),
        (unit(label="NX-00000000-1"), "exhibits.1.label"),
        (unit(label="not a label"), "exhibits.1.label"),
        (unit(label=7), "exhibits.1.label"),
        (unit(label=f" {LABELS[0]}"), "exhibits.1.label"),
        (unit(label=f"{LABELS[0]}\n"), "exhibits.1.label"),
        (unit(colour="blue"), "exhibits.1.colour"),
        (told(occurred_at="yesterday"), "occurred_at"),
        (told(occurred_at="2026-11-24T07:54:32"), "occurred_at"),
        (told(occurred_at="2026-11-24"), "occurred_at"),
        (told(occurred_at="2026-13-45T07:54:32Z"), "occurred_at"),
        (told(occurred_at="9999-12-31T23:59:59-12:00"), "occurred_at"),
        (told(occurred_at="0001-01-01T00:00:00+12:00"), "occurred_at"),
        (told(occurred_at="9999-12-31T23:59:59Z"), "occurred_at"),
        (told(occurred_at="0001-01-01T00:00:00Z"), "occurred_at"),
        (told(occurred_at="2026-W48-2T07:54:32Z"), "occurred_at"),
        (told(occurred_at="20261124T075432Z"), "occurred_at"),
        (told(occurred_at="2026-11-24T07:54Z"), "occurred_at"),
        (told(occurred_at="2026-11-24T07:54:32.1234567Z"), "occurred_at"),
        (told(occurred_at="1000-01-01T00:00:00Z"), "late_reason"),
        (told(occurred_at=1700000000), "occurred_at"),
        (told(captured=7), "captured"),
        (told(captured={}), "captured.device_at"),
        (
            told(captured={"device_at": "2026-11-24T07:54:32Z", "offset_minutes": 60.5}),
            "captured.offset_minutes",
        ),
        (
            told(captured={"device_at": "2026-11-24T07:54:32Z", "offset_minutes": 10**18}),
            "captured.offset_minutes",
        ),
        (told(late_reason=["?"]), "late_reason"),
        (told(late_reason="?" * 4001), "late_reason"),
    ],
    ids=lambda value: None if isinstance(value, dict) else repr(value)[:40],
)
def test_wrong_fields_are_named(callers: Callers, request_body: Any, field: str | None) -> None:
    before = world()
    problem = callers.officer.post("acts/intercept", request_body, _status(field), **KEY)
    assert problem["field"] == (field or None)
    assert world() == before


def _status(field: str | None) -> int:
    return 404 if field in {"place", "scale"} else 422


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"not json",
        b"\xff\xfe{}",
        b'{"customs_report": "\xc3\x28"}',
        b'{"customs_report": "a\\u0000b"}',
        b'{"customs_report": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"[" * 500 + b"]" * 500,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        json.dumps(INTERCEPT).encode("utf-16"),
        b"\xef\xbb\xbf{}",
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_unreadable_bodies_are_told_so(callers: Callers, raw: bytes) -> None:
    problem = callers.officer.post("acts/intercept", raw, 400, **KEY)
    assert problem["code"] == "malformed"


def test_a_body_that_is_too_large_is_told_so(callers: Callers) -> None:
    problem = callers.officer.post("acts/intercept", b" " * 3_000_000, 413, **KEY)
    assert problem["code"] == "too_large"


def test_only_json_is_read(callers: Callers) -> None:
    response = callers.officer.client.post(
        "/api/v1/acts/intercept", INTERCEPT, headers={**callers.officer.headers, **KEY}
    )
    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "key", ["", "short", "k" * 81, "with a space", "ключ-по-русски", "tab\tbed-key"]
)
def test_keys_have_a_form(callers: Callers, key: str) -> None:
    problem = callers.officer.post("acts/intercept", INTERCEPT, 400, **{"idempotency-key": key})
    assert "Idempotency-Key" in problem["detail"]


ODD = [
    "%00",
    "%ff",
    "..",
    "x" * 3000,
    "1",
    "-1",
    "%F0%9F%92%A9",
    "' OR 1=1 --",
    "00000000-0000-0000-0000-000000000000",
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:20])
@pytest.mark.parametrize(
    "path",
    [
        "seizures/{}",
        "exhibits/{}",
        "exhibits/{}/trail",
        "exhibits/{}/epcis",
        "seizures/{}/epcis",
        "attachments/{}",
        "attachments/{}/original",
        "events/{}",
        "events/{}/receipt",
        "flags/{}",
        "proposals/{}",
        "problems/{}",
        "acts/{}",
        "{}",
    ],
)
def test_odd_addresses_lead_nowhere(callers: Callers, path: str, odd: str) -> None:
    from django.test import Client

    address = "/api/v1/" + path.format(odd)
    response = Client().generic("GET", address, headers=callers.officer.headers)
    assert response.status_code in {308, 404}, response.content[:300]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:20])
@pytest.mark.parametrize(
    "path", ["flags/{}/acknowledge", "proposals/{}/confirm", "proposals/{}/refuse"]
)
def test_odd_things_cannot_be_acted_on(callers: Callers, path: str, odd: str) -> None:
    told = None if path.endswith("confirm") else {"reason": "?"}
    response = callers.supervisor.ask("POST", "/api/v1/" + path.format(odd), told)
    assert response.status_code == 404, response.content[:300]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:20])
@pytest.mark.parametrize("path", ["officers/{}/retire", "officers/{}/password"])
def test_odd_badges_are_nobodys(callers: Callers, path: str, odd: str) -> None:
    response = callers.administrator.ask("POST", "/api/v1/" + path.format(odd), {})
    assert response.status_code == 404, response.content[:300]


@pytest.mark.parametrize("odd", ["%00", "a%00b"])
def test_no_page_begins_after_a_name_that_nothing_can_bear(callers: Callers, odd: str) -> None:
    seizure, _ = catch(callers.cast)
    for path in ("seizures/export", f"seizures/{seizure.reference}/epcis"):
        assert callers.supervisor.get(f"{path}?after={odd}", 422)["field"] == "after"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("exhibits/?stage=nowhere", "stage"),
        ("exhibits/?stage=", "stage"),
        ("exhibits/?seizure=", "seizure"),
        ("exhibits/?seizure=%20", "seizure"),
        ("exhibits/?limit=", "limit"),
        ("exhibits/?stag=stored", "stag"),
        ("exhibits/?late=perhaps", "late"),
        ("exhibits/?late=1", "late"),
        ("flags/?open=yes", "open"),
        ("exhibits/?limit=0", "limit"),
        ("exhibits/?limit=201", "limit"),
        ("exhibits/?limit=-1", "limit"),
        ("exhibits/?limit=many", "limit"),
        ("exhibits/?limit=%D9%A2", "limit"),
        ("exhibits/?seizure=%00", "seizure"),
        ("exhibits/?place=a%00b", "place"),
        ("flags/?level=none", "level"),
        ("flags/?exhibit=%00", "exhibit"),
        ("proposals/?waiting=you", "waiting"),
        ("proposals/?state=new", "state"),
        ("events/?after_seq=x", "after_seq"),
        ("events/?after_seq=-2", "after_seq"),
        ("events/?after_seq=99999999999999999999", "after_seq"),
        ("events/?limit=501", "limit"),
        ("me?x=1", "x"),
    ],
)
def test_wrong_parameters_are_named(callers: Callers, path: str, field: str | None) -> None:
    if field is None:
        callers.officer.get(
            path
        )  # django-filter reads a word that is neither yes nor no as neither
    else:
        assert callers.officer.get(path, 422)["field"] == field


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "cD0=", "cD0lMDA=", "bz0tMQ==", "cj14", "cD1ub3QtYS1kYXRl", "é"]
)
@pytest.mark.parametrize("path", ["seizures/", "exhibits/", "flags/", "proposals/", "places/"])
def test_cursors_that_are_not_ours_are_refused_or_mean_nothing(
    callers: Callers, path: str, cursor: str
) -> None:
    catch(callers.cast, 2)
    response = callers.officer.ask("GET", f"/api/v1/{path}?cursor={cursor}")
    assert response.status_code in {200, 404, 422}, response.content[:300]


@pytest.mark.parametrize(
    "header",
    ["Token", "Token ", "Token a b", "Token short", "Token " + "a" * 64, "Token é" * 20, "Token \xff\xfe" + "a" * 40,
     "Token a\x00" + "b" * 62, "Basic YTpi", "Bearer " + "0" * 64],
    ids=lambda header: repr(header[:20]),
)  # fmt: skip
def test_tokens_that_are_not_ours_are_refused(callers: Callers, header: str) -> None:
    from django.test import Client

    response = Client().get("/api/v1/me", headers={"authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert response["Content-Type"] == "application/problem+json"
