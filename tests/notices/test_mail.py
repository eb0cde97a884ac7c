"""Who is written to about a flag, when, and until when; and how little a mail says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation
from django.utils.translation import gettext as _

from custody.audit import replay
from custody.deadlines.flanders import flanders_2024
from custody.deadlines.models import Flag
from custody.deadlines.services import acknowledge, adopt_policy
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.notices.addresses import adopt_mailbox, adopt_route
from custody.notices.errors import MailboxOfNobody, NoMailAddress, NoSuchMailbox
from custody.notices.following import follow
from custody.notices.models import Notice
from custody.notices.rules import NotAnHour
from custody.notices.telling import tell
from custody.people.models import Officer
from tests.cast import Cast, catch
from tests.deadlines.scenes import receive, send, store
from tests.notices.scenes import late_barrels, mailbox, states, unit_mailbox

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def written_to() -> list[str]:
    return sorted({one for letter in mail.outbox for one in letter.to})


def test_supervisors_of_who_has_it_and_the_unit_itself_hear(cast: Cast) -> None:
    for badge in ("supervisor", "second_supervisor", "officer", "far_supervisor", "administrator"):
        mailbox(cast, badge)
    unit_mailbox("CUSTOMS/QUAY")
    unit_mailbox("CUSTOMS/STORE")
    late_barrels(cast)
    tell()
    assert written_to() == [
        "customs.quay@customs.example",
        "second_supervisor@customs.example",
        "supervisor@customs.example",
    ]


def test_a_mail_says_level_and_link_and_nothing_of_the_exhibit(cast: Cast) -> None:
    mailbox(cast)
    (barrel,) = late_barrels(cast)
    tell()
    (letter,) = mail.outbox
    due, soon = (Flag.objects.get(level=level) for level in ("due", "soon"))
    assert letter.subject == "Flags: 1 due, 1 due soon"
    assert letter.body.splitlines()[:2] == [
        f"Due: http://127.0.0.1:8000/flags/{due.pk}/",
        f"Due soon: http://127.0.0.1:8000/flags/{soon.pk}/",
    ]
    sent = letter.message().as_string()
    for secret in (barrel.label, barrel.seizure.reference, "QUAY", "CUSTOMS", "cocaine", "Officer"):
        assert secret not in sent


def test_a_mail_speaks_the_language_of_the_house(cast: Cast, settings: Any) -> None:
    settings.HOUSE_LANGUAGE = "nl"
    mailbox(cast)
    late_barrels(cast)
    tell()
    (letter,) = mail.outbox
    due = Flag.objects.get(level="due")
    with translation.override("nl"):
        words = {_("Due"), _("{count} due").format(count=1), _("Flags: {told}").partition(":")[0]}
        until = _("A flag is told again until a supervisor acknowledges it, saying why.")
    assert all(one in letter.subject + letter.body for one in words)
    assert "Flags" not in letter.subject
    assert until in letter.body
    assert f"/flags/{due.pk}/" in letter.body


def test_many_flags_at_once_are_one_mail(cast: Cast) -> None:
    mailbox(cast)
    late_barrels(cast, 30)
    assert tell() == 60
    assert [letter.subject for letter in mail.outbox] == ["Flags: 30 due, 30 due soon"]


def test_quiet_hours_never_silence_an_escalation(cast: Cast) -> None:
    now = clock.now()
    local = [f"{now + step * HOUR:%H:%M}" for step in (0, 4)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DISPLAY_TIME_ZONE", "UTC")
        mailbox(cast, quiet={"from": local[0], "until": local[1]})
        late_barrels(cast, minutes=185)
        tell()
        assert [letter.subject for letter in mail.outbox] == ["Flags: 1 escalated"]
        with clock.simulated(now + 5 * HOUR):
            tell()
    assert "1 due, 1 due soon" in mail.outbox[-1].subject


def test_a_digest_gathers_what_is_no_escalation(cast: Cast) -> None:
    now = clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DISPLAY_TIME_ZONE", "UTC")
        mailbox(cast, digest_at=f"{now + 2 * HOUR:%H:%M}")
        late_barrels(cast)
        late_barrels(cast)
        tell()
        assert mail.outbox == []
        with clock.simulated(now + 2 * HOUR):
            tell()
    assert [letter.subject for letter in mail.outbox] == ["Flags: 2 due, 2 due soon"]


def test_a_flag_is_told_again_until_a_supervisor_acknowledges_it(cast: Cast) -> None:
    mailbox(cast)
    late_barrels(cast, minutes=95)
    tell()
    for times in (1, 2):
        with clock.simulated(clock.now() + times * 61 * timedelta(minutes=1)):
            tell()
    assert [letter.body.count(", told again") for letter in mail.outbox] == [0, 1, 1]
    acknowledge(cast.supervisor, Flag.objects.get().pk, "The plant is told.")
    with clock.simulated(clock.now() + 5 * HOUR):
        tell()
    assert len(mail.outbox) == 3
    assert list(Notice.objects.values_list("round", flat=True).order_by("round")) == [1, 2, 3]


def test_how_often_it_is_told_again_is_for_the_policy_of_its_clock(cast: Cast) -> None:
    with clock.simulated(clock.now() - timedelta(days=1)) as time:
        content = flanders_2024(effective_at=clock.to_text(time.at + timedelta(minutes=3)))
        for one in content["clocks"]:
            one["repeat_seconds"] = 600
        adopt_policy(content, SYSTEM)
    mailbox(cast)
    late_barrels(cast, minutes=95)
    tell()
    for minutes, letters in ((9, 1), (11, 2), (22, 3)):
        with clock.simulated(clock.now() + timedelta(minutes=minutes)):
            tell()
        assert len(mail.outbox) == letters, minutes


def test_each_level_is_told_until_it_is_acknowledged_by_itself(cast: Cast) -> None:
    mailbox(cast)
    late_barrels(cast)
    tell()
    acknowledge(cast.supervisor, Flag.objects.get(level="soon").pk, "It is on its way.")
    with clock.simulated(clock.now() + 2 * HOUR):
        tell()
    assert mail.outbox[-1].subject == "Flags: 1 due"


def test_what_has_ended_before_it_is_told_is_told_to_nobody(cast: Cast) -> None:
    mailbox(cast, digest_at="06:00")
    late_barrels(cast)
    tell()
    for flag in Flag.objects.all():
        acknowledge(cast.supervisor, flag.pk, "Seen on the board.")
    with clock.simulated(clock.now() + 25 * HOUR):
        tell()
    assert mail.outbox == []
    assert states() == ["withdrawn", "withdrawn"]


def test_a_late_carrier_without_supervisors_is_told_to_those_whom_it_concerns(cast: Cast) -> None:
    mailbox(cast)
    mailbox(cast, "far_supervisor")
    with clock.simulated(clock.now() - 3 * HOUR):
        _, units = catch(cast, lane="standard")
        send(cast, *units)
    sweep()
    tell()
    units[0].refresh_from_db()
    assert units[0].custodian_unit == "HAULIER/ROAD"
    assert written_to() == ["supervisor@customs.example"]


def test_a_unit_without_a_supervisor_is_its_agencys_business(cast: Cast) -> None:
    mailbox(cast)
    with clock.simulated(clock.now() - 30 * HOUR):
        _, units = catch(cast)
        send(cast, *units)
        receive(cast, *units)
        store(cast, *units)
    sweep()
    tell()
    assert written_to() == ["supervisor@customs.example"]


def test_a_route_adds_hearers_and_silences_nobody(cast: Cast) -> None:
    mailbox(cast)
    mailbox(cast, "auditor")
    unit_mailbox("CUSTOMS/STORE")
    adopt_route("fast-quay", mailboxes=["auditor"], place="QUAY-A", lane="fast", actor=SYSTEM)
    adopt_route("plants", mailboxes=["CUSTOMS/STORE"], place="PLANT-A", actor=SYSTEM)
    late_barrels(cast)
    tell()
    assert written_to() == ["auditor@customs.example", "supervisor@customs.example"]


def test_a_route_leads_to_nobody_whom_it_does_not_concern(cast: Cast) -> None:
    mailbox(cast, "far_supervisor")
    mailbox(cast, "administrator")
    unit_mailbox("POLICE/FAR")
    everybody = ["far_supervisor", "administrator", "POLICE/FAR"]
    adopt_route("everything", mailboxes=everybody, actor=SYSTEM)
    late_barrels(cast)
    tell()
    assert mail.outbox == []


def test_leavers_get_nothing(cast: Cast) -> None:
    mailbox(cast)
    mailbox(cast, "second_supervisor")
    late_barrels(cast)
    follow()
    Officer.objects.filter(pk="second_supervisor").update(is_active=False)
    tell()
    assert written_to() == ["supervisor@customs.example"]
    assert sorted(states()) == ["told", "told", "withdrawn", "withdrawn"]


def test_addresses_are_committed_to_and_rows_are_what_their_events_say(cast: Cast) -> None:
    mailbox(cast, quiet={"from": "22:00", "until": "06:00"}, digest_at="07:00")
    unit_mailbox("CUSTOMS/STORE", active=False)
    adopt_route("plants", mailboxes=["supervisor"], place="PLANT-A", actor=SYSTEM)
    adopt_route("plants", mailboxes=["CUSTOMS/STORE"], actor=SYSTEM, active=False)
    for entry in Entry.objects.filter(subject_type__in=["mailbox", "route"]):
        assert b"customs.example" not in bytes(entry.body)
    replay.compare()


def test_nonsense_is_refused_with_the_field_named(cast: Cast) -> None:
    for error, field, told in (
        (MailboxOfNobody, "officer", {}),
        (MailboxOfNobody, "officer", {"officer": "supervisor", "unit": "CUSTOMS/QUAY"}),
        (NoMailAddress, "address", {"officer": "supervisor", "address": "nobody"}),
        (NotAnHour, "digest_at", {"officer": "supervisor", "digest_at": "25:00"}),
        (NotAnHour, "until", {"officer": "supervisor", "quiet": {"from": "22:00", "until": "6"}}),
    ):
        with pytest.raises(error) as caught:
            adopt_mailbox(**{"address": "a@customs.example", "actor": SYSTEM, **told})
        assert caught.value.field == field
    with pytest.raises(NoSuchMailbox):
        adopt_route("x", mailboxes=["nobody"], actor=SYSTEM)
    with pytest.raises(ValueError, match="never"):
        adopt_route("x", mailboxes=[], level="never", actor=SYSTEM)
