"""What burning refuses, each under its own name."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class InvalidPermit(CustodyError):
    """The permit is not valid: {why}."""

    code = "invalid_permit"


class InvalidCrew(CustodyError):
    """The crew is not valid: {why}."""

    code = "invalid_crew"


class InvalidVehicle(CustodyError):
    """The vehicle's capacity is not valid: {why}."""

    code = "invalid_vehicle"


class InvalidHours(CustodyError):
    """The hours are not valid: {why}."""

    code = "invalid_hours"


class PermitOverlaps(CustodyError):
    """Permit {code} of {plant} is in force in that time too: on one day one permit holds."""

    code = "permit_overlaps"
    category = "conflict"


class UnknownPermit(CustodyError):
    """There is no permit {code} of a plant of your agency."""

    code = "unknown_permit"
    category = "not_found"


class EndsInThePast(CustodyError):
    """{code} ends {earliest} at the earliest, and ends once: what was done under it stays done."""

    code = "ends_in_the_past"
    category = "conflict"


class NoPermit(CustodyError):
    """{plant} has no permit in force from {start} to {end}."""

    code = "no_permit"
    category = "unlawful"


class PlantClosed(CustodyError):
    """{plant} is not open from {start} to {end}: by permit {permit} it is open {hours}."""

    code = "plant_closed"
    category = "conflict"


class WeekFull(CustodyError):
    """{plant} has {booked} sessions in that week already: permit {permit} allows {most}."""

    code = "week_full"
    category = "conflict"


class SlotTaken(CustodyError):
    """{plant} has a session from {start} to {end} already."""

    code = "slot_taken"
    category = "conflict"


class InvalidSlot(CustodyError):
    """This is no slot for a session: {why}."""

    code = "invalid_slot"


class OverCap(CustodyError):
    """With {label} it would be {grams} g of {what} in this session: permit {permit} allows {most} g."""

    code = "over_cap"
    category = "unlawful"


class OutOfSlot(CustodyError):
    """Session {session} is from {start} to {end}: {now} is more than {hours} hours away from it. Book another one."""

    code = "out_of_slot"
    category = "conflict"


class OverCapacity(CustodyError):
    """{vehicle} carries {most} g at most: these units weigh {grams} g."""

    code = "over_vehicle_capacity"
    category = "conflict"


class NotWeighed(CustodyError):
    """{label} was never weighed: what it adds to a session is not known."""

    code = "not_weighed"
    category = "conflict"


class UnknownSession(CustodyError):
    """There is no session {session} that you can act on here."""

    code = "unknown_session"
    category = "not_found"


class SessionEnded(CustodyError):
    """Session {session} is {state}: {what} is not possible now."""

    code = "session_ended"
    category = "conflict"


class SessionBegun(CustodyError):
    """{label} was scanned in session {session}: it has begun, and is ended by its certificate."""

    code = "session_begun"
    category = "conflict"


class InAnotherSession(CustodyError):
    """{label} belongs to session {session}: it is burnt in that one, or taken out of its plan first."""

    code = "in_another_session"
    category = "conflict"


class NotInSession(CustodyError):
    """{label} was not {scanned} in session {session}."""

    code = "not_in_session"
    category = "conflict"


class ScannedTwice(CustodyError):
    """{label} was {scanned} in session {session} already."""

    code = "scanned_twice"
    category = "conflict"


class NotToBurn(CustodyError):
    """{label} is {stage}: it cannot be planned into a session."""

    code = "not_to_burn"
    category = "conflict"


class StillAtKiln(CustodyError):
    """{label} is {stage} in this session: it cannot be left out of its plan."""

    code = "still_at_kiln"
    category = "conflict"


class UnknownCrew(CustodyError):
    """{crew} is not a crew that you know here."""

    code = "unknown_crew"
    category = "not_found"


class UnknownVehicle(CustodyError):
    """{vehicle} is not a vehicle whose capacity is known here."""

    code = "unknown_vehicle"
    category = "not_found"


class CrewUnavailable(CustodyError):
    """{crew} is not available from {start} to {end}: it is from {since} to {until}, {hours}."""

    code = "crew_unavailable"
    category = "conflict"


class TwoSessionsAtOnce(CustodyError):
    """{what} is on its way for another session at that time: {session}."""

    code = "two_sessions_at_once"
    category = "conflict"


class NotRequisitionable(CustodyError):
    """By its permit {permit}, {plant} cannot be requisitioned."""

    code = "not_requisitionable"
    category = "unlawful"


class OwnSession(CustodyError):
    """{badge} asked for this session: somebody else of {plant} confirms it."""

    code = "own_session"
    category = "forbidden"


class NotReconciled(CustodyError):
    """Session {session} gets no certificate yet: {missing}."""

    code = "not_reconciled"
    category = "conflict"
