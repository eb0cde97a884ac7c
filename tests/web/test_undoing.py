"""After an act: what the law lets one take back is offered, and of the rest a correction or a report."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.handling.hand_over import HandOver
from custody.handling.seals import ApplySeal
from custody.handling.store import Store
from custody.handling.weigh import Weigh
from custody.ledger.models import Entry
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.deadlines.scenes import receive, send
from tests.web.conftest import Browser

pytestmark = pytest.mark.django_db


def test_what_waits_is_withdrawn_where_it_waits(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    proposal = propose(cast.officer, HandOver(exhibits=(barrel.label,), taker="colleague"))
    answer = browse(cast.officer).get(f"/receipts/{proposal}/undo/")
    assert answer["Location"] == f"/proposals/{proposal}/"
    assert "Withdraw it</summary>" in browse(cast.officer).get(answer["Location"]).content.decode()


def test_an_officer_goes_on_or_reports_and_a_supervisor_corrects(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    done = do(cast.officer, ApplySeal(exhibit=barrel.label, number="HS-1", seal_class="H"))
    receipt = browse(cast.officer).get(f"/receipts/{done.act_id}/").content.decode()
    assert f"/receipts/{done.act_id}/undo/" in receipt
    page = browse(cast.officer).get(f"/receipts/{done.act_id}/undo/").content.decode()
    for act in ("replace_seal", "break_seal", "report"):
        assert f"/acts/{act}/?exhibit={barrel.label}" in page
    assert "/acts/correct/" not in page
    page = browse(cast.supervisor).get(f"/receipts/{done.act_id}/undo/").content.decode()
    event = Entry.objects.get(act_id=done.act_id).event_id
    assert f"/acts/correct/?event={event}&amp;exhibit={barrel.label}" in page
    assert "/acts/break_seal/" not in page


def test_what_is_stored_goes_on_from_the_store(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    send(cast, barrel)
    receive(cast, barrel)
    done = do(cast.keeper, Store(exhibits=(barrel.label,), place="VAULT-A"))
    page = browse(cast.keeper).get(f"/receipts/{done.act_id}/undo/").content.decode()
    assert "/acts/withdraw/" in page
    assert "/acts/move/" in page


def test_strangers_undo_nothing(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    done = do(cast.officer, ApplySeal(exhibit=barrel.label, number="HS-1", seal_class="H"))
    assert browse(cast.outsider).get(f"/receipts/{done.act_id}/undo/").status_code == 404


def test_a_correction_shows_the_event_and_begins_with_what_it_said(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    weigh = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=Decimal(25_000))
    done = do(cast.officer, weigh)
    event = Entry.objects.get(act_id=done.act_id).event_id
    page = browse(cast.supervisor).get(f"/acts/correct/?event={event}&exhibit={barrel.label}")
    text = page.content.decode()
    assert "What is corrected" in text
    assert "officer (CUSTOMS/QUAY)" in text
    assert page.context["form"].initial["gross_grams"] == Decimal(25_000)
    assert page.context["form"].initial["scale"] == FLOOR_SCALE
    for nothing in ("", "x", "00000000-0000-4000-8000-000000000000"):
        page = browse(cast.supervisor).get(f"/acts/correct/?event={nothing}")
        assert "What is corrected" not in page.content.decode()
