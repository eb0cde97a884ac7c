"""What a form knows before anybody types: the units at hand, their seals and masses, the usual place and scale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody.burning.queries import claims
from custody.handling.acts import Act
from custody.handling.commands import Command, Description, Kind, describe
from custody.handling.models import Proposal
from custody.law.models import DestructionOrder
from custody.ledger import events as ledger_events
from custody.ledger.models import Entry
from custody.people.models import Officer
from custody.seizures.lifecycle import TABLE, Confirmers
from custody.seizures.models import Exhibit, Seal
from custody.web.choices import Choices

#: What somebody chose last is most likely what they choose next.
REMEMBERED = (
    "scale",
    "place",
    "vehicle",
    "driver",
    "destination",
    "taker",
    "kiln",
    "location",
    "substance",
    "protocol",
    "seal_class",
    "prosecutor_unit",
)
#: Chosen anew each time, though they may be left out: put there beforehand, they would be told of what they are not.
_AFRESH = frozenset({("amend", "prosecutor_unit")})
#: Chosen from a list that may hold one thing alone.
_CHOSEN = frozenset({Kind.SCALE, Kind.PLACE, Kind.OFFICER, Kind.UNIT, Kind.PROTOCOL})
#: What ends a session is said of one that was looked for, not of the only one there is.
_ENDING = frozenset({"cancel_session", "miss_session"})
_MEMORY = "last-told"
#: Events that hold a reading of the whole unit, most of the time.
_WEIGHED = ("exhibit.intercepted", "exhibit.weighed", "exhibit.packed")

#: Chosen beforehand where there is one alone, though it may be left out.
_EXPECTED = frozenset({("intercept", "prosecutor_unit")})
#: Acts that follow a place the units are bound for, not where the officer usually is.
_BOUND = "receive"


@dataclass(frozen=True)
class Known:
    """What a form knows before anybody types.

    Attributes:
        values: by field.
        again: the fields that hold what the officer chose last time, among other things to choose.
    """

    values: dict[str, Any]
    again: frozenset[str]


def remember(session: MutableMapping[str, Any], act: Act, command: Command) -> None:
    """Keep what was chosen for the next form of this act and, the scale, of any other."""
    memory = dict(session.get(_MEMORY, {}))
    for name in REMEMBERED:
        value = getattr(command, name, None)
        if isinstance(value, str):
            memory[f"{act.name}.{name}"] = value
            if name == "scale":
                memory["scale"] = value
    session[_MEMORY] = memory


def initial(
    officer: Officer,
    act: Act,
    exhibits: Sequence[Exhibit],
    choices: Choices,
    *,
    asked: Mapping[str, str],
    memory: Mapping[str, Any],
) -> Known:
    """What the fields of an act hold at first.

    Args:
        exhibits: the units at hand.
        asked: what the address says: an event, a hold, a seizure, a place, an order's number, a new unit's label.
        memory: the officer's session.
    """
    last = {**_proposed(officer, act), **memory.get(_MEMORY, {})}
    seals = _seals(exhibits)
    found: dict[str, Any] = {}
    again: set[str] = set()
    for name, description in describe(act.command):
        usual = last.get(f"{act.name}.{name}") if _is_remembered(act, name, description) else None
        value: Any = usual
        if description.kind is Kind.LABELS and (
            description.required or (act.name, name) == ("give_order", "exhibits")
        ):
            value = [one.label for one in exhibits]
        elif description.kind is Kind.LABEL and description.required and exhibits:
            value = exhibits[0].label
        elif description.kind is Kind.ROWS and description.row is not None:
            value = _rows(description.row, exhibits, seals, asked)
        elif description.kind is Kind.SEIZURE:
            value = asked.get("seizure") or (exhibits[0].seizure.reference if exhibits else None)
        elif description.kind is Kind.SCALE:
            if description.required:
                value = value or last.get("scale")
            if act.kind == "exhibit.weighed":
                value = value or _scale(exhibits, choices)
        elif description.kind is Kind.PLACE:
            value = (
                asked.get(name)
                or asked.get("place")
                or _place(act, exhibits, officer)
                or _where_they_are(act, exhibits, choices.own(description))
                or value
                # whatever goes somewhere does not go to where it is
                or (None if name == "destination" else choices.own_place(description))
            )
        elif name in {"number", "replaces"} and act.name.endswith("_seal"):
            borne = seals.get(exhibits[0].id, ()) if exhibits else ()
            value = asked.get("seal") or _only(borne)
            if act.name == "apply_seal" or (act.name == "replace_seal" and name == "number"):
                value = None
        elif name == "number" and act.name == "revoke_order":
            value = asked.get("number") or _only(_orders(exhibits))
        elif name == "session":
            value = asked.get(name) or _only(_sessions(officer, exhibits))
        elif name in {"event", "hold", "content", "inventory"}:
            value = asked.get(name) or (_only(_holds(exhibits)) if name == "hold" else None)
        offered = [code for code, _ in choices.of(name, description) or ()]
        expected = description.required or (act.name, name) in _EXPECTED
        chosen = description.kind in _CHOSEN or (name == "session" and act.name not in _ENDING)
        if not value and expected and chosen:
            value = _only(offered)
        if value:
            found[name] = value
        if value and value == usual and len(offered) != 1 and asked.get(name) != value:
            again.add(name)
    return Known(found, frozenset(again))


def _is_remembered(act: Act, name: str, description: Description) -> bool:
    if name not in REMEMBERED or (act.name, name) in _AFRESH:
        return False
    return description.required or name != "seal_class"


def _proposed(officer: Officer, act: Act) -> dict[str, str]:
    """What the officer said when they last proposed this act: it is on record, whatever phone they hold now."""
    if TABLE[act.kind].confirmers is not Confirmers.COUNTERPARTY:
        return {}
    told = (
        Proposal.objects.filter(proposer=officer, act=act.name)
        .order_by("-proposed_at")
        .values_list("command", flat=True)
        .first()
    )
    described = dict(describe(act.command))
    return {
        f"{act.name}.{name}": told[name]
        for name in REMEMBERED
        if told and name in described and described[name].required and told.get(name)
    }


def _scale(exhibits: Sequence[Exhibit], choices: Choices) -> str | None:
    """The scale on which the first unit was weighed last, if it is the officer's own unit's."""
    last = (
        Entry.objects.filter(
            subject_type="exhibit",
            subject_id__in=[str(one.pk) for one in exhibits[:1]],
            kind__in=_WEIGHED,
        )
        .order_by("-seq")
        .first()
    )
    if last is None:
        return None
    payload: Any = ledger_events.read(bytes(last.body)).payload
    code = (payload.get("exhibit", payload).get("reading") or {}).get("scale")
    return code if choices.keeps_scale(code) else None


def _only(values: Sequence[str]) -> str | None:
    return values[0] if len(values) == 1 else None


def _seals(exhibits: Sequence[Exhibit]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for seal in Seal.objects.filter(exhibit__in=exhibits, ended_at__isnull=True).order_by("number"):
        found.setdefault(seal.exhibit_id, []).append(seal.number)
    return found


def _holds(exhibits: Sequence[Exhibit]) -> list[str]:
    return sorted({str(hold) for one in exhibits for hold in one.holds})


def _orders(exhibits: Sequence[Exhibit]) -> list[str]:
    ids = {order for one in exhibits for order in one.orders}
    return list(
        DestructionOrder.objects.filter(pk__in=ids, revoked_at__isnull=True).values_list(
            "number", flat=True
        )
    )


def _sessions(officer: Officer, exhibits: Sequence[Exhibit]) -> list[str]:
    """The sessions that the units are planned into, as far as they concern the officer."""
    planned = claims([one.id for one in exhibits]).values()
    return sorted({str(one.id) for one in planned if one.concerns(officer)})


def _place(act: Act, exhibits: Sequence[Exhibit], officer: Officer) -> str | None:
    """Where units on the road are bound for, if it is one place and the officer's own."""
    if act.name != _BOUND:
        return None
    bound = {one.destination_id for one in exhibits}
    if len(bound) != 1:
        return None
    destination = exhibits[0].destination
    return destination.code if destination and destination.unit_id == officer.unit_id else None


def _where_they_are(act: Act, exhibits: Sequence[Exhibit], own: Collection[str]) -> str | None:
    """For what is put away: the own place at which it was received, if it is one."""
    at = {one.place_id for one in exhibits}
    return at.pop() if act.name == "store" and len(at) == 1 and at <= {*own} else None


def _rows(
    row: type[Any],
    exhibits: Sequence[Exhibit],
    seals: Mapping[UUID, Sequence[str]],
    asked: Mapping[str, str],
) -> list[dict[str, Any]]:
    """A row for each unit at hand, or for each seal on it where seals are looked at; for a new unit its label."""
    fields = dict(describe(row))
    if "exhibit" not in fields:
        return [{"label": asked["label"]}] if "label" in fields and "label" in asked else []
    if "seal_number" not in fields:
        return [{"exhibit": one.label} for one in exhibits]
    return [
        {"exhibit": one.label} | ({"seal_number": number} if number else {})
        for one in exhibits
        for number in seals.get(one.id, ("",))
    ]
