"""Of every page, whatever exhibit it names to whomever is in the read log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.reading.models import Read
from custody.seizures.models import Exhibit
from tests.browser.scene import FILES, furnish
from tests.cast import Cast
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db

_LABEL = re.compile(r"NX-[0-9A-HJKMNP-TV-Z]{8}-[0-9A-Z*]")
#: One of each role that sees custody, and two who see none.
BADGES = (
    *("officer", "keeper", "driver", "analyst", "prosecutor", "operator", "supervisor", "auditor"),
    *("administrator", "statistician"),
)
#: Nothing to read, or a unit's own trail: that tells what was made of it, and is logged as the unit's.
APART = FILES | {"exhibit"}


def test_whatever_a_page_names_is_in_the_read_log(cast: Cast, browse: Browser, files: Path) -> None:
    scene = furnish(cast)
    known = dict(Exhibit.objects.values_list("label", "pk"))
    addresses = [
        *("/board/missing/", "/board/next/", "/board/holds/", "/search/?q=NX-"),
        f"/acts/weigh/?exhibit={scene.unit}",
        *(one for name, several in scene.addresses.items() if name not in APART for one in several),
    ]
    unlogged = {}
    for badge in BADGES:
        browser = browse(cast.officers[badge])
        for address in addresses:
            rows = Read.objects.filter(badge=badge)
            before = list(rows.values_list("id", flat=True))
            answer = browser.get(address)
            if answer.status_code != 200 or answer.streaming:
                continue
            named = {known[one] for one in _LABEL.findall(answer.content.decode()) if one in known}
            fresh = rows.exclude(id__in=before)
            # the board and the flags log what they showed within ten minutes once
            told = rows if address.startswith("/flags/") or address == "/" else fresh
            logged = {one for row in told for one in row.objects_shown}
            # a page may repeat what its address says
            asked = {pk for label, pk in known.items() if label in address}
            if missing := named - logged - asked:
                unlogged[badge, address] = sorted(
                    label for label, pk in known.items() if pk in missing
                )
    assert unlogged == {}
