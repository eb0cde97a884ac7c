"""Whether the database still guards the ledger as the migrations left it."""

from __future__ import annotations

from django.db import connection

TRIGGERS = (
    "entry_append_only",
    "entry_never_emptied",
    "disclosure_append_only",
    "disclosure_never_emptied",
    "entry_erases",
    "attachment_stays",
    "lock_stays",
    *(
        f"{table}_{rule}"
        for table in ("tile", "checkpoint", "cosignature", "log_key", "disagreement")
        for rule in ("append_only", "never_emptied")
    ),
)
_RIGHTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


def guard_faults() -> list[str]:
    """What is wrong with the guard, in words for an operator; empty when it stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'A'",
            [list(TRIGGERS)],
        )
        standing = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT right_ FROM unnest(%s::text[]) AS right_"
            " WHERE has_table_privilege(current_user, 'public.custody_entry', right_)",
            [list(_RIGHTS)],
        )
        rights = [name for (name,) in cursor.fetchall()]
    faults = [f"trigger {name} is gone or off" for name in TRIGGERS if name not in standing]
    return faults + [f"this process may {name} on the ledger" for name in rights]
