"""The stored tree, signed checkpoints, and those who watch them."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "ledger" / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0012_first_passwords"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disagreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("witness", models.CharField(max_length=200)),
                ("origin", models.CharField(max_length=200)),
                ("held", models.TextField()),
                ("offered", models.TextField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "custody_disagreement",
            },
        ),
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("text", models.CharField(max_length=400, primary_key=True, serialize=False)),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
            ],
            options={
                "db_table": "custody_log_key",
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "db_table": "custody_tile",
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=400)),
                ("token_hash", models.CharField(max_length=64)),
                ("in_service", models.BooleanField()),
            ],
            options={
                "db_table": "custody_witness",
            },
        ),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                ("note", models.TextField()),
                ("public", models.BooleanField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "custody_checkpoint",
                "indexes": [
                    models.Index(fields=["size"], name="checkpoint_size"),
                    models.Index(
                        condition=models.Q(("public", True)),
                        fields=["-id"],
                        name="checkpoint_public",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignerRound",
            fields=[
                ("one", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("ended_at", models.DateTimeField()),
                ("refusal", models.TextField(null=True)),
            ],
            options={
                "db_table": "custody_signer_round",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one", True)), name="signer_round_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("witness", models.CharField(max_length=200)),
                ("line", models.CharField(max_length=400)),
                ("received_at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="custody.signedcheckpoint",
                    ),
                ),
            ],
            options={
                "db_table": "custody_cosignature",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "witness"), name="cosignature_once"
                    )
                ],
            },
        ),
        migrations.RunSQL((SQL / "guard_v2.sql").read_text(), migrations.RunSQL.noop),
    ]
