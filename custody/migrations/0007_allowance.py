"""How much each principal may still ask. Unlogged: it is worth nothing after a crash, and costs no disk write."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("custody", "0006_who_sees_what")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE public.custody_allowance (
                badge varchar(24) PRIMARY KEY,
                drops double precision NOT NULL,
                taken_at timestamptz NOT NULL
            ) WITH (fillfactor = 50);
            """,
            "DROP TABLE public.custody_allowance;",
        )
    ]
