"""A prosecutor may refuse to order destruction; it stands on the exhibit until an order is given."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("custody", "0015_notices")]

    operations = [
        migrations.AddField(
            model_name="exhibit",
            name="order_refused",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
