"""One click verifies a trail: what was checked, how many, against which checkpoint, and what is wrong first."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from custody.audit.checking import What, verify_seizure, verify_trail
from custody.audit.trails import trail_of
from custody.deadlines.models import Flag
from custody.deadlines.services import acknowledge
from custody.handling.hold import LiftHold, PlaceHold
from custody.handling.intercept import Amend
from custody.handling.order import RevokeOrder
from custody.handling.report import Report
from custody.handling.weigh import Weigh
from custody.law.models import Hold
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.models import Exhibit
from tests.cast import FLOOR_SCALE, Cast, catch, do
from tests.deadlines.scenes import pack, receive, send
from tests.law.scenes import given
from tests.ledger.forging import one_byte
from tests.ledger.signers import Signing
from tests.ledger.test_tampering import column, deleted, no_digit, rehashed
from tests.web.conftest import Browser
from tests.web.test_board import plain

Attack = Callable[[psycopg.Connection, int], None]


@pytest.fixture
def browse(committed_cast: Cast) -> Browser:
    def signed_in(officer: Officer) -> Client:
        client = Client()
        client.force_login(officer)
        return client

    return signed_in


def faults(barrel: Exhibit) -> dict[What, int | None]:
    """What does not hold of a trail, with the number of the first event that does not."""
    barrel.refresh_from_db()
    return {one.what: one.seq for one in verify_trail(barrel).checks if one.fault}


def test_what_was_checked_is_told_and_what_no_checkpoint_covers_yet(
    committed_cast: Cast, browse: Browser, signing: Signing
) -> None:
    _, (barrel,) = catch(committed_cast)
    do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    address = f"/exhibits/{barrel.label}/verification/"
    browser = browse(committed_cast.officer)
    text = plain(browser.get(address).content)
    assert "The trail holds" in text
    assert "Bytes and columns: 2 checked" in text
    assert "Texts and reasons: 1 checked" in text
    assert "Chain: 2 checked" in text
    assert "None: this log has signed no checkpoint yet" in text
    signing.round()
    text = plain(browser.get(address).content)
    assert "Signed tree: 2 checked" in text
    assert f"Events in it {Entry.objects.count()}" in text
    send(committed_cast, barrel)
    text = plain(browser.get(address).content)
    assert "Signed tree: 2 checked" in text
    assert "1 event is not in a signed tree yet" in text
    assert address in browser.get(f"/exhibits/{barrel.label}/").content.decode()


def test_a_trail_through_a_container_is_verified_whole(
    committed_cast: Cast, signing: Signing
) -> None:
    _, units = catch(committed_cast, 2)
    pallet = pack(committed_cast, *units)
    send(committed_cast, pallet)
    signing.round()
    barrel = Exhibit.objects.get(pk=units[0].pk)
    verdict = verify_trail(barrel)
    assert verdict.holds
    assert verdict.events == len(trail_of(barrel)) > barrel.version
    assert verdict.unsigned == 0


@pytest.mark.parametrize(
    ("attack", "what"),
    [
        (one_byte, What.BYTES),
        (no_digit, What.BYTES),
        (column("actor", "'nobody'"), What.BYTES),
        (column("recorded_at", "recorded_at - interval '1 year'"), None),
        (rehashed, What.CHAIN),
    ],
)
def test_an_event_that_was_changed_is_named(
    committed_cast: Cast,
    admin: psycopg.Connection,
    browse: Browser,
    signing: Signing,
    attack: Attack,
    what: What | None,
) -> None:
    _, (barrel,) = catch(committed_cast)
    command = Weigh(exhibit=barrel.label, scale=FLOOR_SCALE, gross_grams=barrel.gross_grams)
    do(committed_cast.officer, command)
    signing.round()
    assert faults(barrel) == {}
    first = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    attack(admin, first)
    found = faults(barrel)
    if what is None:
        # when it was recorded lies outside of the bytes: the verification of the whole bounds it
        assert found == {}
        return
    assert what in found
    page = browse(committed_cast.officer).get(f"/exhibits/{barrel.label}/verification/")
    assert "The trail does not hold" in plain(page.content)
    assert "First fault at event" in plain(page.content)


def test_bytes_that_are_no_event_any_more_are_named_and_never_shown_as_the_trail(
    committed_cast: Cast, admin: psycopg.Connection, browse: Browser
) -> None:
    _, (barrel,) = catch(committed_cast)
    first = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute("UPDATE custody_entry SET body = set_byte(body, 0, 0) WHERE seq = %s", [first])
    assert faults(barrel) == {What.BYTES: first}
    for address in (f"/exhibits/{barrel.label}/", f"/exhibits/{barrel.label}/verification/"):
        text = plain(browse(committed_cast.officer).get(address).content)
        assert "The trail does not hold" in text
        assert f"First fault at event {first}" in text


def test_an_event_that_was_changed_with_all_that_hangs_on_it_is_not_in_the_signed_tree(
    committed_cast: Cast, admin: psycopg.Connection, signing: Signing
) -> None:
    _, (barrel,) = catch(committed_cast)
    signing.round()
    victim = Entry.objects.get(kind="exhibit.intercepted").seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    rehashed(admin, victim)
    admin.execute(
        "UPDATE custody_exhibit SET head = (SELECT encode(leaf, 'hex') FROM custody_entry WHERE seq = %s)"
        " WHERE label = %s",
        [victim, barrel.label],
    )
    assert faults(barrel) == {What.SIGNED: victim}


def test_an_event_that_is_gone_shows_in_the_state_of_the_unit(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, (barrel,) = catch(committed_cast)
    do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    deleted(admin, Entry.objects.get(kind="exhibit.discrepancy_reported").seq)
    assert What.STATE in faults(barrel)


def test_a_text_that_was_changed_beside_the_record_is_found(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, (barrel,) = catch(committed_cast)
    do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    admin.execute("ALTER TABLE custody_disclosure DISABLE TRIGGER USER")
    admin.execute("UPDATE custody_disclosure SET text = 'All is well' WHERE text = 'It drips'")
    assert list(faults(barrel)) == [What.TEXTS]


def test_a_long_trail_takes_as_many_statements_as_a_short_one(
    committed_cast: Cast, django_assert_num_queries: Callable[..., object], signing: Signing
) -> None:
    _, (short, long) = catch(committed_cast, 2)
    for barrel in (short, *([long] * 40)):
        do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    signing.round()
    for barrel in (short, long):
        barrel.refresh_from_db()
        with django_assert_num_queries(15):
            assert verify_trail(barrel).holds


def test_a_whole_seizure_is_verified_at_one_click(
    committed_cast: Cast, browse: Browser, signing: Signing
) -> None:
    seizure, units = catch(committed_cast, 3)
    for barrel in units:
        do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    send(committed_cast, units[0])
    signing.round()
    browser = browse(committed_cast.officer)
    address = f"/seizures/{seizure.reference}/verification/"
    assert address in browser.get(f"/seizures/{seizure.reference}/").content.decode()
    text = plain(browser.get(address).content)
    about = Entry.objects.filter(subject_type__in=["seizure", "exhibit", "flag"]).count()
    assert "The record of the seizure holds" in text
    assert "3 units that you may see" in text
    for what in ("Bytes and columns", "Chain", "Signed tree"):
        assert f"{what}: {about} checked" in text
    assert "Texts and reasons: 3 checked" in text
    assert f"State of what is recorded: {about} checked" in text


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE custody_entry SET body = set_byte(body, 0, 0) WHERE seq = %s",
            "Bytes and columns",
        ),
        ("UPDATE custody_entry SET previous = leaf WHERE seq = %s", "Bytes and columns"),
        ("DELETE FROM custody_entry WHERE seq = %s", "Chain"),
    ],
)
def test_the_unit_of_a_seizure_whose_record_was_changed_is_named(
    committed_cast: Cast,
    admin: psycopg.Connection,
    browse: Browser,
    statement: str,
    words: str,
) -> None:
    seizure, (barrel, _) = catch(committed_cast, 2)
    do(committed_cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    do(committed_cast.officer, Report(exhibit=barrel.label, what="seal", details="It is torn"))
    victim = Entry.objects.filter(subject_id=str(barrel.id)).order_by("seq")[1].seq
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute(statement, [victim])  # type: ignore[call-overload]
    address = f"/seizures/{seizure.reference}/verification/"
    page = browse(committed_cast.officer).get(address).content
    text = plain(page)
    assert "The record of the seizure does not hold" in text
    assert f"{words}: does not hold" in text
    assert f'href="/exhibits/{barrel.label}/#seq-' in page.decode()


def test_of_a_unit_without_any_event_it_is_said_so(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    seizure, (barrel,) = catch(committed_cast)
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute("DELETE FROM custody_entry WHERE subject_id = %s", [str(barrel.id)])
    verdict = verify_seizure(seizure, [barrel])
    assert [one.fault for one in verdict.checks if one.fault] == [
        f"Not one event about {barrel.label} is left."
    ]


@pytest.mark.parametrize("kind", ["hold", "order", "flag", "seizure"])
def test_that_the_last_event_of_anything_about_a_seizure_is_gone_is_found(
    committed_cast: Cast, admin: psycopg.Connection, kind: str
) -> None:
    cast = committed_cast
    seizure, units = catch(cast, 2)
    do(cast.officer, Report(exhibit=units[0].label, what="mass", details="It drips"))
    acknowledge(cast.supervisor, Flag.objects.get().id, "Seen")
    do(cast.officer, Amend(seizure=seizure.reference, vessel_imo="9074729"))
    do(cast.prosecutor, given(seizure))
    do(cast.prosecutor, PlaceHold(exhibits=(units[0].label,), reason="Heard"))
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="Appeal"))
    do(cast.prosecutor, LiftHold(hold=Hold.objects.get().id, reason="Heard again"))
    seizure.refresh_from_db()
    assert verify_seizure(seizure, list(seizure.exhibits.all())).holds
    about = list(Entry.objects.filter(subject_type=kind).order_by("seq"))
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    deleted(admin, about[-1].seq)
    verdict = verify_seizure(seizure, list(seizure.exhibits.all()))
    assert {one.what: one.seq for one in verdict.checks if one.fault} == {What.STATE: about[-2].seq}


def test_a_hold_that_is_gone_with_all_its_events_is_missed_by_its_unit(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    cast = committed_cast
    seizure, (barrel,) = catch(cast)
    do(cast.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="Heard"))
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    admin.execute("DELETE FROM custody_entry WHERE subject_type = 'hold'")
    admin.execute("DELETE FROM custody_hold")
    verdict = verify_seizure(seizure, list(seizure.exhibits.all()))
    assert [one.fault for one in verdict.checks if one.fault] == [
        "Not one event about a hold is left."
    ]


@pytest.mark.parametrize("kind", ["hold", "order", "flag"])
def test_that_the_row_of_something_is_gone_and_its_events_are_left_is_found(
    committed_cast: Cast, admin: psycopg.Connection, kind: str
) -> None:
    cast = committed_cast
    seizure, (barrel, _) = catch(cast, 2)
    do(cast.officer, Report(exhibit=barrel.label, what="mass", details="It drips"))
    do(cast.prosecutor, given(seizure))
    do(cast.prosecutor, PlaceHold(exhibits=(barrel.label,), reason="Heard"))
    # neither is told of by a unit any more
    do(cast.prosecutor, RevokeOrder(number="D-1", reason="Appeal"))
    do(cast.prosecutor, LiftHold(hold=Hold.objects.get().id, reason="Heard again"))
    assert verify_seizure(seizure, list(seizure.exhibits.all())).holds
    admin.execute("SET session_replication_role = replica")
    admin.execute(f"DELETE FROM custody_{kind}")  # type: ignore[call-overload]
    seizure.refresh_from_db()
    verdict = verify_seizure(seizure, list(seizure.exhibits.all()))
    (fault,) = [one.fault for one in verdict.checks if one.fault]
    assert f"the row of a{'n' * (kind == 'order')} {kind} is gone" in fault


def test_a_unit_whose_row_is_gone_is_missed(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    seizure, units = catch(committed_cast, 2)
    admin.execute("SET session_replication_role = replica")
    admin.execute("DELETE FROM custody_exhibit WHERE id = %s", [units[0].id])
    verdict = verify_seizure(seizure, units)
    assert {one.what for one in verdict.checks if one.fault} == {What.STATE}


def test_that_the_last_event_of_a_container_is_gone_is_found_by_what_is_in_it(
    committed_cast: Cast, admin: psycopg.Connection
) -> None:
    _, units = catch(committed_cast, 2)
    pallet = pack(committed_cast, *units)
    send(committed_cast, pallet)
    receive(committed_cast, pallet)
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")
    deleted(admin, Entry.objects.get(kind="exhibit.received").seq)
    assert faults(units[0]) == {What.STATE: Entry.objects.get(kind="exhibit.dispatched").seq}


def test_a_seizure_of_many_units_takes_as_many_statements_as_one_of_few(
    committed_cast: Cast, django_assert_num_queries: Callable[..., object], signing: Signing
) -> None:
    cast = committed_cast
    seizures = [catch(cast, count) for count in (1, 20)]
    for _, units in seizures:
        for unit in units:
            do(cast.officer, Report(exhibit=unit.label, what="mass", details="It drips"))
            do(cast.prosecutor, PlaceHold(exhibits=(unit.label,), reason="Heard"))
    signing.round()
    for seizure, _ in seizures:
        seizure.refresh_from_db()
        units = list(seizure.exhibits.all())
        with django_assert_num_queries(15):
            assert verify_seizure(seizure, units).holds


def test_an_outsider_verifies_nothing(committed_cast: Cast, browse: Browser) -> None:
    seizure, (barrel,) = catch(committed_cast)
    outsider = browse(committed_cast.outsider)
    for address in (
        f"/exhibits/{barrel.label}/verification/",
        f"/seizures/{seizure.reference}/verification/",
    ):
        assert outsider.get(address).status_code == 404
