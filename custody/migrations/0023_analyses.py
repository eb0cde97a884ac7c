"""Analyses: a sample that was used up has come to its end; and what is expected of masses, as dated rules."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("custody", "0022_burning")]

    operations = [
        migrations.RemoveIndex(model_name="exhibit", name="exhibit_board"),
        migrations.AlterField(
            model_name="exhibit",
            name="stage",
            field=models.CharField(
                choices=[
                    ("intercepted", "intercepted"),
                    ("in_transit", "in_transit"),
                    ("received", "received"),
                    ("stored", "stored"),
                    ("withdrawn", "withdrawn"),
                    ("staged", "staged"),
                    ("loaded", "loaded"),
                    ("incinerated", "incinerated"),
                    ("divided", "divided"),
                    ("consumed", "consumed"),
                    ("missing", "missing"),
                    ("void", "void"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="exhibit",
            index=models.Index(
                condition=Q(within__isnull=True)
                & ~Q(stage__in=["consumed", "divided", "incinerated", "void"]),
                fields=["stage", "intercepted_at"],
                name="exhibit_board",
            ),
        ),
        migrations.CreateModel(
            name="MassRules",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("effective_at", models.DateTimeField(unique=True)),
                ("content", models.JSONField()),
            ],
            options={"db_table": "custody_mass_rules", "verbose_name_plural": "mass rules"},
        ),
    ]
