"""What an exhibit admits now, by the table of its life. Pure."""

from __future__ import annotations

from custody.kit.errors import CustodyError
from custody.seizures.lifecycle import TABLE, Stage


class NotLegalNow(CustodyError):
    """{label} is {stage}: {kind} is not legal now. Legal now: {options}."""

    code = "not_legal_now"
    category = "conflict"


class Disputed(CustodyError):
    """{label} is disputed: its trail was corrected into one that could not have been. Until that is mended it may only be held, counted, corrected or reported."""

    code = "disputed"
    category = "conflict"


def allows(kind: str, stage: Stage) -> bool:
    """Whether an exhibit in this stage admits this event."""
    return stage in TABLE[kind].sources


def kinds_from(stage: Stage, *, disputed: bool = False) -> list[str]:
    """The events that an exhibit in this stage admits, in the order of the table."""
    return [
        row.kind
        for row in TABLE.values()
        if stage in row.sources and (row.while_disputed or not disputed)
    ]


def require(kind: str, *, label: str, stage: Stage, disputed: bool) -> None:
    """Pass if an exhibit may have this event now.

    Raises:
        Disputed: the exhibit's trail is in dispute and this event has to wait for that.
        NotLegalNow: its stage does not admit the event.
    """
    options = kinds_from(stage, disputed=disputed)
    if not allows(kind, stage):
        raise NotLegalNow(
            label=label,
            stage=stage.value.replace("_", " "),
            kind=kind,
            options=", ".join(options) or "nothing",
            legal=options,
        )
    if kind not in options:
        raise Disputed(label=label, legal=options)
