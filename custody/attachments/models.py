"""Rows of attachments: what lies in storage under which hash, and who brought it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from custody.attachments.content import Kind
from custody.people.models import Officer


class Attachment(models.Model):
    """A file under the SHA-256 of its bytes. What events name stays; an erased one leaves its row.

    Who may see it is told by what names it: :mod:`custody.audit.attachments`.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    media_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField()
    #: The first event that names it; until then it is its uploaders' own.
    event_id = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "custody_attachment"
        constraints = (
            models.CheckConstraint(
                name="attachment_erased_was_named",
                condition=Q(erased_at__isnull=True) | Q(event_id__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.sha256


class Upload(models.Model):
    """Somebody brought these bytes, so they may name them in an act."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="uploads")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    #: Brought, or last named in an act that may still wait for its confirmation.
    used_at = models.DateTimeField()

    class Meta:
        db_table = "custody_upload"
        constraints = (
            # the same file twice is one
            models.UniqueConstraint(fields=["attachment", "officer"], name="upload_once"),
        )
