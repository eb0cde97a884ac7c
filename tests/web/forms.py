"""Filling in forms as a browser does."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from custody.ledger.models import Entry

#: What a form of three units says.
INTERCEPT = {
    "customs_report": "PV-1",
    "prosecutor_unit": "COURT/PORT",
    "location": "BEANR",
    "place": "QUAY-A",
    "substance": "cocaine",
    "lane": "fast",
    "scale": "FLOOR",
    "exhibits-rows": "3",
    "exhibits-0-form": "barrel",
    "exhibits-0-gross_grams": "25 000",
    "exhibits-0-tare_grams": "1000",
    "exhibits-1-form": "bag",
    "exhibits-1-gross_grams": "12000,0",
    "exhibits-2-form": "bag",
}


def key_of(page: HttpResponse) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def send_form(browser: Client, act: str, told: dict[str, Any], query: str = "") -> Any:
    page = browser.get(f"/acts/{act}/{query}")
    assert page.status_code == 200, page.content.decode()
    return browser.post(f"/acts/{act}/", {"key": key_of(page), **told})


def events() -> int:
    return Entry.objects.count()
