"""A file is adopted as it was shown: what it would change stands there first, and whatever is wrong with it is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from custody.adopting.examples import EXAMPLES
from custody.adopting.files import MOST_BYTES
from custody.adopting.kinds import ON_PAGES
from custody.audit import replay
from custody.kit import clock
from custody.law.jurisdictions import belgium
from custody.law.models import Profile
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.neutralising.models import Protocol, ReagentLot
from custody.notices.addresses import adopt_mailbox, adopt_route
from custody.notices.models import Mailbox, NoticeRoute
from custody.people.models import Officer
from custody.seizures.models import MassRules
from tests.burning.paper import ALWAYS, permit
from tests.cast import PROTOCOL_CONTENT, Cast
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

Send = Callable[..., HttpResponse]


def to_come(days: int = 2) -> str:
    return clock.to_text(clock.now() + timedelta(days=days))


def other_law(days: int = 2) -> dict[str, Any]:
    """Belgium, but for an order that is as young as thirty days."""
    told = belgium(effective_at=to_come(days))
    told["deeds"]["incinerate"]["order"]["valid_days"] = 30
    return told


@pytest.fixture
def send(cast: Cast, browse: Browser) -> Send:
    """Send a file as the administrator, or as somebody else; the answer."""

    def sent(told: object, officer: Officer | None = None) -> HttpResponse:
        content = told if isinstance(told, bytes) else json.dumps(told, indent=1).encode()
        file = SimpleUploadedFile("law.json", content, "application/json")
        return browse(officer or cast.administrator).post("/adopt/", {"file": file})

    return sent


def confirmation(answer: HttpResponse) -> dict[str, str]:
    """What the page sends when what it shows is adopted."""
    page = answer.content.decode()
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("text", "shown")}
    return {name: unescape(one[1]) for name, one in found.items() if one}


def test_a_version_of_the_law_is_shown_against_the_one_in_force_and_then_adopted(
    cast: Cast, browse: Browser, send: Send
) -> None:
    before = Entry.objects.count()
    shown = send({"profiles": [other_law()]})
    assert shown.status_code == 200
    text = plain(shown.content)
    assert "Profile of the law: belgium/2" in text
    assert "Held against belgium/1, in whose place it comes:" in text
    assert "Deeds · Incinerate · Order · Valid days \N{EN DASH} → 30" in text
    rows = re.findall(r"<dt>(.*?)</dt>", shown.content.decode())
    assert sorted(rows) == ["Deeds · Incinerate · Order · Valid days", "Effective at"]
    assert Entry.objects.count() == before
    assert not Profile.objects.filter(number=2).exists()
    answer = browse(cast.administrator).post("/adopt/", confirmation(shown))
    assert answer.status_code == 302
    assert Profile.objects.get(number=2).content["deeds"]["incinerate"]["order"]["valid_days"] == 30
    event = Entry.objects.get(subject_type="profile", subject_id="belgium/2")
    assert event.actor == "administrator"
    assert "Changed" not in plain(browse(cast.supervisor).get("/law/belgium/2/").content)


def test_what_was_adopted_in_between_is_shown_anew(cast: Cast, browse: Browser, send: Send) -> None:
    browser = browse(cast.administrator)
    shown = confirmation(send({"profiles": [other_law(3)]}))
    first = confirmation(send({"profiles": [belgium(effective_at=to_come(2))]}))
    assert browser.post("/adopt/", first).status_code == 302
    before = Entry.objects.count()
    answer = browser.post("/adopt/", shown)
    assert answer.status_code == 412
    text = plain(answer.content)
    assert "Something was adopted since you looked" in text
    assert "Held against belgium/2" in text
    assert Entry.objects.count() == before
    assert browser.post("/adopt/", confirmation(answer)).status_code == 302


def test_a_file_that_was_changed_after_it_was_shown_is_not_adopted(
    cast: Cast, browse: Browser, send: Send
) -> None:
    told = confirmation(send({"profiles": [other_law()]}))
    told["text"] = told["text"].replace('"valid_days": 30', '"valid_days": 3000')
    before = Entry.objects.count()
    assert browse(cast.administrator).post("/adopt/", told).status_code == 412
    assert Entry.objects.count() == before


def test_protocols_lots_rules_of_masses_and_those_who_hear_are_adopted_together(
    cast: Cast, browse: Browser, send: Send
) -> None:
    file = {
        "protocols": [{**PROTOCOL_CONTENT, "hold_minutes": 30}],
        "reagent_lots": [
            {
                "code": "RG-17/0500",
                "reagent": "RG-17",
                "number": "0500",
                "unit": "CUSTOMS/QUAY",
                "grams": "25000",
                "expires_on": "2030-06-30",
            }
        ],
        "mass_rules": [{"effective_at": to_come(), "calibration_days": 365, "drying": []}],
        "mailboxes": [{"unit": "CUSTOMS/QUAY", "address": "quay@customs.example"}],
        "routes": [{"code": "fast", "lane": "fast", "mailboxes": ["CUSTOMS/QUAY"]}],
        "crews": [
            {
                "code": "DAWN-1",
                "unit": "CUSTOMS/QUAY",
                "size": 4,
                "hours": ALWAYS,
                "valid_from": "2026-01-01",
                "valid_until": None,
            }
        ],
    }
    shown = send(file)
    text = plain(shown.content)
    for words in (
        "Protocol of neutralisation: N-3/2 Held against N-3/1",
        "Hold minutes 0 → 30",
        "Lot of reagent: RG-17/0500 New: there is nothing of it on record.",
        "Address (kept beside the record)",
        "Adopt these 6 entries, all or nothing",
    ):
        assert words in text, words
    assert browse(cast.administrator).post("/adopt/", confirmation(shown)).status_code == 302
    assert Protocol.objects.get(number=2).content["hold_minutes"] == 30
    assert ReagentLot.objects.filter(pk="RG-17/0500").exists()
    replay.compare()
    assert (MassRules.objects.count(), Mailbox.objects.count(), NoticeRoute.objects.count()) == (
        *(1, 1, 1),
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"profiles": [\n{"code": }]}', "no JSON in line 2, column 10"),
        (b"\xff", "not in UTF-8"),
        (b"[]", "holds no object with"),
        (b'{"ships": []}', "ships is not known"),
        (b'{"profiles": {}}', "profiles is no list"),
        (b'{"profiles": [1]}', "profiles[0] is no object"),
        (b'{"profiles": [], "profiles": []}', "profiles stands twice"),
        (b'{"profiles": [{"code": NaN}]}', "NaN is no number"),
        (b'{"profiles": [{"code": "\\ud800"}]}', "not in UTF-8"),
        (b'{"profiles": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"profiles": [' + b"9" * 5_000 + b"]}", "a number in it is too long"),
        (b"{}", "holds nothing to adopt"),
        (b" " * (MOST_BYTES + 1), "It has more than 500 kB"),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_what_is_no_such_file_is_told_with_its_line(send: Send, content: bytes, words: str) -> None:
    before = Entry.objects.count()
    answer = send(content)
    assert words in plain(answer.content), plain(answer.content)
    assert 'name="shown"' not in answer.content.decode()
    assert Entry.objects.count() == before


def _wrong_law(**change: Any) -> dict[str, Any]:
    told = belgium(effective_at=to_come())
    told["deeds"]["incinerate"]["order"] |= change
    return {"profiles": [belgium(effective_at=to_come(9)), told]}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (_wrong_law(by=["pirates"]), "profiles[1].deeds.incinerate.order.by: The profile is not"),
        (_wrong_law(valid_days=0), "profiles[1].deeds.incinerate.order.valid_days"),
        (_wrong_law(source=None), "profiles[1].deeds.incinerate.order.source"),
        ({"profiles": ["atlantis"]}, "profiles[0]"),
        ({"profiles": [belgium()]}, "profiles[0].effective_at"),
        ({"protocols": [{"code": 5}]}, "protocols[0]"),
        ({"reagent_lots": [{"code": "X"}]}, "reagent_lots[0]: unit is missing"),
        ({"mailboxes": [{"officer": {"a": 1}, "address": ["@"]}]}, "mailboxes[0]"),
        ({"mailboxes": [{"unit": "CUSTOMS/QUAY", "address": 5}]}, "mailboxes[0]"),
        ({"routes": [{"code": "x" * 60, "mailboxes": []}]}, "routes[0]"),
        ({"routes": [{"code": "x", "mailboxes": [], "unit": "NO/WHERE"}]}, "not on record"),
        ({"officers": [{"badge": "x"}]}, "officers are not adopted from a file here"),
        ({"agencies": [], "profiles": [other_law()]}, "agencies are not adopted from a file here"),
    ],
)
def test_an_entry_that_is_wrong_is_named_and_nothing_is_adopted(
    cast: Cast, browse: Browser, send: Send, told: dict[str, Any], words: str
) -> None:
    before = Entry.objects.count()
    answer = send(told)
    assert answer.status_code == 422
    assert words in plain(answer.content), plain(answer.content)
    assert Entry.objects.count() == before


def test_no_agency_adopts_what_is_anothers(cast: Cast, browse: Browser, send: Send) -> None:
    permit("OVAM-1")
    adopt_mailbox(unit="KILN/NORTH", address="kiln@example.org", actor=SYSTEM)
    adopt_route("theirs", mailboxes=[], actor=SYSTEM)
    before = Entry.objects.count()
    lot = {"reagent": "RG-17", "number": "1", "grams": "5", "expires_on": "2030-01-01"}
    crew = {"size": 1, "hours": ALWAYS, "valid_from": "2026-01-01", "valid_until": None}
    for told in (
        {"permits": [{"code": "OVAM-2", "plant": "PLANT-A"}]},
        {"crews": [{"code": "X", "unit": "HAULIER/ROAD", **crew}]},
        {"vehicle_capacities": [{"place": "VAN-A", "capacity_grams": "1"}]},
        {"reagent_lots": [{"code": "X", "unit": "LAB/DRUGS", **lot}]},
        {"mailboxes": [{"officer": "operator", "address": "me@example.org"}]},
        {"mailboxes": [{"unit": "KILN/NORTH", "address": "me@example.org"}]},
        {"routes": [{"code": "x", "mailboxes": ["KILN/NORTH"]}]},
        {"routes": [{"code": "theirs", "mailboxes": []}]},
    ):
        answer = send(told)
        assert answer.status_code == 422
        assert "is of another agency, or of none" in plain(answer.content), told
    assert Entry.objects.count() == before


def test_an_address_that_stays_is_no_change_and_another_is_told_as_another(
    cast: Cast, browse: Browser, send: Send
) -> None:
    adopt_mailbox(unit="CUSTOMS/QUAY", address="quay@customs.example", actor=SYSTEM)
    same = plain(
        send({"mailboxes": [{"unit": "CUSTOMS/QUAY", "address": "quay@customs.example"}]}).content
    )
    assert "Nothing as it was before" in same
    assert "Address" not in same
    other = plain(
        send({"mailboxes": [{"unit": "CUSTOMS/QUAY", "address": "me@customs.example"}]}).content
    )
    assert "Address (kept beside the record) → (another one, kept beside the record)" in other
    assert "@customs.example" not in other.partition("Adopt this")[0]


def test_a_file_that_is_just_small_enough_comes_back_as_small(
    cast: Cast, browse: Browser, send: Send
) -> None:
    content = json.dumps({"profiles": [other_law()]}, indent=1).encode()
    content += b"\n" * 50_000 + b" " * (MOST_BYTES - 50_000 - len(content))
    shown = confirmation(send(content))
    # as browsers send the lines of any field
    shown["text"] = shown["text"].replace("\n", "\r\n")
    assert len(shown["text"]) > MOST_BYTES
    assert browse(cast.administrator).post("/adopt/", shown).status_code == 302


def test_a_route_that_leads_to_nobody_is_still_its_agency_s(
    cast: Cast, browse: Browser, send: Send
) -> None:
    adopt_mailbox(unit="CUSTOMS/QUAY", address="quay@customs.example", actor=SYSTEM)
    adopt_route("ours", mailboxes=[], actor=cast.administrator.person)
    shown = send({"routes": [{"code": "ours", "mailboxes": ["CUSTOMS/QUAY"]}]})
    assert browse(cast.administrator).post("/adopt/", confirmation(shown)).status_code == 302
    assert NoticeRoute.objects.get().mailboxes == ["CUSTOMS/QUAY"]


def test_files_are_adopted_by_administrators_alone(cast: Cast, browse: Browser, send: Send) -> None:
    before = Entry.objects.count()
    for badge in ("supervisor", "auditor", "officer", "prosecutor", "outsider"):
        officer = cast.officers[badge]
        assert browse(officer).get("/adopt/").status_code == 403
        assert send({"profiles": [other_law()]}, officer).status_code == 403
    assert Entry.objects.count() == before


def test_the_page_shows_an_example_of_each_kind_that_it_takes_and_names_no_other(
    cast: Cast, browse: Browser, send: Send
) -> None:
    page = browse(cast.administrator).get("/adopt/").content.decode()
    shown = [
        json.loads(unescape(one)) for one in re.findall(r"<pre><code>(.*?)</code>", page, re.DOTALL)
    ]
    assert shown == [{kind: EXAMPLES[kind]} for kind in ON_PAGES]
    answer = plain(send({"ships": []}).content)
    assert f"ships is not known; known are {', '.join(ON_PAGES)}" in answer
    assert "officers" not in answer.partition("ships is not known")[2].partition("JSON")[0]
