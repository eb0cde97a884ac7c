"""Every act has a form that opens, knows what it is about, and says what an empty one lacks."""

from __future__ import annotations

from typing import Any

import pytest

from custody.handling.hold import PlaceHold
from custody.handling.models import Proposal, Refusal
from custody.handling.order import GiveOrder
from custody.handling.register import ACTS
from custody.people.rights import Right
from custody.seizures.lifecycle import TABLE
from custody.seizures.models import Exhibit
from tests.cast import Cast, catch, do
from tests.web.conftest import Browser
from tests.web.forms import events, send_form

#: Who does it, and what the form is told beyond what it fills in by itself.
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "amend": ("officer", {"prosecutor_notice": "AN-1"}),
    "apply_seal": ("officer", {"number": "HS-8", "seal_class": "H"}),
    "assign_lane": ("officer", {"lane": "standard", "reason": "The plant is closed."}),
    "break_seal": ("officer", {"reason": "To look inside"}),
    "check_seal": ("officer", {"finding": "intact"}),
    "dispatch": (
        "officer",
        {"driver": "driver", "vehicle": "VAN-A", "destination": "VAULT-A"},
    ),
    "give_order": ("prosecutor", {"number": "D-1", "reasons": "No need"}),
    "hand_over": ("officer", {"taker": "keeper"}),
    "lift_hold": ("supervisor", {"reason": "Measured"}),
    "miss": ("officer", {"searched": "Everywhere"}),
    "place_hold": ("supervisor", {"reason": "Measure first"}),
    "replace_seal": ("officer", {"number": "HS-9", "seal_class": "H", "reason": "It was cut"}),
    "report": ("officer", {"what": "mass", "details": "It drips"}),
    "refuse_order": ("prosecutor", {"reasons": "The trial is next week."}),
    "revoke_order": ("prosecutor", {"reason": "Needed after all"}),
    "weigh": ("officer", {"scale": "FLOOR", "gross_grams": "25000"}),
    "pack": ("officer", {"form": "pallet"}),
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", sorted(FORMS))
def test_a_form_knows_what_it_is_about(cast: Cast, browse: Browser, act: str) -> None:
    _, (barrel,) = catch(cast, seals=["HS-1"])
    if act == "lift_hold":
        do(cast.supervisor, PlaceHold(exhibits=(barrel.label,), reason="Measure"))
    if act == "revoke_order":
        order = GiveOrder(
            seizure=barrel.seizure.reference,
            exhibits=None,
            number="D-1",
            reasons="No need",
            judge_authorisation=None,
        )
        do(cast.prosecutor, order)
    badge, told = FORMS[act]
    browser = browse(cast.officers[badge])
    page = browser.get(f"/acts/{act}/?exhibit={barrel.label}&seizure={barrel.seizure.reference}")
    assert page.status_code == 200
    form = page.context["form"]
    known = {name: value for name, value in form.initial.items() if isinstance(value, str | list)}
    count = events()
    answer = browser.post(f"/acts/{act}/", {"key": form.key, **known, **told})
    assert answer.status_code == 302, answer.content.decode()
    assert events() > count or Proposal.objects.exists()


@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_form_opens_and_says_what_an_empty_one_lacks(
    cast: Cast, browse: Browser, act: str
) -> None:
    _, (barrel,) = catch(cast, seals=["HS-1"])
    right = Right(TABLE[ACTS[act].kind].right)
    actor = next(one for one in cast.officers.values() if right in one.rights)
    browser = browse(actor)
    assert browser.get(f"/acts/{act}/").status_code == 200
    if Exhibit.objects.visible_to(actor).exists():
        assert browser.get(f"/acts/{act}/?exhibit={barrel.label}").status_code == 200
    count = events()
    empty = send_form(browser, act, {})
    assert empty.status_code == 422, empty.content.decode()
    assert "Not recorded" in empty.content.decode()
    assert events() == count
    assert not Refusal.objects.exists()
