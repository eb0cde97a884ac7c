"""Who sweeps is known by name, who sleeps until the next limit is woken when limits move, and clocks stand still."""

from __future__ import annotations

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "deadlines" / "sql"


class Migration(migrations.Migration):
    dependencies = [("custody", "0009_origins")]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="pauses",
            field=ArrayField(base_field=models.DateTimeField(), default=list, size=None),
        ),
        # When a sweep last ended is not worth keeping: the next one says it within seconds.
        migrations.DeleteModel(name="SweepRun"),
        migrations.CreateModel(
            name="SweepRun",
            fields=[
                (
                    "sweeper",
                    models.CharField(
                        choices=[("watch", "watch"), ("beat", "beat")],
                        max_length=5,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                ("flagged", models.PositiveIntegerField()),
            ],
            options={"db_table": "custody_sweep_run"},
        ),
        migrations.RunSQL(
            (SQL / "wake_v1.sql").read_text(),
            "DROP TRIGGER clock_wakes_watchers ON public.custody_clock;"
            " DROP FUNCTION public.deadlines_wake();",
        ),
    ]
