"""``manage.py print_rights``: who may do what, over what, and how much of it they see, for the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from custody.handling.register import ACTS
from custody.people.rights import (
    APART,
    BLIND,
    ENTITLED,
    HOLDERS,
    READS,
    Relation,
    Right,
    Role,
    allowed,
    roles_with,
)
from custody.seizures.lifecycle import TABLE

_IN_SIGHT = {Relation.CASE, Relation.UNIT, Relation.AGENCY}


def _reach(role: Role, right: Right) -> str:
    reached = {relation for relation in Relation if allowed(role, right, relation)}
    if not reached:
        return ""
    return "in sight" if reached & _IN_SIGHT else "in custody"


def _title(role: Role) -> str:
    if HOLDERS[role] <= BLIND:
        return "no"
    return "yes" if role in ENTITLED else "by breaking the glass"


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page() -> str:
    """``docs/rights.md``."""
    order = list(TABLE)
    acts = sorted(ACTS.values(), key=lambda one: order.index(one.kind))
    doing = _table(
        ["Act", "Right", *(role.value for role in Role)],
        (
            [f"`{act.name}`", right.value, *(_reach(role, right) for role in Role)]
            for act in acts
            for right in [Right(TABLE[act.kind].right)]
        ),
    )
    seeing = _table(
        ["Role", *(relation.value for relation in Relation), "purpose shows the whole"],
        (
            [
                role.value,
                *(READS[role][relation].value for relation in Relation),
                _title(role),
            ]
            for role in Role
        ),
    )
    apart = "; ".join(sorted({" and ".join(sorted(pair)) for pair in APART}))
    return (
        "# Who may do what, and who sees what\n\n"
        "Printed by `python manage.py print_rights`; a test keeps this page and the code equal.\n\n"
        "## Acts by role and relation\n\n"
        "*in custody*: on what is in the hands of the own unit; *in sight*: on whatever the officer sees at all. "
        "A transfer takes a side of it, giver or taker; that something is missing is said by the unit that had it, or by "
        "its supervisor. Beside these, acts need the confirmations that "
        "`docs/lifecycle.md` names, and a stage that admits them.\n\n"
        f"{doing}\n\n"
        "## How much is shown by role and relation\n\n"
        "*custody*: in the hands of the own unit or of one on duty for, or on its way there; *case*: assigned; "
        "*unit*, *agency*: it concerned them. *masked*: transports by their day, without ways, drivers or bytes.\n\n"
        f"{seeing}\n\n"
        "## Exchange\n\n"
        f"A table of another system's seizures is taken over by who may {Right.INTERCEPT.value} "
        f"({', '.join(roles_with(Right.INTERCEPT))}), and confirmed by a colleague who may. Seizures are exported as a "
        f"table by who may {Right.OVERSEE.value} ({', '.join(roles_with(Right.OVERSEE))}), as far as they see them. A "
        "trail is told as EPCIS to whoever sees it, and as much of it as they are shown.\n\n"
        "## Roles that nobody holds together\n\n"
        f"{apart}.\n"
    )


class Command(BaseCommand):
    """Write the page, or check that it is the one that the code stands for."""

    help = "Print who may do and see what into docs/rights.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say whether the page is right"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "rights.md"
        if not options["check"]:
            path.write_text(page(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page():
            raise CommandError("docs/rights.md is not what the code says: run print_rights")
