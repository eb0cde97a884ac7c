"""What can be wrong with policies and flags."""

from __future__ import annotations

from custody.kit.errors import CustodyError


class PolicyInThePast(CustodyError):
    """A policy holds from {earliest} at the earliest, so that it never rewrites what has been."""

    code = "policy_in_the_past"


class PolicyOverlaps(CustodyError):
    """The policy {code} holds from that moment on already."""

    code = "policy_overlaps"
    category = "conflict"


class PolicyAdoptedMeanwhile(CustodyError):
    """{policy} was adopted since this page was opened: open it again."""

    code = "policy_adopted_meanwhile"
    category = "stale"


class UnknownFlag(CustodyError):
    """There is no flag {flag} that is yours to see."""

    code = "unknown_flag"
    category = "not_found"


class OwnFlag(CustodyError):
    """This flag is about something that you recorded yourself: another supervisor has to acknowledge it."""

    code = "own_flag"
    category = "forbidden"


class FlagEnded(CustodyError):
    """The flag has been {state} already."""

    code = "flag_ended"
    category = "conflict"
