"""Who may see a thing, on its own row: kept by the database, so that one index answers; and indexes for searches."""

from __future__ import annotations

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "seizures" / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0010_watch"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="exhibit",
            name="exhibit_concerned",
        ),
        migrations.RemoveIndex(
            model_name="seizure",
            name="seizure_concerned",
        ),
        migrations.AddField(
            model_name="exhibit",
            name="seen_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=48), default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="seizure",
            name="seen_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=48), default=list, editable=False, size=None
            ),
        ),
        migrations.RunSQL((SQL / "seen_by_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="exhibit",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["seen_by"], name="exhibit_seen_by"
            ),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["-fell_due_at", "id"], name="flag_newest"),
        ),
        migrations.AddIndex(
            model_name="seal",
            index=models.Index(
                django.db.models.functions.text.Upper("number"), name="seal_upper_number"
            ),
        ),
        migrations.AddIndex(
            model_name="seizure",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["seen_by"], name="seizure_seen_by"
            ),
        ),
        migrations.AddIndex(
            model_name="seizure",
            index=models.Index(
                django.db.models.functions.text.Upper("reference"), name="seizure_upper_reference"
            ),
        ),
        migrations.AddIndex(
            model_name="seizure",
            index=models.Index(
                django.db.models.functions.text.Upper("customs_report"),
                name="seizure_upper_customs_report",
            ),
        ),
        migrations.AddIndex(
            model_name="seizure",
            index=models.Index(
                django.db.models.functions.text.Upper("prosecutor_notice"),
                name="seizure_upper_prosecutor_notic",
            ),
        ),
        migrations.AddIndex(
            model_name="seizure",
            index=models.Index(
                django.db.models.functions.text.Upper("container_number"),
                name="seizure_upper_container_number",
            ),
        ),
    ]
