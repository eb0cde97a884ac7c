"""Where exhibits come from that another system recorded."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("custody", "0008_identity")]

    operations = [
        migrations.CreateModel(
            name="Origin",
            fields=[
                (
                    "exhibit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="origin",
                        serialize=False,
                        to="custody.exhibit",
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "custody_origin",
                "constraints": [
                    models.UniqueConstraint(fields=("source", "reference"), name="origin_once")
                ],
            },
        ),
    ]
