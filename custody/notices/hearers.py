"""Whose mailboxes are supervisors'."""

from __future__ import annotations

from collections.abc import Iterable

from custody.kit import clock
from custody.notices.models import Mailbox
from custody.people.models import Assignment, AssignmentKind
from custody.people.rights import Role


def of_supervisors(boxes: Iterable[Mailbox]) -> list[Mailbox]:
    """Those of these that belong to somebody in service who is a supervisor, or stands for one now."""
    standing = set(
        Assignment.objects.in_force(clock.now())
        .filter(kind=AssignmentKind.DELEGATION, roles__contains=[Role.SUPERVISOR.value])
        .values_list("officer", flat=True)
    )
    return [
        one
        for one in boxes
        if one.officer
        and one.officer.is_active
        and (Role.SUPERVISOR in one.officer.roles or one.officer_id in standing)
    ]
