"""Real threads at the doors for tables, files, erasures and batches: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.attachments.checking import check
from custody.attachments.models import Attachment
from custody.attachments.services import AttachmentErased, bring
from custody.exchange.imports import import_seizures
from custody.handling.batch import BatchReceipt, Item, perform_batch
from custody.handling.erase import AlreadyErased
from custody.handling.errors import Busy, NumberInUse
from custody.handling.pack import Pack, Unpack
from custody.handling.photograph import Photograph
from custody.handling.proposals import confirm
from custody.handling.record import Pending, Receipt
from custody.handling.take_over import AlreadyTakenOver
from custody.handling.weigh import Weigh
from custody.kit import ids
from custody.kit.errors import CustodyError
from custody.ledger.models import Entry, Erasure
from custody.seizures.models import Exhibit, Origin, Seizure
from tests.cast import FLOOR_SCALE, Cast, catch, do, propose
from tests.erasing.orders import order
from tests.exchange.files import seizures
from tests.files import brought, picture
from tests.handling.burning import GROSS
from tests.races.threads import Deed, act, receipts, refusals, together

pytestmark = pytest.mark.usefixtures("the_record_is_whole")

ROUNDS = 5


def test_one_table_that_two_bring_at_once_is_taken_over_once(committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(ROUNDS):
        content = seizures(
            *(
                {"reference": f"R-{number}-{one}", "customs_report": f"PV-{number}-{one}"}
                for one in range(3)
            )
        )
        pending = [
            import_seizures(who, source="OLD", content=content, key=str(ids.new_id())).answer
            for who in (cast.officer, cast.colleague)
        ]
        first, second = (one.act_id for one in pending if isinstance(one, Pending))
        results = together(
            lambda one=first: confirm(cast.colleague, one),
            lambda one=second: confirm(cast.officer, one),
        )
        assert len(receipts(results)) == 1, results
        assert refusals(results) <= {AlreadyTakenOver, NumberInUse, Busy}
        assert Origin.objects.filter(reference__startswith=f"R-{number}-").count() == 3
        assert Seizure.objects.filter(customs_report__startswith=f"PV-{number}-").count() == 3


def test_what_is_erased_while_somebody_names_it_is_gone_whoever_came_first(
    committed_cast: Cast, files: Path
) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel, other) = catch(cast, 2)
        data = picture()
        name = brought(cast.officer, data)
        do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,), caption=None))
        proposal = propose(cast.supervisor, order(name))

        def again(data: bytes = data) -> Attachment:
            return bring(cast.officer, data)

        results = together(
            lambda one=proposal: confirm(cast.second_supervisor, one),
            act(cast.officer, Photograph(exhibit=other.label, photographs=(name,), caption=None)),
            again,
        )
        assert isinstance(results[0], Receipt), results
        assert refusals(results) <= {AttachmentErased, Busy}
        assert Attachment.objects.get(pk=name).erased_at
        assert not [path for path in files.rglob("*") if name in path.name]
    assert list(check()) == []


def test_two_orders_erase_one_thing_once(committed_cast: Cast, files: Path) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, (barrel,) = catch(cast)
        name = brought(cast.officer, picture())
        do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,), caption=None))
        one = propose(cast.supervisor, order(name))
        two = propose(cast.second_supervisor, order(name, "supervisor"))
        results = together(
            lambda one=one: confirm(cast.second_supervisor, one),
            lambda two=two: confirm(cast.supervisor, two),
        )
        assert len(receipts(results)) == 1, results
        assert refusals(results) <= {AlreadyErased, Busy}
        assert Erasure.objects.filter(pk=name).count() == 1


def test_batches_that_name_the_same_units_in_other_orders_are_whole_or_not_there(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    for _ in range(ROUNDS):
        _, units = catch(cast, 4)
        pallet = do(cast.officer, Pack(exhibits=(units[0].label,), form="pallet"))
        inside = next(
            one for one in pallet.lines if one.subject_id not in {str(u.pk) for u in units}
        )
        container = Exhibit.objects.get(pk=inside.subject_id)
        names = [container.label, *(one.label for one in units[1:])]

        def batch(labels: list[str], *more: Item) -> Deed:
            items = [
                Item(Weigh(exhibit=one, scale=FLOOR_SCALE, gross_grams=GROSS)) for one in labels
            ]
            return lambda: perform_batch(cast.officer, [*items, *more], key=str(ids.new_id()))

        unpack = Item(Unpack(container=container.label, exhibits=(units[0].label,)))
        pack = Item(Pack(exhibits=(units[1].label,), container=container.label))
        results = together(
            batch(names[1:], unpack),
            batch([*reversed(names[1:])]),
            batch(names[2:], pack),
            act(cast.colleague, Unpack(container=container.label, exhibits=(units[0].label,))),
        )
        assert all(isinstance(one, CustodyError | BatchReceipt | Receipt) for one in results), (
            results
        )
        told = sum(len(one.receipts) if isinstance(one, BatchReceipt) else 0 for one in results)
        weighed = Entry.objects.filter(
            kind="exhibit.weighed", subject_id__in=[str(one.pk) for one in units[1:]]
        )
        batches = [one for one in results if isinstance(one, BatchReceipt)]
        assert told == sum(len(one.receipts) for one in batches)
        assert weighed.count() == sum(
            sum(line.kind == "exhibit.weighed" for one in batch.receipts for line in one.lines)
            for batch in batches
        )
