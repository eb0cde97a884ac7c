"""What signing in needs beside the library's own tables. Unlogged: worth nothing after a crash."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("custody", "0007_allowance")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE public.custody_sign_in_failure (
                place varchar(64) PRIMARY KEY,
                failures integer NOT NULL,
                free integer NOT NULL,
                failed_at timestamptz NOT NULL
            );
            -- Django's cache in the database: codes used once and rates, the same for all processes
            CREATE UNLOGGED TABLE public.custody_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX cache_expires ON public.custody_cache (expires);
            """,
            "DROP TABLE public.custody_sign_in_failure, public.custody_cache;",
        )
    ]
