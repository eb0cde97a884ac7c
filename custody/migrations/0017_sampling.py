"""Sampling plans: what is to be stated of a lot, and which units were drawn for it."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("custody", "0016_refused_orders")]

    operations = [
        migrations.CreateModel(
            name="SamplingPlan",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("adopted_at", models.DateTimeField()),
                ("substance", models.CharField(max_length=40)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("hypergeometric", "hypergeometric"),
                            ("binomial", "binomial"),
                            ("bayesian", "bayesian"),
                            ("bayesian_large_lot", "bayesian_large_lot"),
                            ("square_root", "square_root"),
                            ("twenty_and_tenth", "twenty_and_tenth"),
                        ],
                        max_length=20,
                    ),
                ),
                ("share", models.CharField(max_length=12)),
                ("confidence", models.CharField(max_length=12)),
                ("negatives", models.PositiveIntegerField()),
                (
                    "prior",
                    ArrayField(base_field=models.PositiveIntegerField(), null=True, size=None),
                ),
                ("lot", ArrayField(base_field=models.UUIDField(), size=None)),
                ("labels", ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ("algorithm", models.CharField(max_length=20)),
                ("seed", models.CharField(max_length=32)),
                ("drawn", ArrayField(base_field=models.CharField(max_length=16), size=None)),
                (
                    "adopted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seizure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sampling_plans",
                        to="custody.seizure",
                    ),
                ),
            ],
            options={
                "db_table": "custody_sampling_plan",
                "indexes": [
                    models.Index(fields=["-adopted_at", "code"], name="sampling_plan_newest")
                ],
            },
        ),
    ]
