"""Attacks by whoever can switch triggers off, each with the controls that find it and no others.

The record is signed twice, with acts before and after the first time; the victim lies between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psycopg

from custody.audit import replay
from custody.kit.roles import MIGRATOR, OWNER
from custody.ledger.models import Entry
from tests.cast import Cast, catch
from tests.ledger import forging
from tests.ledger.forging import forget_signed, rewrite, triggers_off
from tests.ledger.signers import as_login
from tests.ledger.watchers import GUARD, MEMORY, VERIFY, WITNESS, Watchers


@dataclass
class Scene:
    """A record that is signed and watched, and somebody inside of its database."""

    watchers: Watchers
    attacker: psycopg.Connection
    cast: Cast
    signed_first: int = field(init=False)
    victim: int = field(init=False)

    def play(self) -> None:
        """Acts, a signature, acts, a signature: all is well."""
        catch(self.cast)
        self.watchers.sign()
        self.signed_first = Entry.objects.count()
        catch(self.cast, 2)
        self.watchers.sign()
        assert self.watchers.find() == {}
        caught = Entry.objects.filter(kind="exhibit.intercepted", seq__gte=self.signed_first)
        self.victim = caught.earliest("seq").seq

    def fit_rows(self) -> None:
        """Make every row anew from the events that there are now, so that nothing disagrees with them."""
        signing = self.watchers.signing
        with as_login(signing.server, signing.database, MIGRATOR, assume_role=OWNER):
            replay.rebuild()


def lighter(told: dict[str, object]) -> dict[str, object]:
    """A kilogram is gone."""
    payload = told["payload"]
    assert isinstance(payload, dict)
    return told | {"payload": payload | {"gross_grams": "24000.000"}}


def another_purpose(told: dict[str, object]) -> dict[str, object]:
    payload = told["payload"]
    assert isinstance(payload, dict)
    return told | {"payload": payload | {"purpose": "demonstration"}}


def one_byte(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        forging.one_byte(scene.attacker, scene.victim)


def rewrite_links(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        rewrite(scene.attacker, scene.victim, lighter)
    scene.fit_rows()


def rewrite_all(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        rewrite(scene.attacker, scene.victim, lighter)
        forget_signed(scene.attacker, scene.signed_first)
    scene.fit_rows()


def cut_tail(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        forging.cut(scene.attacker, scene.signed_first)


def cut_tail_whole(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        forging.cut(scene.attacker, scene.signed_first)
        forget_signed(scene.attacker, scene.signed_first)
    scene.fit_rows()


def insert_in_the_middle(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        forging.insert(scene.attacker, scene.victim)


def insert_whole(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        forging.insert(scene.attacker, scene.victim)
        forget_signed(scene.attacker, scene.signed_first)


def pass_for_a_demonstration(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        rewrite(scene.attacker, 0, another_purpose)
        forget_signed(scene.attacker, 0)
    scene.fit_rows()


def leave_triggers_off(scene: Scene) -> None:
    scene.attacker.execute("ALTER TABLE custody_entry DISABLE TRIGGER USER")


def triggers_off_and_on(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        pass


def let_replicas_pass(scene: Scene) -> None:
    scene.attacker.execute("ALTER TABLE custody_entry ENABLE TRIGGER entry_append_only")


_FORGING_APPEND = """
CREATE OR REPLACE FUNCTION public.ledger_append(bodies bytea[], simulated_at text DEFAULT NULL)
RETURNS TABLE (seq bigint, recorded_at timestamptz) LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT number, clock_timestamp() FROM unnest(bodies) WITH ORDINALITY AS told (body, number)
$$
"""


def replace_append(scene: Scene) -> None:
    scene.attacker.execute(_FORGING_APPEND)


def replace_append_for_a_while(scene: Scene) -> None:
    """Nothing that was recorded meanwhile is in the ledger: the rows tell it."""
    (before,) = scene.attacker.execute(
        "SELECT pg_get_functiondef('ledger_append'::regproc)"
    ).fetchone() or ("",)
    scene.attacker.execute(_FORGING_APPEND)
    catch(scene.cast)
    scene.attacker.execute(before)


def give_the_app_insert(scene: Scene) -> None:
    scene.attacker.execute("GRANT INSERT ON custody_entry TO custody_app")


def take_the_ledger(scene: Scene) -> None:
    scene.attacker.execute("ALTER TABLE custody_entry RENAME TO custody_entry_old")
    scene.attacker.execute(
        "CREATE TABLE custody_entry AS SELECT * FROM custody_entry_old WHERE kind <> 'hold.placed'"
    )
    scene.attacker.execute("GRANT SELECT ON custody_entry TO custody_app, custody_signer")


def forget_checkpoints(scene: Scene) -> None:
    with triggers_off(scene.attacker):
        forget_signed(scene.attacker, 0)


#: What is done, and who finds it. Whoever cannot name the control has not understood the attack.
ATTACKS: Mapping[Callable[[Scene], None], set[str]] = {
    one_byte: {VERIFY},
    rewrite_links: {VERIFY, MEMORY},
    rewrite_all: {MEMORY, WITNESS},
    cut_tail: {VERIFY, MEMORY},
    cut_tail_whole: {MEMORY, WITNESS},
    insert_in_the_middle: {VERIFY, MEMORY},
    insert_whole: {MEMORY, WITNESS},
    pass_for_a_demonstration: {MEMORY, WITNESS},
    forget_checkpoints: set(),  # the signer says it again, and it is the same
    leave_triggers_off: {GUARD},
    triggers_off_and_on: set(),  # nothing was changed, and nothing is found
    let_replicas_pass: {GUARD},
    replace_append: {GUARD},
    replace_append_for_a_while: {VERIFY},
    give_the_app_insert: {GUARD},
    take_the_ledger: {GUARD},
}
#: Those that only a witness is left to find once the signer's key is stolen too.
BY_THE_WITNESS_ALONE = (rewrite_all, cut_tail_whole, insert_whole, pass_for_a_demonstration)
