"""What handling refuses, each under its own name."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class InsideContainer(CustodyError):
    """{label} is inside {container}: take it out first, which breaks the seal."""

    code = "inside_container"
    category = "conflict"


class AlreadyOrdered(CustodyError):
    """Order {number} is in force for {label}: revoke it instead."""

    code = "already_ordered"
    category = "conflict"


class LabelTwice(CustodyError):
    """{label} is named twice."""

    code = "label_twice"


class LabelInUse(CustodyError):
    """{label} is on a unit already: every unit has its own label."""

    code = "label_in_use"
    category = "conflict"


class SealInUse(CustodyError):
    """Seal {number} was used already: a seal is used once."""

    code = "seal_in_use"
    category = "conflict"


class UnknownSeal(CustodyError):
    """{label} bears no unbroken seal {number}. It bears: {present}."""

    code = "unknown_seal"
    category = "not_found"


class UnknownSeizure(CustodyError):
    """{reference} is not a seizure that you can act on here."""

    code = "unknown_seizure"
    category = "not_found"


class NotYourCustody(CustodyError):
    """{label} is in the custody of {unit}, not of {own}."""

    code = "not_your_custody"
    category = "forbidden"


class Changed(CustodyError):
    """{label} changed since you read it. Read it again, and decide anew."""

    code = "changed"
    category = "stale"


class NothingToCompare(CustodyError):
    """This act names nothing on record that you could have read: leave out what you have seen."""

    code = "nothing_to_compare"


class OutOfOrder(CustodyError):
    """It cannot have happened before the last event of {label}, which was at {previous}."""

    code = "out_of_order"


class InFuture(CustodyError):
    """{value} is in the future: at most two minutes ahead of {now} will do."""

    code = "in_future"


class LateNeedsReason(CustodyError):
    """It happened at {value}, more than 15 minutes ago: say why it is recorded late; a colleague has to confirm."""

    code = "late_needs_reason"


class UnknownPlace(CustodyError):
    """{code} is not a place for this: it takes {kinds}."""

    code = "unknown_place"
    category = "not_found"


class UnknownOfficer(CustodyError):
    """{badge} is not an officer in service."""

    code = "unknown_officer"
    category = "not_found"


class UnknownUnit(CustodyError):
    """{unit} is not the unit of a {kind} on record."""

    code = "unknown_unit"
    category = "not_found"


class UnknownScale(CustodyError):
    """{code} is not a scale on record."""

    code = "unknown_scale"
    category = "not_found"


class RequestInFlight(CustodyError):
    """The same request is being worked on: ask again in a moment."""

    code = "request_in_flight"
    category = "conflict"


class Busy(CustodyError):
    """Somebody else is at the same units: ask again in a moment."""

    code = "busy"
    category = "conflict"


class KeyReused(CustodyError):
    """The key {key} was used for another request: use a new one."""

    code = "key_reused"


class NothingToDo(CustodyError):
    """{why}."""

    code = "nothing_to_do"


class StillSealed(CustodyError):
    """{label} is sealed with {seals}: break the seal first, or take the contents out, which does."""

    code = "still_sealed"
    category = "conflict"


class NotTogether(CustodyError):
    """{first} and {second} cannot go together: {why}."""

    code = "not_together"
    category = "conflict"


class NoContainer(CustodyError):
    """{label} is a {form}, which holds nothing: a container is a bag, a barrel or a pallet."""

    code = "no_container"


class CyclicNesting(CustodyError):
    """{label} cannot be inside itself."""

    code = "cyclic_nesting"


class TooDeep(CustodyError):
    """{label} would be inside more than {limit} containers."""

    code = "too_deep"


class NotInside(CustodyError):
    """{label} is not inside {container}."""

    code = "not_inside"
    category = "conflict"


class FieldMissing(CustodyError):
    """{name} is missing: {why}."""

    code = "field_missing"


class NotYourPlace(CustodyError):
    """{place} is kept by {unit}, not by {own}."""

    code = "not_your_place"
    category = "forbidden"


class NotAtPlant(CustodyError):
    """{label} is not at a plant."""

    code = "not_at_plant"
    category = "conflict"


class NumberInUse(CustodyError):
    """{name} {number} is on record already."""

    code = "number_in_use"
    category = "conflict"


class UnknownOrder(CustodyError):
    """There is no destruction order {number} that you may act on."""

    code = "unknown_order"
    category = "not_found"


class UnknownHold(CustodyError):
    """There is no hold {hold} that you may act on."""

    code = "unknown_hold"
    category = "not_found"


class AlreadyEnded(CustodyError):
    """{what} was {state} already."""

    code = "already_ended"
    category = "conflict"


class JudgeMustAuthorise(CustodyError):
    """A judicial investigation of {seizure} is open: the investigating judge has to authorise the order first. Rule: {rule}."""

    code = "judge_must_authorise"
    category = "unlawful"


class ClosedBeforeOpened(CustodyError):
    """It cannot have closed on {closed}, before it was opened on {opened}."""

    code = "closed_before_opened"


class NotYetTold(CustodyError):
    """Nobody can have been told on {day}, which has yet to come."""

    code = "not_yet_told"


class TimeOverBeforeTold(CustodyError):
    """Their time cannot have been over on {until}, before they were told on {day}."""

    code = "time_over_before_told"


class OrderWithoutPower(CustodyError):
    """{agency} is no agency whose orders count: they are given by {kinds}. Rule: {rule}."""

    code = "order_without_power"
    category = "forbidden"


class GroundMissing(CustodyError):
    """The order has to name its ground. Rule: {rule}."""

    code = "ground_missing"
    category = "unlawful"


class KeptAndDestroyed(CustodyError):
    """{label} cannot be kept and destroyed by one order: split off first what is to be kept."""

    code = "kept_and_destroyed"


class NothingKept(CustodyError):
    """An order that keeps 0 g keeps nothing: leave it out."""

    code = "nothing_kept"


class UnknownEvent(CustodyError):
    """There is no event {event} that you may see."""

    code = "unknown_event"
    category = "not_found"


class NotCorrectable(CustodyError):
    """{kind} cannot be corrected: {why}."""

    code = "not_correctable"
    category = "conflict"


class InvalidReplacement(CustodyError):
    """{name} cannot be replaced so: {why}."""

    code = "invalid_replacement"


class NotEmpty(CustodyError):
    """{label} holds other units: take them out first."""

    code = "not_empty"
    category = "conflict"


class NotDivisible(CustodyError):
    """{label} is a sample: it is not split; a sample can be taken of it."""

    code = "not_divisible"
    category = "conflict"


class NothingTaken(CustodyError):
    """A sample of nothing proves nothing: its gross has to be more than its packaging."""

    code = "nothing_taken"


class NothingInIt(CustodyError):
    """What weighs nothing is no {what}: its gross has to be more than its packaging."""

    code = "nothing_in_it"


class TooCoarse(CustodyError):
    """Scale {scale} reads in steps of {step} g, and {label} was weighed in steps of {was} g: say on as fine a one that nothing is left."""

    code = "too_coarse"


class TooMuchTaken(CustodyError):
    """{net} g is no sample: at most {largest} g is. Split the unit, and what is taken stays under its clocks and orders."""

    code = "too_much_taken"


class MoreThanThere(CustodyError):
    """{taken} g cannot be taken from {label}: {there} g are left of it."""

    code = "more_than_there"


class NoSample(CustodyError):
    """{label} is no sample: samples are analysed, so take one of it first."""

    code = "no_sample"
    category = "conflict"


class InvalidPurity(CustodyError):
    """{value} is no purity of what was found: give per cent by mass, at most 100, with two decimals at most."""

    code = "invalid_purity"


class HeldNotUsedUp(CustodyError):
    """{label} is on hold: some of it has to be left, so weigh the rest."""

    code = "held_not_used_up"
    category = "unlawful"


class NotYourDecision(CustodyError):
    """{what} was decided by {agency}: only it can take it back."""

    code = "not_your_decision"
    category = "forbidden"


class RunBeforeCatch(CustodyError):
    """{label} was not intercepted yet when this run is told to have begun."""

    code = "run_before_catch"


class NotIndependent(CustodyError):
    """{label} was neutralised by {unit}: another unit has to assay it."""

    code = "not_independent"
    category = "forbidden"
