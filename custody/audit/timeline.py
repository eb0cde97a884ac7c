"""An exhibit's trail as people read it: what happened, who did it, where, with which seals and masses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from custody.audit.differing import tells_masses
from custody.audit.names import named
from custody.audit.trails import Step
from custody.audit.words import mass, moment, plain
from custody.handling.proposals import took_back
from custody.kit import clock
from custody.ledger.events import Event, Person
from custody.seizures.models import Exhibit

TITLES = {
    "exhibit.intercepted": "Intercepted",
    "exhibit.packed": "Packed",
    "exhibit.unpacked": "Unpacked",
    "exhibit.split": "Split",
    "exhibit.weighed": "Weighed",
    "exhibit.photographed": "Photographed",
    "exhibit.lane_assigned": "Lane assigned",
    "exhibit.sampled": "Sampled",
    "exhibit.analysed": "Analysed",
    "exhibit.consumed": "Used up",
    "exhibit.dispatched": "Handed to the driver",
    "exhibit.received": "Received",
    "exhibit.handed_over": "Handed over",
    "exhibit.stored": "Stored",
    "exhibit.moved": "Moved",
    "exhibit.withdrawn": "Withdrawn",
    "exhibit.missed": "Reported missing",
    "exhibit.found": "Found",
    "exhibit.counted": "Counted",
    "exhibit.made_known": "Made known to another office",
    "exhibit.neutralised": "Neutralised",
    "exhibit.assayed": "Assayed",
    "run.carried_out": "Run carried out",
    "reagent_lot.consumed": "Reagent lot consumed",
    "exhibit.staged": "Staged at the kiln",
    "exhibit.loaded": "Loaded",
    "exhibit.incinerated": "Incinerated",
    "exhibit.taken_back": "Taken back from the kiln",
    "order.refused": "Order refused",
    "exhibit.discrepancy_reported": "Discrepancy",
    "event.corrected": "Correction",
    "proposal.lapsed": "Proposal lapsed",
    "proposal.refused": "Proposal refused",
}
#: Said elsewhere on the line, or of no use to a reader.
_SILENT = {
    "concerns",
    "clocks",
    "holds",
    "orders",
    "unit_leaf",
    "container_leaf",
    "whole_leaf",
    "parted",
    "samplers",
    "seizure",
    "intercepted_at",
    "place_kind",
    "stage",
    "custodian",
    "calibrated_on",
    "readability_grams",
    "read_by",
    "calculated",
    "event",
    "made_from",
    "attachments",
    "about",
    "inventory",
    "run",
    "run_leaf",
    "treatment",
    "criterion",
}
#: Masses, or whatever else a report is about.
_COMPARED = frozenset({"expected", "found"})
_WRONG = frozenset(
    {"exhibit.missed", "exhibit.discrepancy_reported", "proposal.lapsed", "proposal.refused"}
)


@dataclass(frozen=True)
class Paper:
    """A photograph or a document that an event names.

    Attributes:
        erased: what is said of it where it was erased.
    """

    sha256: str
    kind: str
    erased: str | None


@dataclass
class Happening:
    """One event of a trail in words."""

    step: Step
    title: str
    facts: list[tuple[str, str]]
    taker: str | None
    corrects: int | None = None
    corrections: list[Happening] = field(default_factory=list)
    late_reason: str | None = None
    taken_out: bool = False
    files: list[Paper] = field(default_factory=list)
    erasable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return self.step.event.kind in _WRONG

    @property
    def late_by(self) -> datetime | None:
        return self.step.recorded_at if self.step.event.late else None


def who(person: Person) -> str:
    """A person as a trail names them."""
    return f"{person.badge} ({person.unit})" if person.unit else _("the system")


def title(kind: str) -> str:
    """What happened, in the reader's language."""
    return _(TITLES.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize())


def entitled(event: Event) -> str:
    """What an event says happened, in the reader's language: its kind, or more than that tells."""
    return _("Proposal withdrawn") if took_back(event) else title(event.kind)


def timeline(steps: Sequence[Step], labels: Mapping[str, str]) -> list[Happening]:
    """The steps in words, in their order, each correction beside what it corrects.

    Args:
        steps: a trail.
        labels: labels of exhibits by id, for events that name other exhibits.
    """
    told = {step.event.id: _happening(step, labels) for step in steps}
    for one in told.values():
        payload: Any = one.step.event.payload
        if one.step.event.kind != "event.corrected":
            continue
        target = told.get(UUID(payload["event"]))
        if target:
            one.corrects = target.step.seq
            target.corrections.append(one)
            target.taken_out = payload["declaration"] == "did_not_occur"
    return list(told.values())


def _happening(step: Step, labels: Mapping[str, str]) -> Happening:
    event = step.event
    payload: Any = event.payload
    born = payload.get("exhibit")
    content = dict(payload)
    if isinstance(born, Mapping):
        content = {**born, **{name: value for name, value in payload.items() if name != "exhibit"}}
    custodian = content.get("custodian")
    late: Any = event.late or {}
    return Happening(
        step=step,
        title=entitled(event),
        facts=list(_facts(content, step, labels)),
        taker=f"{custodian['badge']} ({custodian['unit']})" if custodian else None,
        late_reason=_text(late["reason"], step) if late.get("reason") else None,
        files=[
            Paper(one["sha256"], one["kind"], _erased(one["sha256"], step))
            for one in payload.get("attachments", ())
        ],
        erasable=[
            (plain(name), value["commitment"])
            for name, value in {**content, **late}.items()
            if isinstance(value, Mapping) and value.get("commitment") in step.texts
        ],
    )


def _facts(
    content: Mapping[str, Any], step: Step, labels: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    of_masses = tells_masses(content)
    for name, value in content.items():
        if name in _SILENT or value in (None, [], {}, ""):
            continue
        title = named(name)
        if isinstance(value, Mapping) and value.keys() == {"commitment"}:
            yield title, _text(value, step)
        elif name == "reading":
            yield from _reading(value)
        elif name == "seal" and isinstance(value, Mapping):
            yield _("Seal"), f"{value['number']} ({value['class']})"
        elif name == "seals" and isinstance(value, list):
            yield _("Seals"), ", ".join(_seal(one) for one in value)
        elif isinstance(value, Mapping):
            yield from _facts(value, step, labels)
        elif isinstance(value, list):
            yield title, _several(value, labels)
        elif name.endswith("_grams") or (name in _COMPARED and of_masses):
            yield title, mass(value)
        elif name == "counted_at":
            yield title, moment(clock.from_text(value))
        elif isinstance(value, bool):
            yield title, _("yes") if value else _("no")
        else:
            text = str(value)
            yield title, labels.get(text) or (plain(text) if text.islower() else text)


def _reading(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("gross_grams", "tare_grams", "net_grams"):
        if value.get(name) is not None:
            yield named(name), mass(value[name])
    if value.get("scale"):
        step = mass(value.get("readability_grams"))
        yield _("Scale"), _("{scale}, in steps of {step}").format(scale=value["scale"], step=step)
    elif value.get("calculated"):
        yield _("Reading"), _("calculated, not weighed")


def _seal(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['number']}: {plain(value.get('finding') or value.get('class'))}"
    return str(value)


def _several(value: Sequence[Any], labels: Mapping[str, str]) -> str:
    words = [_one(one, labels) for one in value]
    rest = len(value) - 12
    return ", ".join(words[:12]) + (_(" and {rest} more").format(rest=rest) if rest > 0 else "")


def _one(value: Any, labels: Mapping[str, str]) -> str:
    """One of several: a name, or the words of a small object."""
    if isinstance(value, Mapping):
        told = (mass(one) if name == "grams" else str(one) for name, one in value.items() if one)
        return " ".join(told)
    return labels.get(str(value), str(value))


def _text(value: Mapping[str, Any], step: Step) -> str:
    commitment = value["commitment"]
    told = step.texts.get(commitment) or _erased(commitment, step)
    return told or _("(a text that is not kept any more)")


def _erased(content: str, step: Step) -> str | None:
    """What is said where something was erased."""
    one = step.erased.get(content)
    if one is None:
        return None
    return _("(erased {at}, by order of {whom}: {basis})").format(
        at=moment(one.erased_at), whom=one.ordered_by, basis=one.legal_basis
    )


def labels_in(steps: Iterable[Step]) -> dict[str, str]:
    """Labels of the exhibits that these events name by id."""
    named: set[str] = set()
    for step in steps:
        _ids(step.event.payload, named)
    return {
        str(pk): label
        for pk, label in Exhibit.objects.filter(pk__in=named).values_list("pk", "label")
    }


def _ids(value: Any, found: set[str]) -> None:
    if isinstance(value, str) and len(value) == 36:
        try:
            found.add(str(UUID(value)))
        except ValueError:
            return
    elif isinstance(value, dict):
        for one in value.values():
            _ids(one, found)
    elif isinstance(value, list):
        for one in value:
            _ids(one, found)
