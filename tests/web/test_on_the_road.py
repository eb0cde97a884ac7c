"""Cards of what is on the road say from where, to where and who drives, to who may know it."""

from __future__ import annotations

import pytest

from custody.handling.correct import Correct
from custody.handling.store import Move, Withdraw
from custody.handling.transport import Dispatch
from custody.ledger.models import Entry
from custody.seizures.queries import set_out_from
from tests.cast import Cast, catch, do
from tests.deadlines.scenes import receive, send, store
from tests.web.conftest import Browser
from tests.web.test_board import plain

pytestmark = pytest.mark.django_db

WAY = "QUAY-A → VAULT-A · driven by driver , in VAN-A"


def test_who_has_a_part_in_it_reads_the_way_and_nobody_else(cast: Cast, browse: Browser) -> None:
    seizure, (barrel,) = catch(cast)
    send(cast, barrel)
    address = f"/stages/in_transit/?seizure={seizure.reference}"
    for insider in (cast.driver, cast.keeper):
        assert WAY in plain(browse(insider).get("/").content)
        assert WAY in plain(browse(insider).get(address).content)
    for reader in (cast.prosecutor, cast.officer):
        for page in ("/", address):
            text = plain(browse(reader).get(page).content)
            assert "the way is told to who takes part in it" in text
            for secret in ("VAULT-A", "VAN-A", "driven by"):
                assert secret not in text, (reader.badge, page, secret)


def test_it_set_out_from_where_it_was_last_by_what_counts_of_the_record(cast: Cast) -> None:
    _, (barrel, other) = catch(cast, 2)
    send(cast, barrel)
    receive(cast, barrel)
    store(cast, barrel)
    moved = do(cast.keeper, Move(exhibits=(barrel.label,), place="VAULT-B"))
    assert set_out_from([barrel.pk, other.pk]) == {barrel.pk: "VAULT-B", other.pk: "QUAY-A"}
    event = Entry.objects.get(act_id=moved.act_id)
    wrong = Correct(
        event=event.event_id, declaration="did_not_occur", reason="It stayed where it was."
    )
    do(cast.supervisor, wrong, cast.second_supervisor)
    assert set_out_from([barrel.pk]) == {barrel.pk: "VAULT-A"}
    do(cast.keeper, Withdraw(exhibits=(barrel.label,), purpose="transport"))
    sent = Dispatch(
        exhibits=(barrel.label,), driver="driver", vehicle="VAN-A", destination="PLANT-A"
    )
    do(cast.keeper, sent, cast.driver)
    assert set_out_from([barrel.pk]) == {barrel.pk: "VAULT-A"}
