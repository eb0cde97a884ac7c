"""Whose desk is whose: the pages of a task, shown in the frame to who has that task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custody.people.models import Officer
from custody.people.rights import Right, Role


@dataclass(frozen=True)
class Desk:
    """A task's own page.

    Attributes:
        name: of its address.
        title: the task, as its page and the link to it are called.
        belongs_to: whether an officer has that task.
    """

    name: str
    title: Promise
    belongs_to: Callable[[Officer], bool]


DESKS = (
    Desk("run", _("My run"), lambda officer: Role.DRIVER in officer.all_roles),
    Desk("store", _("Store"), lambda officer: Role.KEEPER in officer.all_roles),
    Desk("plant", _("Plant"), lambda officer: Right.BURN in officer.rights),
    Desk("laboratory", _("Laboratory"), lambda officer: Right.ASSAY in officer.rights),
    Desk("decisions", _("Decisions"), lambda officer: Right.ORDER in officer.rights),
)


def desks_of(officer: Officer) -> list[Desk]:
    """The desks of an officer; few have two."""
    return [desk for desk in DESKS if desk.belongs_to(officer)]
