"""The pages on which supervisors say which systems are told of flags."""

from __future__ import annotations

import re

import pytest

from custody.notices.models import Notice, Webhook
from custody.notices.telling import tell
from tests.cast import Cast
from tests.notices.receivers import answering, receiving, thanks
from tests.notices.scenes import late_barrels
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def test_a_system_is_told_shown_its_secret_once_and_told_again(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.supervisor)
    with receiving(answering(500)) as receiver:
        made = browser.post("/webhooks/", {"url": receiver.url, "officer": "auditor"})
        assert made.status_code == 201
        assert SECRET.search(made.content.decode())
        page = f"/webhooks/{Webhook.objects.get().code}/"
        for path in ("/webhooks/", page):
            shown = browser.get(path).content.decode()
            assert receiver.url in shown.replace("&amp;", "&")
            assert not SECRET.search(shown)
        late_barrels(cast, minutes=95)
        tell()
        assert "status 500" in browser.get(page).content.decode()
        receiver.manner = thanks
        again = browser.post(page, {"do": "replay", "delivery": str(Notice.objects.get().pk)})
        assert again.status_code == 302
        assert tell() == 1
        assert browser.post(page, {"do": "replay"}).status_code == 302
        assert tell() == 1
        rotated = browser.post(page, {"do": "rotate"})
        assert SECRET.search(rotated.content.decode())
        assert browser.post(page, {"do": "disable"}).status_code == 302
    assert not Webhook.objects.get().is_active
    assert browser.post(page, {"do": "rotate"}).status_code == 409


def test_a_wrong_address_is_told_in_the_form(cast: Cast, browse: Browser) -> None:
    browser = browse(cast.supervisor)
    for url in ("", "ftp://hooks.example/"):
        answer = browser.post("/webhooks/", {"url": url, "officer": "auditor"})
        assert answer.status_code == 422
    assert not Webhook.objects.exists()


def test_nobody_else_gets_there(cast: Cast, browse: Browser) -> None:
    browse(cast.supervisor).post("/webhooks/", {"url": "http://127.0.0.1:9/", "officer": "auditor"})
    page = f"/webhooks/{Webhook.objects.get().code}/"
    for badge in ("officer", "auditor", "administrator", "outsider"):
        assert browse(getattr(cast, badge)).get("/webhooks/").status_code == 403
        assert browse(getattr(cast, badge)).get(page).status_code == 403
    stranger = browse(cast.far_supervisor)
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"do": "disable"}).status_code == 404
    for told in ({}, {"do": "nonsense"}, {"do": "replay", "delivery": "nonsense"}):
        assert browse(cast.supervisor).post(page, told).status_code == 404
    assert Webhook.objects.get().is_active
