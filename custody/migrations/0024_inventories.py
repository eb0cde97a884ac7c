"""Inventories: what stood at a place, by whom it was counted, and the sealed list of what should have been there."""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("custody", "0023_analyses")]

    operations = [
        migrations.CreateModel(
            name="Inventory",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("unit", models.CharField(max_length=48)),
                ("agency", models.CharField(max_length=24)),
                (
                    "method",
                    models.CharField(
                        choices=[("full", "full"), ("calea", "calea"), ("tenth", "tenth")],
                        max_length=8,
                    ),
                ),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("routine", "Routine"),
                            ("change_of_custodian", "Change Of Custodian"),
                            ("unannounced", "Unannounced"),
                            ("second_round", "Second Round"),
                        ],
                        max_length=20,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=24)),
                ("algorithm", models.CharField(max_length=20)),
                ("seed", models.CharField(max_length=32)),
                ("population_digest", models.CharField(max_length=64)),
                ("chance", models.JSONField(null=True)),
                (
                    "counters",
                    ArrayField(base_field=models.CharField(max_length=24), default=list, size=None),
                ),
                ("scanned", models.PositiveIntegerField()),
                ("unlabelled", models.PositiveIntegerField()),
                ("listed_at", models.DateTimeField(null=True)),
                (
                    "drawn",
                    ArrayField(base_field=models.CharField(max_length=16), null=True, size=None),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(max_length=24, null=True)),
                ("figures", models.JSONField(null=True)),
                ("last_at", models.DateTimeField()),
                ("head", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "first",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_round",
                        to="custody.inventory",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inventories",
                        to="custody.place",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "inventories",
                "db_table": "custody_inventory",
                "indexes": [models.Index(fields=["-opened_at", "id"], name="inventory_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(closed_at__isnull=True),
                        fields=("place",),
                        name="inventory_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InventoryLine",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=16)),
                ("counted_at", models.DateTimeField(null=True)),
                ("counted_by", models.CharField(max_length=24, null=True)),
                ("blind", models.BooleanField()),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("as_recorded", "as_recorded"),
                            ("missed", "missed"),
                            ("moved", "moved"),
                            ("elsewhere", "elsewhere"),
                            ("ended", "ended"),
                            ("was_missing", "was_missing"),
                            ("unknown", "unknown"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "inventory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="custody.inventory",
                    ),
                ),
            ],
            options={
                "db_table": "custody_inventory_line",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inventory", "label"), name="inventory_line_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedPopulation",
            fields=[
                (
                    "inventory",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="population",
                        serialize=False,
                        to="custody.inventory",
                    ),
                ),
                ("salt", models.CharField(max_length=32)),
                ("text", models.TextField()),
            ],
            options={"db_table": "custody_inventory_population"},
        ),
    ]
