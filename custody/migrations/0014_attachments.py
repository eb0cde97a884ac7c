"""Photographs and documents under their hashes; erasing, by the event that says so."""

from __future__ import annotations

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ERASE = Path(__file__).parent.parent / "ledger" / "sql" / "erase_v1.sql"

#: Each text learns which event commits to it first. The guard stands again, in its new form, at the end.
BELONGINGS = r"""
ALTER TABLE public.custody_disclosure DISABLE TRIGGER disclosure_append_only;
UPDATE public.custody_disclosure d SET event_id = first.event_id
FROM (
    SELECT DISTINCT ON (found[1]) found[1] AS commitment, e.event_id
    FROM public.custody_entry e,
        regexp_matches(convert_from(e.body, 'UTF8'), '\{"commitment":"([0-9a-f]{64})"\}', 'g') AS found
    ORDER BY found[1], e.seq
) AS first
WHERE first.commitment = d.commitment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0013_checkpoints"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("photograph", "photograph"), ("document", "document")],
                        max_length=10,
                    ),
                ),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveBigIntegerField()),
                ("uploaded_at", models.DateTimeField()),
                ("event_id", models.UUIDField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "custody_attachment",
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("content", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=10)),
                ("ordered_by", models.CharField(max_length=120)),
                ("legal_basis", models.CharField(max_length=120)),
                ("erased_at", models.DateTimeField()),
                ("head", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "custody_erasure",
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("used_at", models.DateTimeField()),
            ],
            options={
                "db_table": "custody_upload",
            },
        ),
        migrations.AddField(
            model_name="disclosure",
            name="event_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="photographs",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="road_photographs",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="seizure",
            name="documents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="exhibit",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["photographs", "road_photographs"], name="exhibit_photographs"
            ),
        ),
        migrations.AddIndex(
            model_name="seizure",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["documents"], name="seizure_documents"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", True), ("event_id__isnull", False), _connector="OR"
                ),
                name="attachment_erased_was_named",
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="attachment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uploads",
                to="custody.attachment",
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(
                fields=("attachment", "officer"), name="upload_once"
            ),
        ),
        migrations.RunSQL(BELONGINGS, migrations.RunSQL.noop),
        migrations.RunSQL(ERASE.read_text(), migrations.RunSQL.noop),
    ]
