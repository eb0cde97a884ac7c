"""A system hears of the flags that its service officer may see, in two public standards."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from django.core import mail
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from custody.audit import replay as rows
from custody.deadlines.models import Flag
from custody.deadlines.services import acknowledge
from custody.deadlines.sweeping import sweep
from custody.kit import clock
from custody.ledger.events import SYSTEM
from custody.ledger.models import Entry
from custody.notices import webhooks
from custody.notices.errors import NotOfYourAgency, UnknownWebhook, WebhookDisabled
from custody.notices.following import follow
from custody.notices.models import Notice, Webhook, WebhookSecret
from custody.notices.telling import tell
from custody.people.models import Officer
from custody.people.rights import RightMissing, Role
from custody.people.services import enrol
from tests.cast import Cast, catch
from tests.deadlines.scenes import send
from tests.notices.receivers import Receiver, answering, receiving, thanks
from tests.notices.scenes import flag_ids, late_barrels, mailbox, states, webhook

pytestmark = pytest.mark.django_db


def types(receiver: Receiver) -> list[str]:
    return [json.loads(one.body)["type"] for one in receiver.got]


def test_each_event_about_a_flag_arrives_once_and_verifies(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        _, secret = webhook(cast, receiver.url)
        late_barrels(cast)
        assert tell() == 2
        due = Flag.objects.get(level="due")
        acknowledge(cast.supervisor, due.pk, "The plant is told.")
        assert tell() == 1
        assert tell() == 0
    assert types(receiver) == ["custody.flag.raised"] * 2 + ["custody.flag.acknowledged"]
    for one in receiver.got:
        assert one.line == "POST /flags?of=custody HTTP/1.1"
        told = Verifier(secret).verify(one.body, one.headers)
        entry = Entry.objects.get(event_id=told["id"])
        assert (told["data"]["seq"], told["subject"]) == (entry.seq, entry.subject_id)
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 3


def test_one_changed_byte_does_not_verify(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        _, secret = webhook(cast, receiver.url)
        late_barrels(cast)
        tell()
    one = receiver.got[0]
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(
            one.body.replace(b"due", b"odd").replace(b"soon", b"late"), one.headers
        )


def test_the_body_is_a_cloud_event(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        webhook(cast, receiver.url)
        late_barrels(cast)
        tell()
    for one in receiver.got:
        assert one.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        event = from_structured_event(HTTPMessage(dict(one.headers), one.body), JSONFormat())
        assert event.get_type() == "custody.flag.raised"
        assert event.get_subject() in flag_ids()
        assert event.get_specversion() == "1.0"


def test_it_names_the_flag_and_nothing_of_the_exhibit(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        webhook(cast, receiver.url)
        (barrel,) = late_barrels(cast)
        tell()
    sent = b"".join(one.body for one in receiver.got).decode()
    told = json.loads(receiver.got[0].body)
    assert told["data"].keys() == {"flag", "level", "seq", "link"}
    for secret in (barrel.label, barrel.seizure.reference, "QUAY", "CUSTOMS", "officer", "cocaine"):
        assert secret not in sent


def test_a_clock_of_a_transport_is_told_by_its_day_to_who_sees_transports_so(cast: Cast) -> None:
    with receiving(thanks) as masked, receiving(thanks) as whole:
        webhook(cast, masked.url)
        # it is on its way to the keeper
        webhook(cast, whole.url, officer="keeper")
        with clock.simulated(clock.now() - timedelta(minutes=125)):
            _, (barrel,) = catch(cast, lane="standard")
            send(cast, barrel)
        sweep()
        tell()
    assert Flag.objects.get(level="due").clock_name == "transit"
    for receiver, told in ((masked, True), (whole, False)):
        times = [json.loads(one.body)["time"] for one in receiver.got]
        assert len(times) == 2
        assert all(one.endswith("T00:00:00.000000Z") is told for one in times)


def test_a_system_hears_only_what_its_service_officer_may_see(cast: Cast) -> None:
    with receiving(thanks) as ours, receiving(thanks) as theirs:
        webhook(cast, ours.url)
        webhooks.make_webhook(cast.far_supervisor, url=theirs.url, officer="outsider")
        late_barrels(cast)
        tell()
    assert len(ours.got) == 2
    assert theirs.got == []


def test_who_went_out_of_service_hears_nothing_more(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        webhook(cast, receiver.url)
        late_barrels(cast)
        follow()
        Officer.objects.filter(pk="auditor").update(is_active=False)
        assert tell() == 0
        assert states() == ["withdrawn", "withdrawn"]
        late_barrels(cast)
        tell()
    assert receiver.got == []


def test_while_a_secret_is_replaced_both_sign(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        made, old = webhook(cast, receiver.url)
        _, new = webhooks.rotate(cast.supervisor, made.code)
        late_barrels(cast)
        tell()
        for secret in (old, new):
            Verifier(secret).verify(receiver.got[0].body, receiver.got[0].headers)
        assert receiver.got[0].headers["webhook-signature"].count("v1,") == 2
        WebhookSecret.objects.filter(until__isnull=False).update(until=clock.now() - timedelta(1))
        late_barrels(cast)
        tell()
        last = receiver.got[-1]
        Verifier(new).verify(last.body, last.headers)
        with pytest.raises(WebhookVerificationError):
            Verifier(old).verify(last.body, last.headers)


def test_secrets_are_kept_encrypted_and_recorded_by_their_fingerprint(cast: Cast) -> None:
    made, secret = webhook(cast, "http://127.0.0.1:9/")
    sealed = WebhookSecret.objects.get().sealed
    assert secret not in sealed
    body = bytes(Entry.objects.get(kind="webhook.adopted").body).decode()
    assert made.secret_fingerprint in body
    assert secret not in body
    assert "127.0.0.1" not in body


def test_each_change_is_an_event_and_the_rows_are_what_the_events_say(cast: Cast) -> None:
    made, _ = webhook(cast, "http://127.0.0.1:9/")
    webhooks.rotate(cast.supervisor, made.code)
    webhooks.disable(cast.supervisor, made.code)
    told = Entry.objects.filter(subject_type="webhook").order_by("seq")
    assert [(one.kind, one.actor) for one in told] == [("webhook.adopted", "supervisor")] * 3
    assert not Webhook.objects.get().is_active
    rows.compare()


def test_what_waits_for_a_webhook_that_is_ended_is_withdrawn(cast: Cast) -> None:
    made, _ = webhook(cast, "http://127.0.0.1:9/")
    late_barrels(cast)
    follow()
    webhooks.disable(cast.supervisor, made.code)
    assert states() == ["withdrawn", "withdrawn"]
    assert not WebhookSecret.objects.exists()
    for refused in (webhooks.rotate, webhooks.disable, webhooks.replay):
        with pytest.raises(WebhookDisabled):
            refused(cast.supervisor, made.code)


def test_only_supervisors_of_the_agency_look_after_it(cast: Cast) -> None:
    made, _ = webhook(cast, "http://127.0.0.1:9/")
    for badge in ("officer", "auditor", "administrator", "prosecutor"):
        with pytest.raises(RightMissing):
            webhook_by(getattr(cast, badge))
        with pytest.raises(RightMissing):
            webhooks.rotate(getattr(cast, badge), made.code)
    for refused in (webhooks.rotate, webhooks.disable, webhooks.replay):
        with pytest.raises(UnknownWebhook):
            refused(cast.far_supervisor, made.code)
    with pytest.raises(NotOfYourAgency):
        webhooks.make_webhook(cast.supervisor, url="http://127.0.0.1:9/", officer="outsider")


def webhook_by(actor: Officer) -> None:
    webhooks.make_webhook(actor, url="http://127.0.0.1:9/", officer="auditor")


def test_what_was_told_can_be_told_again_under_the_same_id(cast: Cast) -> None:
    with receiving(thanks) as receiver:
        made, _ = webhook(cast, receiver.url)
        late_barrels(cast)
        tell()
        last = Notice.objects.latest("seq")
        assert webhooks.replay(cast.supervisor, made.code, only=last.pk) == 1
        assert tell() == 1
        assert webhooks.replay(cast.supervisor, made.code, after_seq=last.seq - 1) == 1
        assert webhooks.replay(cast.supervisor, made.code) == 2
        assert tell() == 2
    named = [one.headers["webhook-id"] for one in receiver.got]
    assert len(named) == 5
    assert len(set(named)) == 2


def test_who_lost_sight_of_a_flag_is_not_told_of_it_however_long_it_waited(cast: Cast) -> None:
    with receiving(answering(500)) as receiver:
        hook, _ = webhook(cast, receiver.url)
        mailbox(cast, digest_at="06:00")
        late_barrels(cast, minutes=95)
        assert tell() == 0
        for badge in ("auditor", "supervisor"):
            enrol(
                badge=badge,
                name=badge,
                unit="CUSTOMS/QUAY",
                roles=[Role.STATISTICIAN],
                actor=SYSTEM,
            )
        receiver.manner = thanks
        webhooks.replay(cast.second_supervisor, UUID(hook.code))
        with clock.simulated(clock.now() + timedelta(days=1)):
            assert tell() == 0
    assert len(receiver.got) == 1
    assert not mail.outbox
    assert set(states()) == {"withdrawn"}
