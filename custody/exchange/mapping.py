"""Each kind of event as EPCIS 2.0 and CBV 2.0 tell it, or why they do not.

EPCIS tells what was seen of objects: what, when, where, why, how. It has no word for seals, witnesses, authority or
mass balance, so those stand under our own prefix. A quantity is that of the substance in what the event names: net
where it is known, gross otherwise, in grams (UN/ECE Recommendation 20: GRM).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.audit.trails import Step
from custody.exchange.names import Names

Fields = dict[str, Any]

#: What EPCIS has nothing to say about, and why.
WITHOUT: Mapping[str, str] = {
    "seizure.opened": "the case is no object: each event of its exhibits names it as a business transaction",
    "seizure.amended": "it says more about the case and nothing about an object",
    "seizure.investigated": "it says more about the case and nothing about an object",
    "seizure.owner_recorded": "it says more about the case and nothing about an object",
    "seizure.documented": "papers about the case: they are handed on as files, not as events",
    **dict.fromkeys(
        (
            "session.asked",
            "session.requisitioned",
            "session.confirmed",
            "session.cancelled",
            "session.missed",
            "session.planned",
            "session.scanned",
            "session.logged",
            "session.certified",
        ),
        "a slot at a plant is no object: each event of its exhibits names it",
    ),
    "content.erased": "the record lost a text or a file by law; nothing happened to the object",
    "run.carried_out": "each of its units tells its own part of it",
    "reagent_lot.consumed": "a reagent is no exhibit; the unit that it was added to names it",
    "exhibit.made_known": "somebody was told; nothing happened to the object",
    "exhibit.lane_assigned": "a decision about time limits; nothing happened to the object",
    "inventory.opened": "a count begins; each unit that is found or missed tells of itself",
    "inventory.counted": "labels as scanned; each unit that is found or missed tells of itself",
    "inventory.listed": "who counts is told what to look for; nothing happened to an object",
    "inventory.closed": "a count ends; each unit that was found or missed tells of itself",
    "proposal.lapsed": "what it tells of was not recorded as having happened",
    "proposal.refused": "what it tells of was not recorded as having happened",
}
#: Told as an error declaration on the event that it corrects, and by that event told anew.
CORRECTION = "event.corrected"


@dataclass(frozen=True)
class Told:
    """An event to be told, and what it does not say itself.

    Attributes:
        step: the event as the reader gets it.
        seizure: of the exhibit that it is about.
        substance: what that exhibit holds.
        names: our URIs.
    """

    step: Step
    seizure: UUID
    substance: str
    names: Names

    @property
    def payload(self) -> Mapping[str, Any]:
        return self.step.event.payload

    @property
    def born(self) -> Mapping[str, Any]:
        """The whole of a new exhibit; nothing for the others."""
        found: Mapping[str, Any] = self.payload.get("exhibit", {})
        return found

    @property
    def epc(self) -> str:
        return self.names.exhibit(self.step.event.subject.id)

    def epcs(self, key: str) -> list[str]:
        return [self.names.exhibit(one) for one in self.payload.get(key, ())]


def _reading(told: Told) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = told.born.get("reading") or told.payload.get("reading")
    return found


def _quantities(told: Told) -> list[Fields]:
    reading = _reading(told) or {}
    mass = reading.get("net_grams") or reading.get("gross_grams")
    if mass is None:
        return []
    name = told.names.substance(told.born.get("substance", told.substance))
    # JSON's numbers are what the schema asks for: twelve digits at most, so nothing is lost. The texts stand
    # under custody:reading.
    return [{"epcClass": name, "quantity": float(Decimal(mass)), "uom": "GRM"}]


def _where(told: Told) -> Fields:
    place = told.born.get("place") or told.payload.get("place")
    if not place:
        return {}
    spot = {"id": told.names.place(place)}
    return {"readPoint": spot, "bizLocation": spot}


def _case(told: Told) -> list[Fields]:
    return [
        {
            "type": "custody:seizure",
            "bizTransaction": told.names.case("seizure", told.seizure),
        }
    ]


def _taker(told: Told) -> Fields:
    custodian = told.payload.get("custodian")
    if not custodian:
        return {}
    party = told.names.party(custodian["unit"])
    return {"destinationList": [{"type": "possessing_party", "destination": party}]}


def _object(told: Told, action: str, step: str, disposition: str, **more: Any) -> Fields:
    fields: Fields = {
        "type": "ObjectEvent",
        "action": action,
        "epcList": [told.epc],
        "bizStep": step,
        "disposition": disposition,
        **_where(told),
        "bizTransactionList": _case(told),
        **more,
    }
    quantities = _quantities(told)
    return fields | ({"quantityList": quantities} if quantities else {})


def _observed(
    step: str, disposition: str = "in_progress", *extensions: str
) -> Callable[[Told], Fields]:
    """An object that was seen in a business step; these members of the payload go with it, under our prefix."""

    def tell(told: Told) -> Fields:
        values = {name: told.payload.get(name) for name in extensions}
        more = {_member(name): value for name, value in values.items() if value is not None}
        return _object(told, "OBSERVE", step, disposition, **more)

    return tell


def _member(name: str) -> str:
    first, *rest = name.split("_")
    return f"custody:{first}{''.join(one.title() for one in rest)}"


def _intercepted(told: Told) -> Fields:
    fields = _object(told, "ADD", "commissioning", "active")
    seal = told.born.get("seal")
    origin = told.born.get("origin")
    if seal:
        fields["custody:seal"] = _seal(seal)
    if origin:
        fields["custody:origin"] = {
            "custody:source": origin["source"],
            "custody:reference": origin["reference"],
        }
    return fields


def _seal(seal: Mapping[str, Any]) -> Fields:
    names = {
        "number": "custody:number",
        "class": "custody:sealClass",
        "replaces": "custody:replaces",
        "finding": "custody:finding",
    }
    return {names[name]: seal[name] for name in names if name in seal}


def _sealed(step: str, disposition: str = "in_progress") -> Callable[[Told], Fields]:
    def tell(told: Told) -> Fields:
        more = {"custody:seal": _seal(told.payload)}
        return _object(told, "OBSERVE", step, disposition, **more)

    return tell


def _checked(told: Told) -> Fields:
    intact = told.payload.get("finding") == "intact"
    return _sealed("inspecting", "in_progress" if intact else "damaged")(told)


def _joined(action: str, step: str, disposition: str) -> Callable[[Told], Fields]:
    """Packing and unpacking: one event on the container, naming its contents, and one on each of them."""

    def tell(told: Told) -> Fields:
        inner = "container" in told.payload
        container = told.names.exhibit(told.payload["container"]) if inner else told.epc
        fields: Fields = {
            "type": "AggregationEvent",
            "action": action,
            "parentID": container,
            "childEPCs": [told.epc] if inner else told.epcs("contents"),
            "bizStep": step,
            "disposition": disposition,
            **_where(told),
            "bizTransactionList": _case(told),
        }
        return fields

    return tell


def _made(step: str) -> Callable[[Told], Fields]:
    """Splitting and sampling: what it is taken from is the input, each part an output, of one transformation."""

    def tell(told: Told) -> Fields:
        side = "output" if told.born else "input"
        fields: Fields = {
            "type": "TransformationEvent",
            f"{side}EPCList": [told.epc],
            "transformationID": f"urn:uuid:{told.step.event.act_id}",
            "bizStep": step,
            "disposition": "in_progress",
            **_where(told),
            "bizTransactionList": _case(told),
        }
        quantities = _quantities(told)
        # After sampling, the reading is of what is left of the unit.
        if quantities and told.born:
            fields["outputQuantityList"] = quantities
        return fields

    return tell


def _ruled(action: str, kind: str, step: str | None = None) -> Callable[[Told], Fields]:
    """An order or a hold: a business transaction that an object is bound to, or freed from."""

    def tell(told: Told) -> Fields:
        one = {
            "type": f"custody:{kind}",
            "bizTransaction": told.names.case(kind, told.payload[kind]),
        }
        more = {
            _member(name): told.payload[name]
            for name in ("number", "judge_authorisation")
            if told.payload.get(name) is not None
        }
        return {
            "type": "TransactionEvent",
            "action": action,
            "bizTransactionList": [one, *_case(told)],
            "epcList": [told.epc],
            **({"bizStep": step} if step else {}),
            **more,
        }

    return tell


def _dispatched(told: Told) -> Fields:
    fields = _object(told, "OBSERVE", "shipping", "in_transit", **_taker(told))
    if "vehicle" in told.payload:
        fields["readPoint"] = {"id": told.names.place(told.payload["vehicle"])}
        bound = told.names.place(told.payload["destination"])
        fields.setdefault("destinationList", []).append({"type": "location", "destination": bound})
    return fields


def _received(told: Told) -> Fields:
    fields = _object(told, "OBSERVE", "receiving", "in_progress", **_taker(told))
    seals = told.payload.get("seals")
    return fields | ({"custody:seals": [_seal(one) for one in seals]} if seals else {})


def _handed_over(told: Told) -> Fields:
    return _object(told, "OBSERVE", "accepting", "in_progress", **_taker(told))


def _found(told: Told) -> Fields:
    return _object(told, "OBSERVE", "stock_taking", "in_progress", **_taker(told))


def _reported(told: Told) -> Fields:
    masses = "difference_grams" in told.payload
    names = ("what", "expected", "found", "difference_grams", "uncertainty_grams")
    tell = _observed("inspecting", "mismatch_quantity" if masses else "unknown", *names)
    return tell(told)


def _neutralised(told: Told) -> Fields:
    """A unit that was treated, or a residue that came out of it."""
    step, disposition = "custody:neutralising", "non_sellable_other"
    if told.born:
        return _object(told, "ADD", step, disposition)
    return _observed(step, disposition, "protocol", "reagent", "reagent_grams")(told)


def _incinerated(told: Told) -> Fields:
    degrees = {"custody:temperatureCelsius": told.payload["temperature_celsius"]}
    return _object(told, "DELETE", "destroying", "destroyed", **degrees)


def _consumed(told: Told) -> Fields:
    """A sample that is used up is gone; of one that is not, some is."""
    taken = {"custody:takenGrams": told.payload["taken_grams"]}
    if told.payload["used_up"]:
        return _object(told, "DELETE", "destroying", "destroyed", **taken)
    return _object(told, "OBSERVE", "sampling", "in_progress", **taken)


MAPPING: Mapping[str, Callable[[Told], Fields]] = {
    "exhibit.intercepted": _intercepted,
    "exhibit.packed": _joined("ADD", "packing", "container_closed"),
    "exhibit.unpacked": _joined("DELETE", "unpacking", "container_open"),
    "exhibit.split": _made("disassembling"),
    "exhibit.weighed": _observed("inspecting"),
    "seal.applied": _sealed("other", "container_closed"),
    "seal.checked": _checked,
    "seal.broken": _sealed("removing", "container_open"),
    "seal.replaced": _sealed("replacing", "container_closed"),
    "exhibit.sampled": _made("sampling"),
    "exhibit.analysed": _observed(
        "inspecting",
        "in_progress",
        *("result", "substance", "purity_percent", "method", "report_number"),
    ),
    "exhibit.consumed": _consumed,
    "exhibit.dispatched": _dispatched,
    "exhibit.received": _received,
    "exhibit.handed_over": _handed_over,
    "exhibit.stored": _observed("storing"),
    "exhibit.moved": _observed("storing"),
    "exhibit.withdrawn": _observed("picking", "in_progress", "purpose"),
    "exhibit.missed": _observed("stock_taking", "unknown"),
    "exhibit.found": _found,
    "exhibit.counted": _observed("stock_taking"),
    "exhibit.photographed": _observed("inspecting"),
    "hold.placed": _ruled("ADD", "hold", "holding"),
    "hold.lifted": _ruled("DELETE", "hold"),
    "order.given": _ruled("ADD", "order"),
    "order.revoked": _ruled("DELETE", "order"),
    "order.refused": _observed("holding"),
    "exhibit.neutralised": _neutralised,
    "exhibit.assayed": _observed("inspecting", "in_progress", "method", "result", "measured"),
    "exhibit.staged": _observed("arriving"),
    "exhibit.loaded": _observed("loading", "in_progress", "kiln"),
    "exhibit.incinerated": _incinerated,
    "exhibit.taken_back": _observed("removing"),
    "exhibit.discrepancy_reported": _reported,
}


def reading_of(told: Told) -> Fields:
    """The reading to the last digit, under our prefix; nothing if the event has none."""
    reading = _reading(told)
    if not reading:
        return {}
    kept = {name: value for name, value in reading.items() if value is not None}
    return {"custody:reading": {_member(name): value for name, value in kept.items()}}
