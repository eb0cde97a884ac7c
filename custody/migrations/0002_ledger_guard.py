"""The function that appends, and the triggers that let nothing else happen to the ledger."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "ledger" / "sql"


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "event_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "append_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "guard_v1.sql").read_text(), migrations.RunSQL.noop),
    ]
