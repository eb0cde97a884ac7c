"""What an order or the law keeps of a seizure, and what a revocation stops."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from custody.audit import replay
from custody.handling.errors import (
    KeptAndDestroyed,
    NothingKept,
)
from custody.handling.neutralise import InProcess
from custody.handling.order import RevokeOrder
from custody.handling.pack import Pack
from custody.handling.proposals import confirm
from custody.handling.split import Part, Split
from custody.kit import clock
from custody.law.gate import GateClosed
from custody.law.jurisdictions import us_28_cfr_50_21
from custody.law.models import DestructionOrder
from custody.law.services import adopt_profile
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.handling.burning import (
    burn,
    keep_samples,
    order,
    photograph,
)
from tests.law.scenes import (
    NEXT,
    fire,
    given,
    loaded,
    neutralisation,
    refused,
    staged,
    three,
    under,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_equal_their_replay")]


def test_an_order_over_a_whole_seizure_leaves_out_what_it_keeps(cast: Cast) -> None:
    seizure, (first, second, kept) = three(cast)
    do(cast.prosecutor, given(seizure, retain=(kept.label,)))
    row = DestructionOrder.objects.get()
    assert (set(row.exhibits), row.retained) == ({first.id, second.id}, [kept.id])
    order(cast, seizure, kept.label, number="D-2")
    names = staged(cast, second, kept)
    refused(GateClosed, cast.operator, loaded(names[1]), "is kept by order D-1")
    do(cast.operator, loaded(names[0]))
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="The trial is over."))
    do(cast.operator, loaded(names[1]))


def test_nothing_is_kept_and_destroyed_by_one_order(cast: Cast) -> None:
    seizure, (first, second, third) = three(cast)
    both = given(seizure, exhibits=(first.label, second.label), retain=(second.label,))
    refused(KeptAndDestroyed, cast.prosecutor, both, re.escape(second.label))
    do(cast.officer, Pack(exhibits=(second.label, third.label), form="pallet"))
    inside = given(seizure, retain=(second.label,))
    refused(KeptAndDestroyed, cast.prosecutor, inside, re.escape(second.label))
    refused(NothingKept, cast.prosecutor, given(seizure, retain_grams=Decimal(0)))


def test_no_more_burns_than_leaves_the_grams_that_an_order_keeps(cast: Cast) -> None:
    seizure, barrels = three(cast)
    do(cast.prosecutor, given(seizure, retain_grams=Decimal(30_000)))
    names = staged(cast, *barrels)
    refused(GateClosed, cast.operator, loaded(*names), r"less than 30000\.000 g of cocaine")
    refused(GateClosed, cast.operator, loaded(*names[:2]), r"less than 30000\.000 g of cocaine")
    do(cast.operator, loaded(names[1]))
    # what is loaded is on its way into the fire: only the first and the third stay
    refused(GateClosed, cast.operator, loaded(names[2]), r"less than 30000\.000 g of cocaine")
    do(cast.operator, fire(names[1]), cast.second_operator, cast.keeper)
    refused(GateClosed, cast.operator, loaded(names[2]), r"less than 30000\.000 g of cocaine")
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="The trial is over."))
    do(cast.prosecutor, given(seizure, number="D-2"))
    do(cast.operator, loaded(names[0], names[2]))


def test_a_threshold_of_the_law_keeps_its_amount_without_any_order(cast: Cast) -> None:
    seizure, barrels = catch(cast, 2, gross="13000")
    keep_samples(cast, barrels[0].label)
    soon = clock.now() + NEXT
    adopt_profile(us_28_cfr_50_21(effective_at=clock.to_text(soon)), SYSTEM)
    with clock.simulated(soon) as time:
        names = staged(cast, *barrels, gross=Decimal(13_000))
        refused(GateClosed, cast.operator, loaded(names[1]), "the time of notice runs until")
        time.advance(timedelta(days=60))
        refused(GateClosed, cast.operator, loaded(*names), r"less than 10000\.000 g of cocaine")
        do(cast.operator, loaded(names[1]))
        refused(GateClosed, cast.operator, loaded(names[0]), r"less than 10000\.000 g of cocaine")
    assert not seizure.orders.exists()


# --- revocation


def test_a_revoked_order_stops_what_is_loaded_and_not_burnt(cast: Cast) -> None:
    seizure, (burnt, barrel, late) = catch(cast, 3)
    keep_samples(cast, burnt.label)
    order(cast, seizure)
    burn(cast, burnt.label)
    names = staged(cast, barrel, late)
    do(cast.operator, loaded(*names))
    proposal = propose(cast.operator, fire(*names))
    confirm(cast.second_operator, proposal)
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="A witness came forward."))
    count = Entry.objects.count()
    with pytest.raises(GateClosed, match="no destruction order in force names"):
        confirm(cast.keeper, proposal)
    assert Entry.objects.count() == count
    refused(GateClosed, cast.operator, fire(*names), "no destruction order in force names")
    stages = [Exhibit.objects.get(pk=one.pk).stage for one in (burnt, barrel, late)]
    assert stages == ["incinerated", "loaded", "loaded"]
    assert replay.compare() > 0


def test_the_profile_in_force_when_it_was_done_judges_what_is_recorded_late(cast: Cast) -> None:
    seizure, (barrel,) = catch(cast)
    keep_samples(cast, barrel.label)
    order(cast, seizure)
    names = staged(cast, barrel)
    before = clock.now()
    with under(lambda rules: rules["photographs"].update(least=2)) as time:
        refused(GateClosed, cast.operator, loaded(*names), "under 2 photographs show")
        time.advance(timedelta(minutes=1))
        do(cast.operator, loaded(*names), occurred_at=before)


def test_parts_of_what_an_order_keeps_are_kept_too(cast: Cast) -> None:
    seizure, barrels = three(cast)
    kept, *rest = barrels
    do(cast.prosecutor, given(seizure, exhibits=[one.label for one in rest], retain=(kept.label,)))
    part = Part(
        label=None,
        form="bag",
        gross_grams=Decimal(25_000),
        tare_grams=None,
        seal_number=None,
        seal_class=None,
    )
    do(cast.officer, Split(exhibit=kept.label, scale=FLOOR_SCALE, parts=(part,)))
    made = Exhibit.objects.get(made_from=kept, form="bag")
    photograph(cast.officer, made.label)
    refused(GateClosed, cast.officer, neutralisation(made.label), match="kept by order")


def test_what_was_mixed_against_its_protocol_is_no_evidence_that_stays(cast: Cast) -> None:
    seizure, barrels = three(cast)
    photograph(cast.officer, *(one.label for one in barrels))
    order_ = given(seizure, exhibits=[one.label for one in barrels], retain_grams=Decimal(40_000))
    do(cast.prosecutor, order_)
    first, second, _ = barrels
    wrong = replace(
        neutralisation(first.label),
        readings=(InProcess(name="pH", value=Decimal(5)),),
        first_witness="keeper",
        second_witness="operator",
    )
    do(cast.officer, wrong, cast.keeper, cast.operator)
    first.refresh_from_db()
    assert first.neutralised_at is None
    refused(GateClosed, cast.officer, neutralisation(second.label))
