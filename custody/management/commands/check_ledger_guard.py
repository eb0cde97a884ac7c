"""``manage.py check_ledger_guard``: does everything still stand guard over the record?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from custody.audit import verifying
from custody.kit import clock
from custody.ledger import checkpoints, timestamps
from custody.ledger.guard import guard_faults


class Command(BaseCommand):
    """The same as the health page, for who has no page: every fault, a line each."""

    help = (
        "Check that triggers, grants, owners, functions and roles are those of this release, that the signer signs, that no"
        " witness disagrees, that the last full verification held and that no timestamp is owed for long. Exit status 0 when"
        " all is well, 1 with every fault otherwise."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(_faults())
        if faults:
            raise CommandError("\n".join(faults), returncode=1)
        self.stdout.write("The guard stands, the signer signs, no witness disagrees.")


def _faults() -> Iterator[str]:
    yield from guard_faults()
    signer = checkpoints.state(timedelta(seconds=settings.CHECKPOINT_SECONDS))
    if signer.refusal:
        yield signer.refusal
    elif signer.status not in {"ok", "a witness disagrees"}:
        yield f"checkpoints: {signer.status}, {signer.behind} events behind"
    if signer.disagreements:
        yield f"a witness could not reconcile what this log signed, {signer.disagreements} times"
    verification = verifying.state()
    if not verification.well:
        yield f"full verification: {verification.status} {dict(verification.fault or {})}"
    for name, since in timestamps.late().items():
        yield f"{name} owes timestamps since {clock.to_text(since)}"
