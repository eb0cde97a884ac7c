"""Which role may do what, over what, and how much of it is shown. The lifecycle names rights; these tables alone
say who holds them.

Separation of duties shows here: who seizes does not audit, who orders does not witness, who oversees
does not handle; and nobody holds two roles of :data:`APART`.
``python manage.py print_rights`` prints all of it into ``docs/rights.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
    STATISTICIAN = "statistician"
    PROTECTION = "data_protection"


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
    ASSIGN = "assign"
    COUNT = "count"
    REVIEW = "review"
    IDENTIFY = "identify"
    RESTORE = "restore"
    #: Hand exact bytes to somebody outside, as an evidence bundle.
    DISCLOSE = "disclose"
    PHOTOGRAPH = "photograph"
    DOCUMENT = "document"
    ERASE = "erase"
    #: Ask for a slot at a plant, and plan what is burnt in it.
    BOOK = "book"
    #: Take a plant's slot in an emergency.
    REQUISITION = "requisition"
    #: Scan what stands in somebody else's store.
    STOCKTAKE = "stocktake"


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
            Right.PHOTOGRAPH,
            Right.DOCUMENT,
            Right.STOCKTAKE,
        }
    ),
    Role.KEEPER: frozenset(
        {
            Right.HANDLE,
            Right.TRANSFER,
            Right.KEEP,
            Right.WITNESS,
            Right.REPORT,
            Right.PHOTOGRAPH,
            Right.DOCUMENT,
        }
    ),
    Role.DRIVER: frozenset({Right.TRANSFER, Right.REPORT, Right.PHOTOGRAPH}),
    Role.LABORATORY: frozenset(
        {
            Right.HANDLE,
            Right.TRANSFER,
            Right.KEEP,
            Right.SAMPLE,
            Right.ASSAY,
            Right.REPORT,
            Right.PHOTOGRAPH,
            Right.DOCUMENT,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Right.TRANSFER,
            Right.BURN,
            Right.WITNESS,
            Right.REPORT,
            Right.PHOTOGRAPH,
            Right.DOCUMENT,
            Right.BOOK,
        }
    ),
    Role.PROSECUTOR: frozenset({Right.ORDER, Right.HOLD, Right.DISCLOSE, Right.DOCUMENT}),
    Role.SUPERVISOR: frozenset(
        {
            Right.OVERSEE,
            Right.HOLD,
            Right.REPORT,
            Right.CORRECT,
            Right.ACKNOWLEDGE,
            Right.WITNESS,
            Right.ASSIGN,
            Right.REVIEW,
            Right.COUNT,
            Right.RESTORE,
            Right.DISCLOSE,
            Right.DOCUMENT,
            Right.ERASE,
            Right.BOOK,
            Right.REQUISITION,
            Right.STOCKTAKE,
        }
    ),
    Role.AUDITOR: frozenset({Right.OVERSEE, Right.COUNT, Right.DISCLOSE, Right.STOCKTAKE}),
    Role.ADMINISTRATOR: frozenset({Right.ADOPT, Right.RESTORE}),
    Role.STATISTICIAN: frozenset({Right.COUNT}),
    Role.PROTECTION: frozenset({Right.REVIEW, Right.IDENTIFY}),
}

#: Rights that change nothing and let nobody see an exhibit.
BLIND = frozenset({Right.ADOPT, Right.COUNT, Right.REVIEW, Right.IDENTIFY, Right.RESTORE})


class Relation(StrEnum):
    """What an officer has to do with a thing; the strongest one that holds counts."""

    #: It is in the hands of the own unit, or of one that the officer is on duty for, or on its way there.
    CUSTODY = "custody"
    #: The officer is assigned to its case.
    CASE = "case"
    #: It concerns the own unit: it had it, was told of it, ordered or confirmed something about it.
    UNIT = "unit"
    #: It concerns the own agency.
    AGENCY = "agency"
    #: None of these.
    NONE = "none"


class Shown(StrEnum):
    """How much of a thing a reader gets."""

    WHOLE = "whole"
    #: By code name, stage and day: neither routes nor times of transport.
    MASKED = "masked"
    NOTHING = "nothing"


_HANDS = {
    Relation.CUSTODY: Shown.WHOLE,
    Relation.CASE: Shown.WHOLE,
    Relation.UNIT: Shown.MASKED,
    Relation.AGENCY: Shown.NOTHING,
    Relation.NONE: Shown.NOTHING,
}
_OVERSEERS = {**_HANDS, Relation.AGENCY: Shown.MASKED}
_BLIND = dict.fromkeys(Relation, Shown.NOTHING)

#: Role and relation to how much is shown of a seizure, an exhibit and its trail before any purpose is stated.
READS: dict[Role, dict[Relation, Shown]] = {
    Role.OFFICER: _HANDS,
    Role.KEEPER: _HANDS,
    Role.DRIVER: _HANDS,
    Role.LABORATORY: _HANDS,
    Role.OPERATOR: _HANDS,
    Role.PROSECUTOR: _HANDS,
    Role.SUPERVISOR: _OVERSEERS,
    Role.AUDITOR: _OVERSEERS,
    Role.ADMINISTRATOR: _BLIND,
    Role.STATISTICIAN: _BLIND,
    Role.PROTECTION: _BLIND,
}

#: Who may see the whole of what is shown to them masked by stating a purpose; anybody else has to break the glass.
ENTITLED = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.PROSECUTOR})

#: Of each of these sets nobody holds two roles.
APART: tuple[frozenset[Role], ...] = (
    *(frozenset({Role.AUDITOR, role}) for role in Role if role is not Role.AUDITOR),
    *(frozenset({Role.ADMINISTRATOR, role}) for role in Role if role is not Role.ADMINISTRATOR),
    *(frozenset({Role.PROTECTION, role}) for role in Role if role is not Role.PROTECTION),
    *(frozenset({Role.STATISTICIAN, role}) for role in Role if role is not Role.STATISTICIAN),
    *(frozenset({Role.PROSECUTOR, role}) for role in Role if role is not Role.PROSECUTOR),
    frozenset({Role.LABORATORY, Role.OFFICER}),
    frozenset({Role.SUPERVISOR, Role.OFFICER}),
    frozenset({Role.SUPERVISOR, Role.KEEPER}),
    frozenset({Role.SUPERVISOR, Role.OPERATOR}),
)

#: Rights over a thing in the hands of one's own unit; the others reach whatever their holder may see.
#: A transfer has rules of its own: giver and taker.
NEEDS_CUSTODY = frozenset(
    {
        Right.HANDLE,
        Right.KEEP,
        Right.SAMPLE,
        Right.NEUTRALISE,
        Right.BURN,
        Right.PHOTOGRAPH,
    }
)


def relations_for(right: Right) -> frozenset[Relation]:
    """What an officer has to have to do with a thing to use a right on it."""
    if right in NEEDS_CUSTODY:
        return frozenset({Relation.CUSTODY})
    return frozenset(Relation) - {Relation.NONE}


def allowed(role: Role, right: Right, relation: Relation) -> bool:
    """One cell of the table: role by right by relation."""
    return right in HOLDERS[role] and relation in relations_for(right)


class RightMissing(CustodyError):
    """{badge} does not hold the right to {right}; it belongs to: {holders}."""

    code = "right_missing"
    category = "forbidden"


class RolesApart(CustodyError):
    """Nobody is {first} and {second} at once: give these roles to different people."""

    code = "roles_apart"
    category = "conflict"


def require_compatible(roles: Collection[Role]) -> None:
    """Pass if one person may hold all these roles.

    Raises:
        RolesApart: two of them keep an eye on each other.
    """
    for pair in APART:
        if pair <= set(roles):
            first, second = sorted(pair)
            raise RolesApart(field="roles", first=first, second=second)


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Every right that these roles give."""
    return frozenset().union(*(HOLDERS[Role(role)] for role in roles))


def roles_with(right: Right) -> list[str]:
    """The roles that hold a right, for messages and documents."""
    return [role.value for role, rights in HOLDERS.items() if right in rights]
