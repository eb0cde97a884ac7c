"""Who opened a form, and how far the ledger had come then: signed into the form, and read when it comes back.

How far is sealed: it would measure how busy the stores are for somebody who is shown nothing of the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from custody.kit.sealing import SecretUnreadable, open_secret, seal_secret
from custody.ledger.queries import last_seq
from custody.people.models import Officer

#: A form is filled in within a shift, or opened anew.
LONGEST = timedelta(hours=24)
_SALT = "custody.opened"


@dataclass(frozen=True)
class Opened:
    """What a form remembers of its opening.

    Attributes:
        badge: who opened it: nobody else sends it, and nobody else is shown what it says.
        seq: the last event of the ledger then.
    """

    badge: str
    seq: int


def stamp(officer: Officer) -> str:
    """What a form opened now by this officer carries."""
    newest = last_seq()
    seq = seal_secret(str(-1 if newest is None else newest), "opened forms")
    return signing.dumps([officer.badge, seq], salt=_SALT)


def read(text: str) -> Opened | None:
    """What a form carried; None if it carried nothing of ours, or too long ago."""
    try:
        badge, seq = signing.loads(text, salt=_SALT, max_age=LONGEST)
        return Opened(badge, int(open_secret(seq, "opened forms")))
    except (signing.BadSignature, SecretUnreadable):
        return None
