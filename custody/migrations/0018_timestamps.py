"""What outside authorities say of checkpoints, how these fare, and how the last verification ended."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "ledger" / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0017_sampling"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuthorityState",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField()),
                ("not_before", models.DateTimeField()),
                ("why", models.TextField(null=True)),
            ],
            options={
                "db_table": "custody_timestamp_authority",
            },
        ),
        migrations.CreateModel(
            name="VerificationRound",
            fields=[
                ("one", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("ended_at", models.DateTimeField()),
                ("fault", models.JSONField(null=True)),
            ],
            options={
                "db_table": "custody_verification_round",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one", True)), name="verification_round_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Timestamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("authority", models.CharField(max_length=40)),
                ("stamped_at", models.DateTimeField()),
                ("reply", models.BinaryField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timestamps",
                        to="custody.signedcheckpoint",
                    ),
                ),
            ],
            options={
                "db_table": "custody_timestamp",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "authority"), name="timestamp_once"
                    )
                ],
            },
        ),
        migrations.RunSQL((SQL / "guard_v3.sql").read_text(), migrations.RunSQL.noop),
    ]
