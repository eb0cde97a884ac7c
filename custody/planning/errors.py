"""What can be wrong with asking for a plan, or accepting one."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class InvalidHorizon(CustodyError):
    """A plan looks {least} to {most} {unit} ahead or into it: {given} is not between."""

    code = "invalid_horizon"


class UnknownPlan(CustodyError):
    """There is no plan {plan} that you asked for."""

    code = "unknown_plan"
    category = "not_found"


class PlanNotReady(CustodyError):
    """Plan {plan} is {state}: only one that is done or stopped, and not accepted yet, can be accepted."""

    code = "plan_not_ready"
    category = "conflict"


class PlanEnded(CustodyError):
    """Plan {plan} is {state}: there is nothing to stop any more."""

    code = "plan_ended"
    category = "conflict"


class MovedMeanwhile(CustodyError):
    """{label} was moved meanwhile: it is {where} now."""

    code = "moved_meanwhile"
    category = "conflict"


class MayNotBurn(CustodyError):
    """{label} may not burn in the session of {start}: {missing}."""

    code = "may_not_burn"
    category = "unlawful"


class NothingAsked(CustodyError):
    """Say what would be otherwise: a catch, another crew or another plant."""

    code = "nothing_asked"


class InvalidCatch(CustodyError):
    """A catch weighs 0 to {most} kg: {given} is not between."""

    code = "invalid_catch"


class StillThinking(CustodyError):
    """The planner is at {count} of yours, or will be: ask again when one of them is done, in some minutes at most, or stop it."""

    code = "still_thinking"
    category = "conflict"


class TooManyQuestions(CustodyError):
    """You asked {most} questions within an hour: ask the next one in {minutes} minutes."""

    code = "too_many_questions"
    category = "conflict"
