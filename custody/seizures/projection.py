"""The fold: events in, states out. Pure; the write path and the replay both use it, so rows cannot drift.

It never refuses: what could not have happened marks the unit as disputed. Refusing is for the acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from custody.kit import clock
from custody.ledger.events import Event
from custody.seizures import treatment
from custody.seizures.admitting import allows
from custody.seizures.concerning import concerned_by, concerning, named_in
from custody.seizures.corrections import effective
from custody.seizures.lifecycle import TABLE, Form, Lane, Stage
from custody.seizures.states import ExhibitState, SealState, SeizureState

Payload = Mapping[str, Any]
Changes = dict[str, Any]


def _union(codes: tuple[str, ...], more: set[str]) -> tuple[str, ...]:
    return tuple(sorted({*codes, *more}))


# --- seizures


def fold_seizure(state: SeizureState | None, event: Event) -> SeizureState:
    """The seizure after one more event."""
    if state is None:
        payload: Payload = event.payload
        return SeizureState(
            id=UUID(event.subject.id),
            reference=payload["reference"],
            customs_report=payload["customs_report"],
            prosecutor_notice=payload["prosecutor_notice"],
            container_number=payload["container_number"],
            vessel_imo=payload["vessel_imo"],
            location=payload["location"],
            opened_at=event.occurred_at,
            investigation_opened_on=payload["investigation_opened_on"],
            investigation_closed_on=payload["investigation_closed_on"],
            concerned=_union((), concerned_by(event)),
            last_at=event.occurred_at,
            head=event.leaf,
            version=1,
        )
    changes: Changes = {}
    if event.kind in ("seizure.amended", "seizure.investigated", "seizure.owner_recorded"):
        changes = {key: value for key, value in event.payload.items() if hasattr(state, key)}
    elif event.kind == "seizure.documented":
        changes = {"documents": _union(state.documents, named_in(event.payload))}
    return replace(
        state,
        **changes,
        concerned=_union(state.concerned, concerned_by(event)),
        last_at=max(state.last_at, event.occurred_at),
        head=event.leaf,
        version=state.version + 1,
    )


def replay_seizure(events: Sequence[Event]) -> SeizureState | None:
    """The seizure after all its events, oldest first."""
    state: SeizureState | None = None
    for event in effective(events):
        state = fold_seizure(state, event)
    return replace(state, head=events[-1].leaf, version=len(events)) if state else None


# --- exhibits


def reading(payload: Payload) -> Changes:
    """The columns that a reading sets; what it does not tell stays."""
    values: Payload | None = payload.get("reading")
    if values is None:
        return {}
    names = ("gross_grams", "tare_grams", "net_grams", "readability_grams")
    return {name: Decimal(values[name]) for name in names if values.get(name) is not None}


def anchored(payload: Payload) -> Changes:
    """The same for a reading by which later ones are judged: at birth, or where mass is added or taken."""
    changes = reading(payload)
    if "gross_grams" not in changes:
        return changes
    return changes | {
        "anchor_grams": changes["gross_grams"],
        "anchor_readability_grams": changes.get("readability_grams"),
    }


def _custody(payload: Payload) -> Changes:
    custodian: Payload = payload["custodian"]
    return {"custodian_id": custodian["badge"], "custodian_unit": custodian["unit"]}


def _born(event: Event) -> ExhibitState:
    exhibit: Any = event.payload["exhibit"]
    seal = exhibit.get("seal")
    return ExhibitState(
        id=UUID(event.subject.id),
        label=exhibit["label"],
        seizure_id=UUID(exhibit["seizure"]),
        form=Form(exhibit["form"]),
        substance=exhibit["substance"],
        lane=Lane(exhibit["lane"]),
        stage=Stage(exhibit["stage"]),
        intercepted_at=clock.from_text(exhibit["intercepted_at"]),
        place_id=exhibit["place"],
        made_from_id=UUID(exhibit["made_from"]) if exhibit["made_from"] else None,
        **_custody(exhibit),
        **anchored(exhibit),
        holds=tuple(UUID(hold) for hold in exhibit["holds"]),
        orders=tuple(UUID(order) for order in exhibit["orders"]),
        order_refused=bool(exhibit.get("order_refused")),
        samplers=tuple(exhibit["samplers"]),
        **treatment.born(exhibit),
        seals=(_sealed(seal, event.occurred_at),) if seal else (),
        last_at=event.occurred_at,
        head=event.leaf,
        version=0,
    )


def _sealed(seal: Payload, at: datetime) -> SealState:
    return SealState(number=seal["number"], seal_class=seal["class"], applied_at=at)


def _end_seal(
    state: ExhibitState, number: str, at: datetime, replaced_by: str | None = None
) -> tuple[SealState, ...]:
    return tuple(
        replace(seal, ended_at=at, replaced_by=replaced_by) if seal.number == number else seal
        for seal in state.seals
    )


def _packed(_state: ExhibitState, event: Event) -> Changes:
    container = event.payload.get("container")
    if container:
        return {"within_id": UUID(str(container))}
    return {"shown_by": (), **anchored(event.payload)}


def _unpacked(state: ExhibitState, event: Event) -> Changes:
    payload: Payload = event.payload
    if "container" not in payload:
        return {"shown_by": (), **anchored(payload)}
    return {
        "within_id": None,
        "stage": Stage(payload["stage"]),
        "place_id": payload["place"],
        **_custody(payload),
        "holds": tuple(sorted({*state.holds, *map(UUID, payload["holds"])})),
    }


def _place(_state: ExhibitState, event: Event) -> Changes:
    return {"place_id": event.payload["place"]}


def _sampled(state: ExhibitState, event: Event) -> Changes:
    payload: Payload = event.payload
    return {
        "samples": (*state.samples, *(UUID(sample) for sample in payload["samples"])),
        "samplers": _union(
            state.samplers, {event.actor.badge, *(one.badge for one in event.confirmers)}
        ),
        **anchored(payload),
    }


def _dispatched(_state: ExhibitState, event: Event) -> Changes:
    payload: Payload = event.payload
    return {
        "place_id": payload["vehicle"],
        "destination_id": payload["destination"],
        **_custody(payload),
        **reading(payload),
    }


def _received(_state: ExhibitState, event: Event) -> Changes:
    return {
        "place_id": event.payload["place"],
        "destination_id": None,
        **_custody(event.payload),
        **reading(event.payload),
    }


def _hold(state: ExhibitState, event: Event) -> Changes:
    return {"holds": _with(state.holds, event, "hold", adding=event.kind == "hold.placed")}


def _order(state: ExhibitState, event: Event) -> Changes:
    given = event.kind == "order.given"
    changes: Changes = {"orders": _with(state.orders, event, "order", adding=given)}
    return {**changes, "order_refused": False} if given else changes


def _order_refused(_state: ExhibitState, _event: Event) -> Changes:
    return {"order_refused": True}


def _with(ids: tuple[UUID, ...], event: Event, key: str, *, adding: bool) -> tuple[UUID, ...]:
    one = UUID(str(event.payload[key]))
    return tuple(sorted({*ids, one} if adding else {*ids} - {one}))


def _consumed(state: ExhibitState, event: Event) -> Changes:
    left = {} if event.payload["used_up"] else {"stage": state.stage}
    return {**left, **anchored(event.payload)}


def _reading_only(_state: ExhibitState, event: Event) -> Changes:
    return reading(event.payload)


def _reported(state: ExhibitState, event: Event) -> Changes:
    """A measured difference that was reported is judged; the next reading is judged by this one.

    Whatever else is reported moves no measure: else a word about a label would excuse a loss.
    """
    if "difference_grams" not in event.payload:
        return {}
    return {
        "anchor_grams": state.gross_grams,
        "anchor_readability_grams": state.readability_grams,
    }


def _photographed(state: ExhibitState, event: Event) -> Changes:
    return {
        "shown_by": _union(state.shown_by, named_in(event.payload)),
        **_photographs_named(state, event),
    }


def _photographs_named(state: ExhibitState, event: Event) -> Changes:
    on_the_road = event.payload["stage"] == Stage.IN_TRANSIT
    column = "road_photographs" if on_the_road else "photographs"
    return {column: _union(getattr(state, column), named_in(event.payload))}


def _nothing(_state: ExhibitState, _event: Event) -> Changes:
    return {}


_REDUCERS: dict[str, Callable[[ExhibitState, Event], Changes]] = {
    "exhibit.packed": _packed,
    "exhibit.unpacked": _unpacked,
    "exhibit.weighed": _reading_only,
    "exhibit.lane_assigned": lambda _, e: {"lane": Lane(str(e.payload["lane"]))},
    "seal.applied": lambda s, e: {"seals": (*s.seals, _sealed(e.payload, e.occurred_at))},
    "seal.broken": lambda s, e: {"seals": _end_seal(s, str(e.payload["number"]), e.occurred_at)},
    "seal.replaced": lambda s, e: {
        "seals": (
            *_end_seal(
                s, str(e.payload["replaces"]), e.occurred_at, replaced_by=str(e.payload["number"])
            ),
            _sealed(e.payload, e.occurred_at),
        )
    },
    "exhibit.photographed": _photographed,
    "exhibit.sampled": _sampled,
    "exhibit.consumed": _consumed,
    "exhibit.dispatched": _dispatched,
    "exhibit.received": _received,
    "exhibit.handed_over": lambda _, e: _custody(e.payload) | reading(e.payload),
    "exhibit.stored": _place,
    "exhibit.moved": _place,
    "exhibit.found": lambda s, e: {**_place(s, e), **_custody(e.payload)},
    "hold.placed": _hold,
    "hold.lifted": _hold,
    "order.given": _order,
    "order.revoked": _order,
    "order.refused": _order_refused,
    "exhibit.neutralised": lambda _, e: {**anchored(e.payload), **treatment.neutralised(e)},
    "exhibit.assayed": treatment.assayed,
    "exhibit.staged": _reading_only,
    "exhibit.incinerated": _reading_only,
    "exhibit.taken_back": _reading_only,
    "exhibit.discrepancy_reported": _reported,
}


def fold_exhibit(state: ExhibitState | None, event: Event) -> ExhibitState:
    """The exhibit after one more event that counts (see :func:`replay_exhibit` for corrections)."""
    if state is None:
        state = _born(event)
        changes: Changes = {}
    else:
        row = TABLE[event.kind]
        changes = {
            **({"stage": row.target} if row.target else {}),
            **_REDUCERS.get(event.kind, _nothing)(state, event),
            "disputed": state.disputed or not allows(event.kind, _judged(state, event)),
        }
    return state.changed(
        **changes,
        concerned=concerning(state.concerned, event),
        last_at=max(state.last_at, event.occurred_at),
        head=event.leaf,
        version=state.version + 1,
    )


def _judged(state: ExhibitState, event: Event) -> Stage:
    """The stage by which an event is judged: contents of a container follow the container's."""
    within_own_container = event.kind == "exhibit.unpacked" and "container" in event.payload
    return Stage(str(event.payload["stage"])) if within_own_container else state.stage


#: An event that counts, between the states before and after it.
Step: TypeAlias = tuple[ExhibitState | None, Event, ExhibitState]


def steps(events: Sequence[Event]) -> Iterator[Step]:
    """Each event of one exhibit that counts, with the states before and after it."""
    state: ExhibitState | None = None
    for event in effective(events):
        if state is None and "exhibit" not in event.payload:
            continue
        after = fold_exhibit(state, event)
        yield state, event, after
        state = after


def anchored_at(events: Sequence[Event]) -> datetime:
    """When the reading was taken by which the next one of this exhibit is judged; ``events`` as for a replay."""
    found = events[0].occurred_at
    for before, event, after in steps(events):
        if before is None or _anchor(before) != _anchor(after):
            found = event.occurred_at
    return found


def _anchor(state: ExhibitState) -> tuple[Decimal | None, Decimal | None]:
    return state.anchor_grams, state.anchor_readability_grams


def replay_exhibit(events: Sequence[Event]) -> ExhibitState:
    """The exhibit after all its events, oldest first, corrections included.

    If its very first event did not occur, the exhibit is void.
    """
    return exhibit_after(events, list(steps(events)))


def exhibit_after(events: Sequence[Event], trail: Sequence[Step]) -> ExhibitState:
    """The same, for who has its steps already.

    Args:
        events: all of one exhibit, oldest first.
        trail: their :func:`steps`.
    """
    if len(trail) == len(events):  # all count, as they stand
        return trail[-1][2]
    if trail:
        state = trail[-1][2]
    else:
        state = replace(
            _born(events[0]), stage=Stage.VOID, concerned=_union((), concerned_by(events[0]))
        )
    counting = {event.id for event in effective(events)}
    concerned: tuple[str, ...] = ()
    for event in events:
        if event.kind == "exhibit.photographed":
            # what did not occur stays readable, and so do its photographs
            state = replace(state, **_photographs_named(state, event))
        concerned = (
            concerning(concerned, event)
            if event.id in counting
            else _union(concerned, concerned_by(event))
        )
    return replace(
        state,
        concerned=concerned,
        last_at=max(state.last_at, events[-1].occurred_at),
        head=events[-1].leaf,
        version=len(events),
    )
