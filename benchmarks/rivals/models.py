"""The same barrel three times: without history, and with either library's."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.db import models
from simple_history.models import HistoricalRecords


class Barrel(models.Model):
    """What the three have in common: about the columns that an act of ours changes."""

    label = models.CharField(max_length=16)
    stage = models.CharField(max_length=16)
    place = models.CharField(max_length=24)
    custodian = models.CharField(max_length=24)
    gross_grams = models.DecimalField(max_digits=14, decimal_places=3)
    last_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class PlainBarrel(Barrel):
    """Saved and forgotten."""


class LoggedBarrel(Barrel):
    """With django-auditlog."""


class HistoricBarrel(Barrel):
    """With django-simple-history."""

    history = HistoricalRecords()


auditlog.register(LoggedBarrel)
