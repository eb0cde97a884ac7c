"""Many at once: events are checked and written, and who sees what is found, by one statement for all of them."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "ledger" / "sql"
SEEN = Path(__file__).parent.parent / "seizures" / "sql" / "seen_by_v2.sql"


class Migration(migrations.Migration):
    dependencies = [("custody", "0018_timestamps")]

    operations = [
        # The table is partitioned, and not Django's to alter.
        migrations.AlterField(
            model_name="read",
            name="recipients",
            field=models.CharField(max_length=420, null=True),
        ),
        migrations.RunSQL(
            "ALTER TABLE public.custody_read ALTER COLUMN recipients TYPE varchar(420)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL((SQL / "event_v2.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "append_v2.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(SEEN.read_text(), migrations.RunSQL.noop),
    ]
