"""Finding protocols and lots for a run."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from custody.kit.errors import CustodyError
from custody.neutralising.models import Protocol, ReagentLot
from custody.people.models import Officer


class UnknownProtocol(CustodyError):
    """{protocol} is not a protocol on record."""

    code = "unknown_protocol"
    category = "not_found"


class ProtocolSuperseded(CustodyError):
    """{protocol} was superseded by {newer}, which was adopted before this run began."""

    code = "protocol_superseded"
    category = "conflict"


class UnknownLot(CustodyError):
    """{lot} is not a lot in a stock that you may see."""

    code = "unknown_lot"
    category = "not_found"


def protocol_for(actor: Officer, key: str, started_at: datetime) -> Protocol:
    """The protocol under this key, if no later version of it was adopted when the run began.

    Raises:
        UnknownProtocol, ProtocolSuperseded: it cannot be followed.
    """
    found = Protocol.objects.visible_to(actor).filter(pk=key).first()
    if found is None:
        raise UnknownProtocol(field="protocol", protocol=key)
    newer = (
        Protocol.objects.filter(
            code=found.code, number__gt=found.number, adopted_at__lte=started_at
        )
        .order_by("-number")
        .first()
    )
    if newer:
        raise ProtocolSuperseded(field="protocol", protocol=key, newer=newer.key, legal=[newer.key])
    return found


def lock_lots(actor: Officer, codes: Collection[str]) -> dict[str, ReagentLot]:
    """Lock these lots, in the order of their codes, so that two runs never take the same gram.

    Whoever locks takes exhibits first, then lots, then clocks and flags, then the ledger.

    Raises:
        UnknownLot: the actor may see no such lot.
    """
    seen = ReagentLot.objects.visible_to(actor).filter(pk__in=codes).values("pk")
    found = {
        row.code: row
        for row in ReagentLot.objects.filter(pk__in=seen).order_by("code").select_for_update()
    }
    for code in codes:
        if code not in found:
            raise UnknownLot(field="units", lot=code)
    return found
