"""Webhooks by REST: made, rotated, ended, and told again."""

from __future__ import annotations

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from custody.ledger.models import Entry
from custody.notices.models import Notice
from custody.notices.telling import tell
from tests.api.callers import Caller, Callers
from tests.notices.receivers import receiving, thanks
from tests.notices.scenes import late_barrels

pytestmark = pytest.mark.django_db
TOLD = {"url": "http://127.0.0.1:9/", "officer": "auditor"}


def make(
    caller: Caller, told: object = TOLD, status: int = 201, key: str = "the-first-one"
) -> dict:
    found: dict = caller.post("webhooks/", told, status, **{"idempotency-key": key})
    return found


def test_its_secret_is_shown_once(callers: Callers) -> None:
    made = make(callers.supervisor)
    assert made["secret"].startswith("whsec_")
    again = make(callers.supervisor)
    assert again == {**made, "secret": None}
    shown = callers.supervisor.get(f"webhooks/{made['id']}")
    assert shown == {name: made[name] for name in made if name != "secret"}
    assert callers.supervisor.get("webhooks/")["results"] == [shown]
    assert Entry.objects.filter(kind="webhook.adopted").count() == 1


def test_what_it_was_told_is_listed_and_told_again(callers: Callers) -> None:
    with receiving(thanks) as receiver:
        made = make(callers.supervisor, {**TOLD, "url": receiver.url})
        late_barrels(callers.cast)
        tell()
        path = f"webhooks/{made['id']}"
        (due, soon) = callers.supervisor.get(f"{path}/deliveries/")["results"]
        assert {due["state"], soon["state"]} == {"told"}
        one = callers.supervisor.post(f"{path}/deliveries/{due['id']}/replay")
        assert one == {"deliveries": 1}
        assert tell() == 1
        again = callers.supervisor.post(f"{path}/replay", {"after_seq": soon["seq"] - 1})
        assert again == {"deliveries": 2}
        assert tell() == 2
    assert len(receiver.got) == 5
    for got in receiver.got:
        Verifier(made["secret"]).verify(got.body, got.headers)
    assert f"msg_{due['id'].replace('-', '')}" in {
        one.headers["webhook-id"] for one in receiver.got
    }


def test_a_receiver_that_missed_something_asks_by_seq(callers: Callers) -> None:
    """What a body says is enough to read on from there."""
    make(callers.supervisor)
    late_barrels(callers.cast)
    tell()
    first = Notice.objects.earliest("seq")
    kinds = [
        one["kind"]
        for one in callers.auditor.get(f"events/?after_seq={first.seq}&limit=500")["results"]
    ]
    assert kinds[:1] == ["flag.raised"]


def test_dead_ones_are_found_by_their_state(callers: Callers) -> None:
    made = make(callers.supervisor)
    late_barrels(callers.cast)
    tell()
    Notice.objects.all().update(
        state="dead", next_try_at=None, ended_at=Notice.objects.first().made_at
    )
    path = f"webhooks/{made['id']}/deliveries/"
    assert len(callers.supervisor.get(f"{path}?state=dead")["results"]) == 2
    assert callers.supervisor.get(f"{path}?state=told")["results"] == []


def test_a_new_secret_and_the_end(callers: Callers) -> None:
    made = make(callers.supervisor)
    rotated = callers.supervisor.post(f"webhooks/{made['id']}/rotate")
    assert rotated["secret"] not in (None, made["secret"])
    assert rotated["secret_fingerprint"] != made["secret_fingerprint"]
    ended = callers.supervisor.post(f"webhooks/{made['id']}/disable")
    assert ended["is_active"] is False
    problem = callers.supervisor.post(f"webhooks/{made['id']}/rotate", status=409)
    assert problem["code"] == "webhook_disabled"


@pytest.mark.parametrize(
    ("told", "code", "field"),
    [
        ({"url": "ftp://hooks.example/", "officer": "auditor"}, "address_unusable", "url"),
        ({**TOLD, "officer": "outsider"}, "not_of_your_agency", "officer"),
        ({**TOLD, "officer": "nobody"}, "not_of_your_agency", "officer"),
    ],
)
def test_nonsense_is_refused_with_the_field_named(
    callers: Callers, told: dict[str, str], code: str, field: str
) -> None:
    problem = make(callers.supervisor, told, 422)
    assert (problem["code"], problem["field"]) == (code, field)
    assert not Entry.objects.filter(kind="webhook.adopted").exists()


def test_a_production_house_takes_no_plain_http(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.WEBHOOKS_GUARDED", True)
    assert make(callers.supervisor, status=422)["code"] == "address_unusable"


def test_other_agencies_learn_nothing_of_it(callers: Callers) -> None:
    made = make(callers.supervisor)
    assert callers.far_supervisor.get("webhooks/")["results"] == []
    for path in ("", "/deliveries/"):
        callers.far_supervisor.get(f"webhooks/{made['id']}{path}", 404)
    for path in ("/rotate", "/disable", "/deliveries/" + made["id"] + "/replay"):
        callers.far_supervisor.post(f"webhooks/{made['id']}{path}", status=404)
