"""Keys that were retired, who was told that the signer refuses, and timestamps that false ones do not keep out."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "ledger" / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0025_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetiredKey",
            fields=[
                ("text", models.CharField(max_length=400, primary_key=True, serialize=False)),
                ("retired_at", models.DateTimeField()),
            ],
            options={
                "db_table": "custody_log_key_retired",
            },
        ),
        migrations.CreateModel(
            name="SignerAlarm",
            fields=[
                (
                    "mailbox",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="custody.mailbox",
                    ),
                ),
                ("since", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(max_length=80, null=True)),
            ],
            options={
                "db_table": "custody_signer_alarm",
            },
        ),
        migrations.RemoveConstraint(
            model_name="timestamp",
            name="timestamp_once",
        ),
        migrations.AddConstraint(
            model_name="timestamp",
            constraint=models.UniqueConstraint(
                models.F("checkpoint"),
                models.F("authority"),
                models.Func(models.F("reply"), function="sha256"),
                name="timestamp_reply_once",
            ),
        ),
        migrations.RunSQL((SQL / "retired_key_v1.sql").read_text(), migrations.RunSQL.noop),
    ]
