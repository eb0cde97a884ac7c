"""An order revoked while what it names is loaded or burnt, and two loads of what only one of may go: real threads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custody.handling.errors import Busy
from custody.handling.incinerate import Incinerate, Load, Stage, Weighed
from custody.handling.order import GiveOrder, RevokeOrder
from custody.handling.proposals import confirm
from custody.handling.record import Receipt
from custody.kit import ids
from custody.law.gate import GateClosed
from custody.law.models import DestructionOrder
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.handling.burning import GROSS, carry, keep_samples, order, photograph
from tests.races.threads import act, together

pytestmark = pytest.mark.usefixtures("the_record_is_whole")

ROUNDS = 5


def staged(cast: Cast, barrels: list[Exhibit], *, keep: Decimal | None = None) -> str:
    """At the kiln under an order of a new number, which it says."""
    number = f"D-{ids.new_id().hex[:8]}"
    names = [one.label for one in barrels]
    keep_samples(cast, names[0])
    photograph(cast.officer, *names)
    reference = barrels[0].seizure.reference
    if keep is None:
        order(cast, barrels[0].seizure, number=number)
    else:
        told = {"seizure": reference, "number": number, "reasons": "No need to keep it all."}
        do(cast.prosecutor, GiveOrder(**told, retain_grams=keep))
    carry(cast, names, "PLANT-A", cast.operator)
    units = tuple(Weighed(exhibit=one, gross_grams=GROSS) for one in names)
    do(cast.operator, Stage(scale=FLOOR_SCALE, units=units))
    return number


def seq_of(kind: str, exhibit: Exhibit) -> int | None:
    found = Entry.objects.filter(kind=kind, subject_id=str(exhibit.pk)).first()
    return found.seq if found else None


def test_what_is_revoked_at_the_moment_of_loading_is_loaded_before_or_not_at_all(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel,) = catch(cast)
        number = staged(cast, [barrel])
        revoked, loaded = together(
            act(cast.prosecutor, RevokeOrder(number=number, reason="Wait.")),
            act(cast.operator, Load(exhibits=(barrel.label,), kiln="K1")),
        )
        revocation, loading = seq_of("order.revoked", barrel), seq_of("exhibit.loaded", barrel)
        assert isinstance(revoked, Receipt | Busy)
        assert isinstance(loaded, Receipt | GateClosed | Busy)
        assert isinstance(loaded, Receipt) is (loading is not None)
        order_ = DestructionOrder.objects.get(number=number)
        assert (order_.revoked_at is not None) is (revocation is not None)
        if revocation is not None and loading is not None:
            assert loading < revocation


def test_what_is_revoked_at_the_moment_of_burning_burns_before_or_not_at_all(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel,) = catch(cast)
        number = staged(cast, [barrel])
        do(cast.operator, Load(exhibits=(barrel.label,), kiln="K1"))
        units = (Weighed(exhibit=barrel.label, gross_grams=GROSS),)
        burning = Incinerate(
            scale=FLOOR_SCALE,
            temperature_celsius=1_100,
            units=units,
            first_witness="second_operator",
            second_witness="keeper",
        )
        proposal = propose(cast.operator, burning)
        confirm(cast.second_operator, proposal)
        _, burnt = together(
            act(cast.prosecutor, RevokeOrder(number=number, reason="Wait.")),
            lambda one=proposal: confirm(cast.keeper, one),
        )
        revocation, ash = seq_of("order.revoked", barrel), seq_of("exhibit.incinerated", barrel)
        assert isinstance(burnt, Receipt | GateClosed | Busy)
        assert isinstance(burnt, Receipt) is (ash is not None)
        # what is burnt bears no order any more, so that its trail says nothing of the revocation
        assert not (revocation is not None and ash is not None)


def test_two_kilns_do_not_take_together_what_only_one_may(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, barrels = catch(cast, 2)
        staged(cast, list(barrels), keep=Decimal(20_000))
        results = together(
            *(act(cast.operator, Load(exhibits=(one.label,), kiln="K1")) for one in barrels)
        )
        assert sum(isinstance(one, Receipt) for one in results) <= 1, results
        for one in results:
            assert isinstance(one, Receipt | GateClosed | Busy)
        stages = [Exhibit.objects.get(pk=one.pk).stage for one in barrels]
        assert stages.count("loaded") <= 1
