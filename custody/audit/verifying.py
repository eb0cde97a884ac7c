"""The full verification of every night, by one at a time, and its result on record."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from custody.audit import replay
from custody.kit import clock
from custody.kit.errors import CustodyError
from custody.ledger.append import append
from custody.ledger.events import SYSTEM, Json
from custody.ledger.guard import guard_faults
from custody.ledger.models import Entry, VerificationRound
from custody.ledger.origins import event_of_the_ledger
from custody.ledger.queries import purpose
from custody.ledger.verify import verify
from custody.reading.digests import verify_reads

logger = logging.getLogger("custody.verification")

VERIFIED, FAULT_FOUND = "ledger.verified", "ledger.fault_found"
#: A night may be missed while the house is rebuilt; two are somebody's business.
LATE_AFTER = timedelta(hours=50)
_LOCK = 0x76657269


@dataclass(frozen=True)
class Found:
    """What a verification found.

    Attributes:
        kind: of the event that says it.
        told: its payload.
    """

    kind: str
    told: Mapping[str, Json]


def verify_everything() -> Found | None:
    """Check all that ``verify_ledger`` checks and the database's guard, and record the result; None if another is at it.

    A fault is an event too where the ledger can still be written; the log and the health page tell it in any case.
    """
    with _alone() as alone:
        if not alone:
            logger.info("another verification is running")
            return None
        begun = monotonic()
        found = _checked()
        found = Found(
            found.kind, {**found.told, "milliseconds": round((monotonic() - begun) * 1000)}
        )
        fault = found.told if found.kind == FAULT_FOUND else None
        if fault:
            logger.critical("the ledger does not hold", extra={"fault": dict(fault)})
        VerificationRound.objects.update_or_create(
            one=True, defaults={"ended_at": clock.now(), "fault": fault}
        )
        _record(found)
        return found


def _checked() -> Found:
    guard = guard_faults()
    try:
        report = verify()
        checked = {"events": report.events, "subjects": replay.compare(), "minutes": verify_reads()}
    except (OperationalError, InterfaceError):
        # The house is at fault, not the record.
        raise
    except CustodyError as error:
        seq, field = error.params.get("seq"), error.params.get("name")
        return _fault(error.code, guard, seq=seq, field=field)
    except Exception as error:
        # A record that agrees with itself can still be one that no code of ours would have written.
        logger.exception("the ledger cannot be verified")
        return _fault("not_verifiable", guard, error=type(error).__name__)
    if guard:
        return _fault("guard", guard)
    return Found(VERIFIED, {"size": report.events, "root": report.root, "checked": checked})


def _fault(code: str, guard: list[str], **more: object) -> Found:
    told = {
        name: value if isinstance(value, int | None) else str(value) for name, value in more.items()
    }
    return Found(FAULT_FOUND, {"code": code, "guard": guard, **told})


def _record(found: Found) -> None:
    try:
        with transaction.atomic():
            append([event_of_the_ledger(found.kind, found.told, actor=SYSTEM)])
    except (CustodyError, DatabaseError):
        if found.kind == VERIFIED:
            raise
        logger.exception("the fault could not be recorded")


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else verifies while the block runs; statements may take longer than those of people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        alone: bool = cursor.fetchone()[0]
    if not alone:
        yield False
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '15min'")
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@dataclass(frozen=True)
class State:
    """How the last full verification ended.

    Attributes:
        status: ``ok``, ``never``, or what is wrong, in a word.
        age_seconds: since it ended; None while there was none.
        fault: what it found, by code, seq and field.
    """

    status: str
    age_seconds: float | None
    fault: Mapping[str, Json] | None

    @property
    def well(self) -> bool:
        return self.status in {"ok", "never"}


def state() -> State:
    """How the last full verification ended; a ledger in production is verified every night."""
    last, now = VerificationRound.objects.first(), clock.now()
    opened = Entry.objects.filter(seq=0).values_list("recorded_at", flat=True).first()
    since = last.ended_at if last else opened
    if last and last.fault:
        status = "fault found"
    elif since and now - since > LATE_AFTER and purpose() == "production":
        status = "late"
    else:
        status = "ok" if last else "never"
    age = round((now - last.ended_at).total_seconds(), 1) if last else None
    return State(status=status, age_seconds=age, fault=last.fault if last else None)
