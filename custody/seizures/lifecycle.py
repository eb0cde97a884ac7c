"""The life of an exhibit in one table: which event may follow where, who may write it, who must confirm.

``python manage.py print_lifecycle`` prints it into ``docs/lifecycle.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    INTERCEPTED = "intercepted"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    STORED = "stored"
    WITHDRAWN = "withdrawn"
    STAGED = "staged"
    LOADED = "loaded"
    INCINERATED = "incinerated"
    DIVIDED = "divided"
    CONSUMED = "consumed"
    MISSING = "missing"
    VOID = "void"


class Form(StrEnum):
    BLOCK = "block"
    BAG = "bag"
    BARREL = "barrel"
    PALLET = "pallet"
    SAMPLE = "sample"
    COUNTER_SAMPLE = "counter_sample"
    #: What a neutralisation leaves beside the unit that was treated.
    RESIDUE = "residue"


class AssayState(StrEnum):
    """What is known of the last neutralisation."""

    #: There was none, or only ones that were told before runs had events of their own.
    NONE = "none"
    AWAITED = "awaited"
    PASSED = "passed"
    FAILED = "failed"
    #: It asks for another.
    INCONCLUSIVE = "inconclusive"


class Lane(StrEnum):
    FAST = "fast"
    STANDARD = "standard"


class Confirmers(StrEnum):
    """Who has to confirm before an act is recorded."""

    NOBODY = "nobody"
    #: Whichever of giver and taker did not propose it.
    COUNTERPARTY = "counterparty"
    #: One other officer of the own unit.
    COLLEAGUE = "colleague"
    #: One other officer who may correct.
    SECOND_CORRECTOR = "second corrector"
    #: One other officer who may erase, named by who proposes it.
    SECOND_ERASER = "second eraser"
    #: Two, one of another agency; never the sampler, nor who gave the order (IAPE 9.7; 21 CFR 1317.95).
    WITNESSES = "two witnesses"


AT_HAND = frozenset({Stage.INTERCEPTED, Stage.RECEIVED, Stage.WITHDRAWN})
AT_REST = AT_HAND | {Stage.STORED}
ENDED = frozenset({Stage.INCINERATED, Stage.DIVIDED, Stage.CONSUMED, Stage.VOID})
LIVE = frozenset(Stage) - ENDED
CONTAINER_FORMS = frozenset({Form.BAG, Form.BARREL, Form.PALLET})
SAMPLE_FORMS = frozenset({Form.SAMPLE, Form.COUNTER_SAMPLE})
#: These come out of other exhibits and are never caught.
MADE_FORMS = SAMPLE_FORMS | {Form.RESIDUE}

#: A container may stand in a container that stands in one more: block, barrel, pallet, bag over all.
MAX_DEPTH = 3


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    Attributes:
        kind: the event.
        sources: stages in which it may be written; empty for events about no exhibit.
        target: the stage after it, or None where the stage stays.
        right: the right its writer needs, by name.
        confirmers: who confirms it.
        payload: what it says, in a few words.
        while_disputed: whether a disputed unit still allows it.
    """

    kind: str
    sources: frozenset[Stage]
    target: Stage | None
    right: str
    confirmers: Confirmers
    payload: str
    while_disputed: bool = False


_NOWHERE: frozenset[Stage] = frozenset()
_N, _P, _C, _S, _E, _W = (
    Confirmers.NOBODY,
    Confirmers.COUNTERPARTY,
    Confirmers.COLLEAGUE,
    Confirmers.SECOND_CORRECTOR,
    Confirmers.SECOND_ERASER,
    Confirmers.WITNESSES,
)

TABLE: dict[str, Transition] = {
    row.kind: row
    for row in (
        Transition("seizure.opened", _NOWHERE, None, "intercept", _N, "case numbers, origin"),
        Transition("seizure.amended", _NOWHERE, None, "intercept", _N, "what changed"),
        Transition(
            "seizure.investigated",
            _NOWHERE,
            None,
            "order",
            _N,
            "judicial investigation, from and to",
        ),
        Transition(
            "seizure.owner_recorded",
            _NOWHERE,
            None,
            "order",
            _N,
            "lawful owner known, told when, time until when",
        ),
        Transition(
            "seizure.documented",
            _NOWHERE,
            None,
            "document",
            _N,
            "documents by hash, and about what",
        ),
        Transition(
            "exhibit.made_known",
            LIVE,
            None,
            "intercept",
            _N,
            "to which office",
            while_disputed=True,
        ),
        Transition(
            "exhibit.intercepted", _NOWHERE, Stage.INTERCEPTED, "intercept", _N, "the whole exhibit"
        ),
        Transition("exhibit.packed", AT_HAND, None, "handle", _N, "container, or contents"),
        Transition("exhibit.unpacked", AT_HAND, None, "handle", _N, "container, or contents"),
        Transition(
            "exhibit.split", AT_HAND, Stage.DIVIDED, "handle", _N, "parts; in each part the whole"
        ),
        Transition(
            "exhibit.weighed", AT_REST | {Stage.STAGED}, None, "handle", _N, "reading and its scale"
        ),
        Transition(
            "exhibit.photographed",
            AT_REST | {Stage.IN_TRANSIT, Stage.STAGED, Stage.LOADED},
            None,
            "photograph",
            _N,
            "photographs by hash, and the stage",
        ),
        Transition(
            "exhibit.lane_assigned", AT_REST | {Stage.IN_TRANSIT}, None, "handle", _N, "lane"
        ),
        Transition("seal.applied", AT_HAND, None, "handle", _N, "number, ISO 17712 class"),
        Transition("seal.checked", AT_REST | {Stage.STAGED}, None, "handle", _N, "number, finding"),
        Transition("seal.broken", AT_HAND, None, "handle", _N, "number, why"),
        Transition("seal.replaced", AT_HAND, None, "handle", _N, "old number, new seal"),
        Transition(
            "exhibit.sampled", AT_HAND, None, "sample", _C, "samples; in each sample the whole"
        ),
        Transition(
            "exhibit.analysed",
            AT_REST,
            None,
            "assay",
            _N,
            "result, substance, purity, method, report; of samples",
        ),
        Transition(
            "exhibit.consumed",
            AT_REST,
            Stage.CONSUMED,
            "assay",
            _C,
            "mass taken, reading of the rest; stays while there is one",
        ),
        Transition(
            "exhibit.dispatched",
            AT_HAND | {Stage.IN_TRANSIT},
            Stage.IN_TRANSIT,
            "transfer",
            _P,
            "driver, vehicle, destination",
        ),
        Transition(
            "exhibit.received",
            frozenset({Stage.IN_TRANSIT}),
            Stage.RECEIVED,
            "transfer",
            _P,
            "taker, place, seals and masses checked",
        ),
        Transition("exhibit.handed_over", AT_REST, None, "transfer", _P, "taker"),
        Transition("exhibit.stored", AT_HAND, Stage.STORED, "keep", _N, "place"),
        Transition("exhibit.moved", frozenset({Stage.STORED}), None, "keep", _N, "place"),
        Transition(
            "exhibit.withdrawn", frozenset({Stage.STORED}), Stage.WITHDRAWN, "keep", _N, "purpose"
        ),
        Transition(
            "exhibit.missed",
            AT_REST | {Stage.IN_TRANSIT, Stage.STAGED},
            Stage.MISSING,
            "report",
            _N,
            "where it was looked for",
            while_disputed=True,
        ),
        Transition(
            "exhibit.found",
            frozenset({Stage.MISSING}),
            Stage.RECEIVED,
            "report",
            _C,
            "place, who has it now",
            while_disputed=True,
        ),
        Transition(
            "exhibit.counted",
            LIVE,
            None,
            "oversee",
            _N,
            "inventory, place, by whom and when",
            while_disputed=True,
        ),
        Transition("hold.placed", LIVE, None, "hold", _N, "hold, reason", while_disputed=True),
        Transition("hold.lifted", LIVE, None, "hold", _N, "hold, reason", while_disputed=True),
        Transition("order.given", LIVE, None, "order", _N, "order, reasons, judge's authorisation"),
        Transition("order.refused", LIVE, None, "order", _N, "reasons", while_disputed=True),
        Transition("order.revoked", LIVE, None, "order", _N, "order, reason", while_disputed=True),
        Transition(
            "exhibit.neutralised",
            AT_HAND,
            None,
            "neutralise",
            _W,
            "run, portions, readings, deviations; in each residue the whole",
        ),
        Transition(
            "run.carried_out",
            _NOWHERE,
            None,
            "neutralise",
            _W,
            "protocol, units, readings; with those of its units",
        ),
        Transition(
            "reagent_lot.consumed", _NOWHERE, None, "neutralise", _W, "run, grams; with its run"
        ),
        Transition(
            "exhibit.assayed",
            AT_REST,
            None,
            "assay",
            _N,
            "result: pass, fail or inconclusive; what was measured",
        ),
        Transition(
            "exhibit.staged",
            frozenset({Stage.RECEIVED}),
            Stage.STAGED,
            "burn",
            _N,
            "reading on arrival at the kiln",
        ),
        Transition("exhibit.loaded", frozenset({Stage.STAGED}), Stage.LOADED, "burn", _N, "kiln"),
        Transition(
            "exhibit.incinerated",
            frozenset({Stage.LOADED}),
            Stage.INCINERATED,
            "burn",
            _W,
            "reading at the kiln mouth, temperature",
        ),
        Transition(
            "exhibit.taken_back",
            frozenset({Stage.STAGED, Stage.LOADED}),
            Stage.RECEIVED,
            "burn",
            _C,
            "reading, why it does not burn",
        ),
        Transition("session.asked", _NOWHERE, None, "book", _N, "plant, slot, permit and its cap"),
        Transition(
            "session.requisitioned",
            _NOWHERE,
            None,
            "requisition",
            _N,
            "plant, slot, permit and its cap, the emergency",
        ),
        Transition("session.confirmed", _NOWHERE, None, "burn", _N, "nothing more"),
        Transition("session.cancelled", _NOWHERE, None, "book", _N, "reason"),
        Transition("session.missed", _NOWHERE, None, "book", _N, "reason"),
        Transition(
            "session.planned", _NOWHERE, None, "book", _N, "units, crew, vehicle, units let go"
        ),
        Transition("session.scanned", _NOWHERE, None, "burn", _N, "units: staged, loaded or burnt"),
        Transition("session.logged", _NOWHERE, None, "burn", _N, "temperature logs by hash"),
        Transition(
            "session.certified", _NOWHERE, None, "burn", _N, "the certificate of destruction"
        ),
        Transition(
            "exhibit.discrepancy_reported",
            frozenset(Stage),
            None,
            "report",
            _N,
            "what differs, by how much",
            while_disputed=True,
        ),
        Transition(
            "event.corrected",
            frozenset(Stage),
            None,
            "correct",
            _S,
            "event, did_not_occur or incorrect_data",
            while_disputed=True,
        ),
        Transition(
            "content.erased", _NOWHERE, None, "erase", _E, "what, by whose order, on which basis"
        ),
        Transition(
            "inventory.opened",
            _NOWHERE,
            None,
            "oversee",
            _N,
            "place, method, seed, digest of what should be there",
        ),
        Transition("inventory.counted", _NOWHERE, None, "stocktake", _N, "labels as scanned"),
        Transition("inventory.listed", _NOWHERE, None, "stocktake", _N, "labels to look for"),
        Transition(
            "inventory.closed", _NOWHERE, None, "oversee", _N, "figures, what is not in order"
        ),
        Transition(
            "proposal.lapsed", frozenset(Stage), None, "", _N, "proposal", while_disputed=True
        ),
        Transition(
            "proposal.refused", frozenset(Stage), None, "", _N, "proposal", while_disputed=True
        ),
    )
}

#: An event that takes back something irreversible is refused; what is burnt stays burnt.
IRREVERSIBLE = frozenset({"exhibit.incinerated", "exhibit.neutralised"})


def as_markdown(rows: Iterable[Transition] = TABLE.values()) -> str:
    """The table as Markdown, for the documents."""

    def stages(sources: frozenset[Stage]) -> str:
        if not sources:
            return "none yet"
        if sources == frozenset(Stage):
            return "any"
        if sources == LIVE:
            return "any live"
        return ", ".join(stage.value for stage in Stage if stage in sources)

    lines = [
        "| Event | From | To | Right | Confirmed by | Says | While disputed |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row.kind}` | {stages(row.sources)} | {row.target.value if row.target else 'stays'} "
        f"| {row.right or 'the system'} | {row.confirmers.value} | {row.payload} "
        f"| {'yes' if row.while_disputed else 'no'} |"
        for row in rows
    ]
    return "\n".join(lines)
