"""The texts of what describes itself: acts and their fields, errors, events, choices, help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from importlib import import_module
from typing import Any

from django.utils import translation

from custody.attachments import content
from custody.audit import account, drift, fast_lane, names, pictures, timeline
from custody.audit.words import plain
from custody.burning import projection
from custody.deadlines.clocks import Level
from custody.deadlines.models import FlagCause
from custody.deadlines.policies import Pause
from custody.handling import commands, register
from custody.handling.checking import Objection
from custody.handling.models import ProposalState
from custody.inventories.findings import Finding
from custody.inventories.models import Occasion
from custody.inventories.sizes import Method
from custody.kit.errors import CustodyError
from custody.labelling.models import Reason, Sort
from custody.labelling.stocks import STOCKS
from custody.law.jurisdictions import SHIPPED
from custody.law.profiles import MustHold
from custody.notices.models import NoticeState
from custody.people.assigning import Purpose
from custody.people.models import AgencyKind, AssignmentKind
from custody.people.rights import Relation, Role
from custody.places.models import PlaceKind
from custody.planning.explaining import WHY_NOT
from custody.planning.models import State
from custody.reading.models import Action, AlertKind
from custody.seizures.lifecycle import TABLE, AssayState, Confirmers, Form, Lane, Stage
from custody.web import explaining
from custody.web import fast_lane as quarters
from tests.words.code import every_module
from tests.words.message import Message
from tests.words.pages import CUSTODY

FLAGS = ("flag.raised", "flag.acknowledged", "flag.resolved", "flag.annulled")
SESSIONS = (*projection.STATES,)
#: Stored words that pages show as they are, said in the reader's language.
_STORED: tuple[type[Enum], ...] = (
    *(Stage, Form, Lane, AssayState, Confirmers, Role, Relation, PlaceKind, AgencyKind, Purpose),
    *(AssignmentKind, ProposalState, NoticeState, Occasion, Method, Finding, FlagCause, Level),
    *(Action, account.Reason, drift.By, drift.Direction, content.Kind, Objection, Pause, MustHold),
)
_LABELLED = (Reason, Sort, State, AlertKind)


def described() -> Iterator[Message]:
    """Everything that describes itself and that a page shows."""
    for where, texts in (
        ("acts", (one.title for one in register.ACTS.values())),
        ("fields", _fields()),
        ("choices", _words()),
        ("errors", _errors()),
        ("events", _events()),
        ("help", _help()),
        ("reports", _reports()),
    ):
        yield from (Message(text, None, where) for text in dict.fromkeys(texts) if text)


def _fields() -> Iterator[str]:
    for act in register.ACTS.values():
        for one in _rows(act.command):
            yield one.title


def _rows(command: type[Any]) -> Iterator[commands.Description]:
    for _, one in commands.describe(command):
        yield one
        if one.row is not None:
            yield from _rows(one.row)


def _words() -> Iterator[str]:
    with translation.override("en"):
        for act in register.ACTS.values():
            for one in _rows(act.command):
                yield from (plain(option) for option in one.options)
        for kind in _STORED:
            yield from (plain(one.value) for one in kind)
        for labelled in _LABELLED:
            yield from (str(label) for label in labelled.labels)
        yield from (plain(one) for one in (*SESSIONS, *_periods()))
    yield from (one.title for one in STOCKS.values())


def _periods() -> Iterator[str]:
    """The periods of the law that is shipped, by name."""
    for make in SHIPPED.values():
        for deed in make(effective_at="")["deeds"].values():
            yield from (one["name"] for one in deed.get("periods", ()))


def _errors() -> Iterator[str]:
    """Those of the product's own modules, whatever else was imported before."""
    modules = {
        ".".join(("custody", *path.relative_to(CUSTODY).with_suffix("").parts))
        for path in every_module()
    }
    for name in modules:
        import_module(name)
    for one in sorted(_below(CustodyError), key=lambda found: (found.__module__, found.__name__)):
        if one.__module__ in modules and (
            not one.__module__.startswith("custody.kit.") or one.__module__ == "custody.kit.errors"
        ):
            yield one.template()


def _below(kind: type[CustodyError]) -> Iterator[type[CustodyError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _events() -> Iterator[str]:
    with translation.override("en"):
        yield from (timeline.title(kind) for kind in (*TABLE, *timeline.TITLES, *FLAGS))
    yield from names.NAMES.values()


def _help() -> Iterable[str]:
    yield from explaining.CONFIRMATION.values()
    for rules in explaining.RULES.values():
        for text, source in rules:
            yield from (text, source)


def _reports() -> Iterator[str]:
    for term, meaning in fast_lane.DEFINITIONS.items():
        yield from (term, meaning)
    for definition in pictures.DEFINITIONS.values():
        yield from definition.meaning
    yield from (by for by, _ in (*quarters.PARTS, quarters.BY_PLANT))
    yield from WHY_NOT.values()
