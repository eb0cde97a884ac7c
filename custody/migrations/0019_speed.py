"""Events are checked, and written, all that are appended together in one statement each."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "ledger" / "sql"


class Migration(migrations.Migration):
    dependencies = [("custody", "0018_timestamps")]

    operations = [
        migrations.RunSQL((SQL / "event_v2.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "append_v2.sql").read_text(), migrations.RunSQL.noop),
    ]
