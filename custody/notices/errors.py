"""What is wrong with routes, mailboxes and webhooks."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class AddressUnusable(CustodyError):
    """This is no address to post to: {why}."""

    code = "address_unusable"


class NoSuchMailbox(CustodyError):
    """There is no mailbox {mailbox}: adopt it first."""

    code = "no_such_mailbox"


class MailboxOfNobody(CustodyError):
    """A mailbox belongs to an officer or to a unit, and {code} names neither, or both."""

    code = "mailbox_of_nobody"


class NoMailAddress(CustodyError):
    """This is no mail address."""

    code = "no_mail_address"


class UnknownWebhook(CustodyError):
    """There is no webhook {webhook} of your agency."""

    code = "unknown_webhook"
    category = "not_found"


class UnknownDelivery(CustodyError):
    """There is no delivery {delivery} to this webhook."""

    code = "unknown_delivery"
    category = "not_found"


class WebhookDisabled(CustodyError):
    """The webhook is out of service: make a new one."""

    code = "webhook_disabled"
    category = "conflict"


class NotOfYourAgency(CustodyError):
    """{badge} is not of your agency, or out of service."""

    code = "not_of_your_agency"


class Undelivered(CustodyError):
    """It did not arrive: {why}."""

    code = "undelivered"
    category = "unavailable"
