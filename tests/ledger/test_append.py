"""The only way into the ledger gives gapless numbers, checks every chain and refuses what is no event."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from custody.kit import clock
from custody.ledger.append import (
    BrokenChain,
    LedgerAlreadyOpen,
    NotAnEvent,
    NotInTransaction,
    append,
    open_ledger,
)
from custody.ledger.commitments import commit
from custody.ledger.events import SYSTEM, Event, Subject, read, seal
from custody.ledger.merkle import leaf_hash
from custody.ledger.models import Disclosure, Entry


def event(previous: str | None = None, subject: str = "A", **payload: object) -> Event:
    return seal(
        kind="place.adopted",
        subject=Subject("place", subject),
        actor=SYSTEM,
        occurred_at=clock.now(),
        payload=payload,  # type: ignore[arg-type]
        previous=previous,
        act_id=uuid4(),
    )


@pytest.mark.usefixtures("bare_db")
def test_events_get_the_next_numbers_and_the_columns_of_their_bytes() -> None:
    first = event(note='é \u2028 \U0001f6a2 " \\ \x1f')
    second = event(previous=first.leaf)
    recorded = append([first, second])
    assert [one.seq for one in recorded] == [1, 2]
    entry = Entry.objects.get(pk=2)
    assert bytes(entry.leaf).hex() == second.leaf == leaf_hash(second.body).hex()
    assert bytes(entry.previous or b"").hex() == first.leaf
    assert bytes(entry.body) == second.body
    assert (entry.event_id, entry.act_id, entry.kind) == (second.id, second.act_id, second.kind)
    assert (entry.subject_type, entry.subject_id, entry.actor) == ("place", "A", "system")
    assert entry.occurred_at == second.occurred_at
    assert read(bytes(Entry.objects.get(pk=1).body)) == first


@pytest.mark.usefixtures("bare_db")
@pytest.mark.parametrize("wrong", [None, "0" * 64])
def test_an_event_that_does_not_follow_the_last_one_is_refused(wrong: str | None) -> None:
    first = event()
    append([first])
    with pytest.raises(BrokenChain, match="place A follows"), transaction.atomic():
        append([event(previous=wrong)])
    assert Entry.objects.count() == 2


@pytest.mark.usefixtures("bare_db")
def test_a_first_event_that_names_a_previous_one_is_refused() -> None:
    with pytest.raises(BrokenChain, match="follows nothing"), transaction.atomic():
        append([event(previous="0" * 64)])


@pytest.mark.usefixtures("bare_db")
def test_each_of_several_follows_the_one_of_its_subject_before_it() -> None:
    first, other = event(), event(subject="B")
    append([first])
    second = event(previous=first.leaf)
    third = event(previous=second.leaf)
    for wrong in (
        [third, second],
        [second, other, event(previous=first.leaf)],
        [second, event()],
        [second, event(previous=other.leaf, subject="C"), other],
    ):
        with pytest.raises(BrokenChain), transaction.atomic():
            append(wrong)
    assert [one.seq for one in append([second, other, third])] == [2, 3, 4]


@pytest.mark.usefixtures("bare_db")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{}",
        b"[]",
        b'{"schema":2}',
        b'{"schema":1,"kind":"a.b","payload":{}}',
        b"\x00",
    ],
)
def test_bytes_that_are_no_event_are_refused(body: bytes) -> None:
    from dataclasses import replace

    with pytest.raises(NotAnEvent), transaction.atomic():
        append([replace(event(), body=body)])
    assert Entry.objects.count() == 1


@pytest.mark.usefixtures("bare_db")
def test_a_ledger_is_opened_once() -> None:
    with pytest.raises(LedgerAlreadyOpen), transaction.atomic():
        open_ledger("production", "another")


@pytest.mark.usefixtures("bare_db")
def test_texts_are_kept_beside_the_ledger() -> None:
    opening = commit("reason", "Le témoin s'appelle …")
    append([event(reason={"commitment": opening.commitment})], [opening])
    assert Disclosure.objects.get(pk=opening.commitment).text == opening.text
    assert opening.text.encode() not in bytes(Entry.objects.get(pk=1).body)


def test_an_append_belongs_in_a_transaction(transactional_db: str) -> None:
    with pytest.raises(NotInTransaction):
        append([event()])


def test_a_rollback_leaves_no_gap(transactional_db: str) -> None:
    with transaction.atomic():
        append([event(subject="lost")])
        transaction.set_rollback(True)
    with transaction.atomic():
        assert append([event(subject="kept")])[0].seq == 1
