"""What is logged says nothing of custody."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from config.logging import Routes
from custody.seizures.labels import new_label
from tests.cast import Cast


@pytest.mark.django_db
def test_a_path_that_is_refused_is_logged_by_its_route(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    label = new_label()
    browser = Client()
    browser.force_login(cast.outsider)
    caplog.clear()  # that somebody signed in is logged too
    caplog.handler.addFilter(Routes())
    with caplog.at_level(logging.INFO):
        assert browser.get(f"/exhibits/{label}/").status_code == 404
        assert browser.get(f"/nowhere/{label}/").status_code == 404
    assert caplog.messages == ["404: /exhibits/<str:label>/", "404: /…"]
    assert label not in caplog.text
