"""Rows of what was printed, made from their events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from custody.kit import clock
from custody.ledger.adoption import Adopted
from custody.ledger.events import Json
from custody.people.models import Officer


class Sort(models.TextChoices):
    """What bears the labels of a printing."""

    ROLL = "roll", "nothing yet"
    UNITS = "units", "units"
    PLACES = "places", "places"


class Reason(models.TextChoices):
    """Why a label is printed that was printed before."""

    DAMAGED = "damaged", "damaged or unreadable"
    LOST = "lost", "lost"
    SPOILT = "spoilt", "spoilt in the printer"
    SECOND_SIDE = "second_side", "a second one for another side"


class LabelPrintingQuerySet(models.QuerySet["LabelPrinting"]):
    def visible_to(self, actor: Officer) -> LabelPrintingQuerySet:
        """Those of the own unit, or of the agency for those who oversee it."""
        return self.filter(
            Q(printed_by__unit__in=actor.scopes) | Q(printed_by__unit__agency__in=actor.scopes)
        )


class LabelPrinting(Adopted):
    """Labels that somebody had printed, at one time and for one reason."""

    subject_type = "label_printing"

    code = models.CharField(primary_key=True, max_length=36)
    sort = models.CharField(max_length=8, choices=Sort)
    #: as they are printed, in that order: labels of units, or code names of places
    labels = ArrayField(models.CharField(max_length=24))
    reason = models.CharField(max_length=12, choices=Reason, null=True)
    printed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()

    objects = LabelPrintingQuerySet.as_manager()

    class Meta:
        db_table = "custody_label_printing"
        indexes = (
            # newest first, in lists
            models.Index(fields=["-printed_at", "code"], name="label_printing_newest"),
            # was this label printed before?
            GinIndex(fields=["labels"], name="label_printing_labels"),
        )

    def __str__(self) -> str:
        return self.code

    @classmethod
    def columns(cls, content: Mapping[str, Json]) -> dict[str, Any]:
        return {
            "sort": content["sort"],
            "labels": content["labels"],
            "reason": content["reason"],
            "printed_by_id": content["printed_by"],
            "printed_at": clock.from_text(str(content["printed_at"])),
        }
