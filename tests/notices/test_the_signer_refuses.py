"""A tree that the signer refuses is told to every supervisor's mailbox, and told again until it signs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core import mail

from custody.kit import clock
from custody.ledger.models import SignerRound
from custody.ledger.signing import SignerRefuses
from custody.notices.alarms import sound
from custody.notices.models import SignerAlarm
from tests.cast import Cast, catch
from tests.ledger.signers import Signing
from tests.notices.scenes import mailbox, unit_mailbox

SUPERVISORS = ("supervisor", "second_supervisor", "far_supervisor")


def written_to() -> list[str]:
    return sorted(one.partition("@")[0] for letter in mail.outbox for one in letter.to)


@pytest.fixture
def refusing(committed_cast: Cast, signing: Signing, admin: psycopg.Connection) -> Signing:
    """A signer whose tree lost its end after it was signed, and mailboxes of all sorts."""
    for badge in (*SUPERVISORS, "officer", "administrator"):
        mailbox(committed_cast, badge)
    unit_mailbox("CUSTOMS/QUAY")
    catch(committed_cast)
    signing.round()
    assert sound() == 0
    (size,) = admin.execute("SELECT count(*) FROM custody_entry").fetchone() or (0,)
    admin.execute("ALTER TABLE custody_entry DISABLE TRIGGER entry_append_only")
    admin.execute("CREATE TABLE cut AS SELECT * FROM custody_entry WHERE seq >= %s" % (size - 1))
    admin.execute("DELETE FROM custody_entry WHERE seq >= %s", [size - 1])
    with pytest.raises(SignerRefuses):
        signing.round()
    return signing


def mend(admin: psycopg.Connection) -> None:
    admin.execute("INSERT INTO custody_entry SELECT * FROM cut")


def test_every_supervisor_hears_of_it_once_and_nobody_else(refusing: Signing) -> None:
    assert sound() == 3
    assert sound() == 0, "each was told"
    assert written_to() == sorted(SUPERVISORS)
    assert mail.outbox[0].subject == "The signer refuses to sign the record"


def test_the_mail_says_nothing_of_the_record(refusing: Signing) -> None:
    sound()
    reason = SignerRound.objects.get().refusal
    assert reason
    for letter in mail.outbox:
        assert reason not in letter.body
        assert str(refusing.signer.memory.path) not in letter.body


def test_it_is_told_again_until_the_signer_signs(
    refusing: Signing, admin: psycopg.Connection
) -> None:
    now = clock.now()
    sound()
    for hours in (1, 2):
        with pytest.raises(SignerRefuses):
            refusing.round()
        with clock.simulated(now + timedelta(hours=hours, minutes=hours)):
            assert sound() == 3
    assert ", told again" in mail.outbox[-1].body
    mend(admin)
    refusing.round()
    with clock.simulated(now + timedelta(hours=9)):
        assert sound() == 0


def test_the_next_refusal_is_told_at_once(refusing: Signing, admin: psycopg.Connection) -> None:
    sound()
    mend(admin)
    refusing.round()
    sound()
    refusing.signer.memory.path.unlink()
    with pytest.raises(SignerRefuses):
        refusing.round()
    assert sound() == 3
    assert ", told again" not in mail.outbox[-1].body


def test_quiet_hours_hold_nothing_back(refusing: Signing, committed_cast: Cast) -> None:
    mailbox(committed_cast, quiet={"from": "00:00", "until": "23:59"}, digest_at="06:00")
    assert sound() == 3


def test_a_mail_server_that_is_away_is_tried_again(
    refusing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OSError

    now = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", away)
        assert sound() == 0
        assert sound() == 0, "not at once"
    assert set(SignerAlarm.objects.values_list("fault", flat=True)) == {"mail: OSError"}
    with clock.simulated(now + timedelta(minutes=1)):
        assert sound() == 3


def test_who_is_no_supervisor_any_more_is_not_told(
    refusing: Signing, admin: psycopg.Connection
) -> None:
    sound()
    admin.execute("UPDATE custody_officer SET is_active = false WHERE badge = 'far_supervisor'")
    with clock.simulated(clock.now() + timedelta(minutes=61)):
        assert sound() == 2
