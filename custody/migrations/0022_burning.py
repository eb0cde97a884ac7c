"""Permits of plants, crews, what vehicles carry, and the sessions in which drugs are burnt."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0021_neutralisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="VehicleCapacity",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="capacity",
                        serialize=False,
                        to="custody.place",
                    ),
                ),
                ("capacity_grams", models.DecimalField(decimal_places=3, max_digits=14)),
            ],
            options={
                "verbose_name_plural": "vehicle capacities",
                "db_table": "custody_vehicle_capacity",
            },
        ),
        migrations.CreateModel(
            name="Crew",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("size", models.PositiveIntegerField()),
                ("hours", models.JSONField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crews",
                        to="custody.unit",
                    ),
                ),
            ],
            options={
                "db_table": "custody_crew",
            },
        ),
        migrations.CreateModel(
            name="Permit",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("caps", models.JSONField()),
                ("sessions_per_week", models.PositiveIntegerField()),
                ("opening_hours", models.JSONField()),
                ("minimum_temperature_celsius", models.PositiveIntegerField()),
                ("requisitionable", models.BooleanField()),
                ("source", models.CharField(max_length=400)),
                ("confirmed", models.BooleanField()),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permits",
                        to="custody.place",
                    ),
                ),
            ],
            options={
                "db_table": "custody_permit",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("cap_grams", models.DecimalField(decimal_places=3, max_digits=14)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("confirmed", "confirmed"),
                            ("cancelled", "cancelled"),
                            ("missed", "missed"),
                            ("certified", "certified"),
                        ],
                        max_length=12,
                    ),
                ),
                ("requisitioned", models.BooleanField()),
                (
                    "units",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "staged",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "loaded",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "burnt",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "logs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                (
                    "concerned",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48), size=None
                    ),
                ),
                ("last_at", models.DateTimeField()),
                ("head", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "crew",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="custody.crew",
                    ),
                ),
                (
                    "permit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="custody.permit",
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="custody.place",
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="custody.vehiclecapacity",
                    ),
                ),
            ],
            options={
                "db_table": "custody_session",
                "indexes": [
                    models.Index(fields=["plant", "starts_at"], name="session_by_plant"),
                    models.Index(fields=["starts_at", "id"], name="session_by_time"),
                    models.Index(
                        condition=models.Q(("state__in", ("asked", "confirmed"))),
                        fields=["state"],
                        name="session_live",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("asked", "confirmed", "cancelled", "missed", "certified"),
                            )
                        ),
                        name="session_state_known",
                    ),
                ],
            },
        ),
    ]
