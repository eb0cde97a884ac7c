"""What the law of a place asks before drugs are destroyed; what an order keeps; the owner; photographs that count."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0019_speed"),
    ]

    operations = [
        migrations.AddField(
            model_name="destructionorder",
            name="ground",
            field=models.CharField(
                choices=[
                    ("danger", "danger"),
                    ("harm", "harm"),
                    ("unlawful", "unlawful"),
                    ("cost", "cost"),
                ],
                max_length=12,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="destructionorder",
            name="retained",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="destructionorder",
            name="retained_grams",
            field=models.DecimalField(decimal_places=3, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="shown_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="seizure",
            name="owner_known",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="seizure",
            name="owner_notified_on",
            field=models.CharField(max_length=10, null=True),
        ),
        migrations.AddField(
            model_name="seizure",
            name="owner_until",
            field=models.CharField(max_length=10, null=True),
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("key", models.CharField(max_length=48, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("jurisdiction", models.CharField(max_length=6)),
                ("effective_at", models.DateTimeField()),
                ("content", models.JSONField()),
            ],
            options={
                "db_table": "custody_profile",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="profile_version_once"),
                    models.UniqueConstraint(fields=("effective_at",), name="profile_one_at_a_time"),
                ],
            },
        ),
    ]
