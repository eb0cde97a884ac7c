"""Which trails have corrections, without looking through the whole ledger."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("custody", "0027_label_printings")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(kind="event.corrected"),
                fields=["subject_id"],
                name="entry_corrected",
            ),
        ),
    ]
