"""Protocols, reagents in stock, runs over several units, residues, and what an assay said of them."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0020_profiles"),
    ]

    operations = [
        migrations.AddField(
            model_name="exhibit",
            name="assay",
            field=models.CharField(
                choices=[
                    ("none", "none"),
                    ("awaited", "awaited"),
                    ("passed", "passed"),
                    ("failed", "failed"),
                    ("inconclusive", "inconclusive"),
                ],
                db_default="none",
                default="none",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="run",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="exhibit",
            name="form",
            field=models.CharField(
                choices=[
                    ("block", "block"),
                    ("bag", "bag"),
                    ("barrel", "barrel"),
                    ("pallet", "pallet"),
                    ("sample", "sample"),
                    ("counter_sample", "counter_sample"),
                    ("residue", "residue"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Protocol",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("key", models.CharField(max_length=48, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=32)),
                ("number", models.PositiveIntegerField()),
                ("adopted_at", models.DateTimeField()),
                ("content", models.JSONField()),
            ],
            options={
                "db_table": "custody_protocol",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="protocol_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("readings", models.JSONField()),
                ("head", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "carried_out_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "protocol",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="custody.protocol",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="custody.unit",
                    ),
                ),
            ],
            options={
                "db_table": "custody_run",
            },
        ),
        migrations.CreateModel(
            name="TreatedUnit",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("portions", models.JSONField()),
                ("gross_grams", models.DecimalField(decimal_places=3, max_digits=14)),
                ("deviations", models.JSONField()),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="treatments",
                        to="custody.exhibit",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="custody.run",
                    ),
                ),
            ],
            options={
                "db_table": "custody_treated_unit",
            },
        ),
        migrations.CreateModel(
            name="ReagentLot",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("reagent", models.CharField(max_length=40)),
                ("number", models.CharField(max_length=40)),
                ("received_grams", models.DecimalField(decimal_places=3, max_digits=14)),
                ("left_grams", models.DecimalField(decimal_places=3, max_digits=14)),
                ("expires_on", models.DateField()),
                ("head", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reagent_lots",
                        to="custody.unit",
                    ),
                ),
            ],
            options={
                "db_table": "custody_reagent_lot",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_grams__gte", 0), ("left_grams__lte", models.F("received_grams"))
                        ),
                        name="reagent_lot_left",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["-ended_at", "id"], name="run_newest"),
        ),
    ]
