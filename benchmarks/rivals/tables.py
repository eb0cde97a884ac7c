"""The rivals' tables: made for a benchmark, in no migration."""

from __future__ import annotations

from django.db import connections

from benchmarks.rivals import models
from custody.kit.roles import APP

KINDS = (models.PlainBarrel, models.LoggedBarrel, models.HistoricBarrel)


def make_tables() -> None:
    """Make them, and let the app use them."""
    with connections["owner"].schema_editor() as editor:
        for kind in (*KINDS, models.HistoricBarrel.history.model):
            editor.create_model(kind)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {APP}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}")
