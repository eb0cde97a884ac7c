"""Reading a seizure's mass account from its events: corrections count, rows are not asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from custody.audit.account import ZERO, Account, Line, Passage
from custody.audit.books import DryingOf, account
from custody.kit.clock import start_of_day
from custody.ledger.models import Entry
from custody.ledger.queries import sound_event
from custody.seizures.mass_rules import in_force
from custody.seizures.models import Exhibit, MassRules, Seizure
from custody.seizures.projection import steps
from custody.seizures.reach import WAYS, Reach
from custody.seizures.states import ExhibitState


def account_of(seizure: Seizure) -> Account:
    """The account of a whole seizure, in three queries; whoever gets it has to see the seizure as a whole."""
    exhibits = Exhibit.objects.filter(seizure=seizure).values_list("pk", flat=True)
    return account(passages_of(list(exhibits)), expected_drying())


def passages_of(exhibits: Collection[UUID]) -> Iterator[Passage]:
    """The events of these exhibits that count, with the states around each; by exhibit.

    Raises:
        LedgerFault: the bytes of an event are not those that were recorded.
    """
    entries = (
        Entry.objects.filter(subject_type="exhibit", subject_id__in=[str(one) for one in exhibits])
        .order_by("subject_id", "seq")
        .only("seq", "subject_type", "subject_id", "body", "leaf")
    )
    for _, own in groupby(entries, key=lambda one: one.subject_id):
        told = [(one.seq, sound_event(one)) for one in own]
        numbers = {event.id: seq for seq, event in told}
        for before, event, after in steps([event for _, event in told]):
            yield Passage(numbers[event.id], before, event, after)


def expected_drying() -> DryingOf:
    """What may dry away by the rules that were in force at the later reading."""
    adopted = [row.rules for row in MassRules.objects.all()]

    def drying(state: ExhibitState, grams: Decimal, since: datetime, until: datetime) -> Decimal:
        rules = in_force(adopted, until)
        rule = rules and rules.drying_of(state.substance)
        if not rule:
            return ZERO
        return rule.loss(grams, intercepted_at=state.intercepted_at, since=since, until=until)

    return drying


def lines_shown(found: Account, reached: Mapping[UUID, Reach]) -> Sequence[Line]:
    """The lines as a reader gets them: what tells of a transport to somebody who is shown none bears the day alone."""
    return [_shown(one, reached[one.exhibit]) for one in found.lines]


def _shown(line: Line, reach: Reach) -> Line:
    if not reach.masked:
        return line
    told = replace(line, holders=(), custodians=(), places=())
    if line.kind not in WAYS:
        return told
    return replace(told, at=start_of_day(line.at), place=None)
