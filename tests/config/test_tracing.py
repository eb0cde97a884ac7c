"""Every answer bears an id that every line of its log bears too, through Celery as well; figures tell nothing of cases."""

from __future__ import annotations

import json
import logging

import pytest
from celery import shared_task
from celery.signals import before_task_publish, task_postrun, task_prerun

from config.logging import JsonLines
from config.tracing import Traced, request_id
from custody.handling.report import Report
from tests.api.callers import Callers
from tests.cast import Cast, catch, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def callers(cast: Cast) -> Callers:
    return Callers(cast)


def test_an_answer_gives_back_the_callers_id_or_one_of_its_own(client) -> None:
    told = "client-0001"
    assert client.get("/livez", headers={"x-request-id": told})["X-Request-ID"] == told
    first, second = (client.get("/livez")["X-Request-ID"] for _ in range(2))
    assert first != second
    for bad in ("short", "x" * 65, "with space", "line\nfeed", "é" * 10):
        assert client.get("/livez", headers={"x-request-id": bad})["X-Request-ID"] != bad


def test_a_line_of_the_log_bears_the_id() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "refused", (), None)
    token = request_id.set("client-0002")
    try:
        assert Traced().filter(record)
    finally:
        request_id.reset(token)
    assert json.loads(JsonLines().format(record))["request"] == "client-0002"


@shared_task(name="tests.who_asked")
def who_asked() -> str:
    return request_id.get()


def test_a_job_goes_on_under_the_id_of_the_request_that_started_it() -> None:
    headers: dict[str, str] = {}
    token = request_id.set("client-0003")
    try:
        before_task_publish.send("tests.who_asked", headers=headers, body=None)
    finally:
        request_id.reset(token)
    who_asked.push_request(**headers)
    try:
        task_prerun.send(who_asked, task=who_asked, task_id="x", args=(), kwargs={})
        assert who_asked.run() == "client-0003"
        task_postrun.send(who_asked, task=who_asked, task_id="x", args=(), kwargs={}, retval=None)
        assert request_id.get() == "-"
    finally:
        who_asked.pop_request()


def test_figures_are_for_who_holds_the_token_and_name_no_case(
    callers: Callers, client, settings
) -> None:
    seizure, (barrel,) = catch(callers.cast)
    do(callers.cast.officer, Report(exhibit=barrel.label, what="seal", details="?"))
    callers.officer.get(f"exhibits/{barrel.label}")
    callers.officer.get(f"seizures/{seizure.reference}")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a token of the tests"
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    answer = client.get("/metrics", headers={"authorization": "Bearer a token of the tests"})
    text = answer.content.decode()
    assert (
        'custody_requests_total{method="GET",route="api/v1/exhibits/<str:label>",status="200"}'
        in text
    )
    assert "custody_ledger_guard_faults 0" in text
    for secret in (barrel.label, seizure.reference, 'officer"', "CUSTOMS", "QUAY-A"):
        assert secret not in text
