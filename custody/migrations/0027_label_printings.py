"""Labels printed: by whom, and why again."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0026_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelPrinting",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(max_length=36, primary_key=True, serialize=False)),
                (
                    "sort",
                    models.CharField(
                        choices=[("roll", "nothing yet"), ("units", "units"), ("places", "places")],
                        max_length=8,
                    ),
                ),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), size=None
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("damaged", "damaged or unreadable"),
                            ("lost", "lost"),
                            ("spoilt", "spoilt in the printer"),
                            ("second_side", "a second one for another side"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("printed_at", models.DateTimeField()),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "custody_label_printing",
                "indexes": [
                    models.Index(fields=["-printed_at", "code"], name="label_printing_newest"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["labels"], name="label_printing_labels"
                    ),
                ],
            },
        ),
    ]
