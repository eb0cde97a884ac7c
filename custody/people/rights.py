"""Which role may do what. The lifecycle names rights; this table alone says who holds them.

Separation of duties shows here: who seizes does not audit, who orders does not witness, who oversees
does not handle.
"""

from __future__ import annotations

from enum import StrEnum

from custody.kit.errors import CustodyError


class Role(StrEnum):
    OFFICER = "officer"
    KEEPER = "keeper"
    DRIVER = "driver"
    LABORATORY = "laboratory"
    OPERATOR = "operator"
    PROSECUTOR = "prosecutor"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    INTERCEPT = "intercept"
    HANDLE = "handle"
    TRANSFER = "transfer"
    KEEP = "keep"
    SAMPLE = "sample"
    ASSAY = "assay"
    NEUTRALISE = "neutralise"
    BURN = "burn"
    WITNESS = "witness"
    ORDER = "order"
    HOLD = "hold"
    REPORT = "report"
    CORRECT = "correct"
    ACKNOWLEDGE = "acknowledge"
    OVERSEE = "oversee"
    ADOPT = "adopt"


HOLDERS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset(
        {
            Right.INTERCEPT,
            Right.HANDLE,
            Right.TRANSFER,
            Right.SAMPLE,
            Right.NEUTRALISE,
            Right.WITNESS,
            Right.REPORT,
        }
    ),
    Role.KEEPER: frozenset({Right.HANDLE, Right.TRANSFER, Right.KEEP, Right.WITNESS, Right.REPORT}),
    Role.DRIVER: frozenset({Right.TRANSFER, Right.REPORT}),
    Role.LABORATORY: frozenset(
        {Right.HANDLE, Right.TRANSFER, Right.KEEP, Right.SAMPLE, Right.ASSAY, Right.REPORT}
    ),
    Role.OPERATOR: frozenset({Right.TRANSFER, Right.BURN, Right.WITNESS, Right.REPORT}),
    Role.PROSECUTOR: frozenset({Right.ORDER, Right.HOLD}),
    Role.SUPERVISOR: frozenset(
        {
            Right.OVERSEE,
            Right.HOLD,
            Right.REPORT,
            Right.CORRECT,
            Right.ACKNOWLEDGE,
            Right.WITNESS,
        }
    ),
    Role.AUDITOR: frozenset({Right.OVERSEE}),
    Role.ADMINISTRATOR: frozenset({Right.ADOPT}),
}

#: Rights over a thing in the hands of one's own unit; the others reach whatever their holder may see.
#: A transfer has rules of its own: giver and taker.
NEEDS_CUSTODY = frozenset(
    {
        Right.HANDLE,
        Right.KEEP,
        Right.SAMPLE,
        Right.NEUTRALISE,
        Right.BURN,
    }
)


class RightMissing(CustodyError):
    """{badge} does not hold the right to {right}; it belongs to: {holders}."""

    code = "right_missing"
    category = "forbidden"


def rights_of(roles: list[str]) -> frozenset[Right]:
    """Every right that these roles give."""
    return frozenset().union(*(HOLDERS[Role(role)] for role in roles))


def roles_with(right: Right) -> list[str]:
    """The roles that hold a right, for messages and documents."""
    return [role.value for role, rights in HOLDERS.items() if right in rights]
