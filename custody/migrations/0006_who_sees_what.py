"""Who sees what: assignments, the read log with its partitions, alerts."""

from __future__ import annotations

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import custody.people.rights

READS = Path(__file__).parent.parent / "reading" / "sql" / "reads_v1.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0005_request_key_acts"),
    ]

    operations = [
        migrations.RunSQL(READS.read_text(), migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Read",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "read_at",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("id", models.UUIDField()),
                (
                    "read_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("badge", models.CharField(max_length=24)),
                ("unit", models.CharField(max_length=48)),
                ("agency", models.CharField(max_length=24)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("collection", "Collection"),
                            ("alteration", "Alteration"),
                            ("consultation", "Consultation"),
                            ("disclosure", "Disclosure"),
                            ("combination", "Combination"),
                            ("erasure", "Erasure"),
                        ],
                        max_length=12,
                    ),
                ),
                ("route", models.CharField(max_length=120)),
                ("relation", models.CharField(max_length=8)),
                ("purpose", models.CharField(max_length=16, null=True)),
                (
                    "objects_shown",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("recipients", models.CharField(max_length=200, null=True)),
            ],
            options={
                "db_table": "custody_read",
                "ordering": ("-read_at",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="DigestedMinute",
            fields=[
                ("minute", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("rows", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("head", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "custody_read_digest",
            },
        ),
        migrations.AlterField(
            model_name="officer",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        (
                            custody.people.rights.Role["OFFICER"],
                            custody.people.rights.Role["OFFICER"],
                        ),
                        (
                            custody.people.rights.Role["KEEPER"],
                            custody.people.rights.Role["KEEPER"],
                        ),
                        (
                            custody.people.rights.Role["DRIVER"],
                            custody.people.rights.Role["DRIVER"],
                        ),
                        (
                            custody.people.rights.Role["LABORATORY"],
                            custody.people.rights.Role["LABORATORY"],
                        ),
                        (
                            custody.people.rights.Role["OPERATOR"],
                            custody.people.rights.Role["OPERATOR"],
                        ),
                        (
                            custody.people.rights.Role["PROSECUTOR"],
                            custody.people.rights.Role["PROSECUTOR"],
                        ),
                        (
                            custody.people.rights.Role["SUPERVISOR"],
                            custody.people.rights.Role["SUPERVISOR"],
                        ),
                        (
                            custody.people.rights.Role["AUDITOR"],
                            custody.people.rights.Role["AUDITOR"],
                        ),
                        (
                            custody.people.rights.Role["ADMINISTRATOR"],
                            custody.people.rights.Role["ADMINISTRATOR"],
                        ),
                        (
                            custody.people.rights.Role["STATISTICIAN"],
                            custody.people.rights.Role["STATISTICIAN"],
                        ),
                        (
                            custody.people.rights.Role["PROTECTION"],
                            custody.people.rights.Role["PROTECTION"],
                        ),
                    ],
                    max_length=16,
                ),
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="Canary",
            fields=[
                ("object_id", models.UUIDField(primary_key=True, serialize=False)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "custody_canary",
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("head", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(max_length=36, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case", "Case"),
                            ("duty", "Duty"),
                            ("delegation", "Delegation"),
                            ("purpose", "Purpose"),
                        ],
                        max_length=10,
                    ),
                ),
                ("case", models.UUIDField(null=True)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("purpose", models.CharField(max_length=16, null=True)),
                ("glass_broken", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stands_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="custody.unit",
                    ),
                ),
            ],
            options={
                "db_table": "custody_assignment",
                "indexes": [
                    models.Index(fields=["officer", "until"], name="assignment_officer"),
                    models.Index(
                        condition=models.Q(("unit__isnull", False)),
                        fields=["unit", "until"],
                        name="assignment_duty",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("kind", "case")),
                            models.Q(("kind", "duty"), ("unit__isnull", False)),
                            models.Q(
                                ("case__isnull", False),
                                ("kind", "purpose"),
                                ("purpose__isnull", False),
                            ),
                            models.Q(
                                ("kind", "delegation"),
                                ("roles__len__gt", 0),
                                ("stands_for__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assignment_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stands_for__isnull", True),
                            models.Q(("stands_for", models.F("officer")), _negated=True),
                            _connector="OR",
                        ),
                        name="assignment_not_to_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadAlert",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("off_hours", "at night, of what is not in the reader's hands"),
                            ("bulk", "very much at once"),
                            ("not_my_case", "without a case, a duty or a purpose"),
                            ("canary", "of what nobody has a reason to open"),
                            ("broken_glass", "the glass was broken"),
                        ],
                        max_length=12,
                    ),
                ),
                ("badge", models.CharField(max_length=24)),
                ("agency", models.CharField(max_length=24)),
                ("source", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("finding", models.CharField(max_length=400, null=True)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "custody_read_alert",
                "indexes": [
                    models.Index(
                        condition=models.Q(("reviewed_at__isnull", True)),
                        fields=["agency", "raised_at"],
                        name="read_alert_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "source"), name="read_alert_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finding__isnull", True),
                                ("reviewed_at__isnull", True),
                                ("reviewed_by__isnull", True),
                            ),
                            models.Q(
                                ("finding__isnull", False),
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="read_alert_reviewed_whole",
                    ),
                ],
            },
        ),
    ]
