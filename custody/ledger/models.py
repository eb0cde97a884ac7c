"""The ledger's table, which nobody but ``ledger_append`` writes, and the texts that events commit to."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One recorded event: its exact bytes, and columns read from them by the database so that it can be found."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    act_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=16)
    subject_id = models.CharField(max_length=64)
    actor = models.CharField(max_length=24)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    previous = models.BinaryField(null=True)
    leaf = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        db_table = "custody_entry"
        indexes = (
            # a subject's chain: the append's check of `previous`, trails, replay
            models.Index(fields=["subject_type", "subject_id", "seq"], name="entry_subject"),
            # the answer to a repeated request; the events of one act
            models.Index(fields=["act_id"], name="entry_act"),
            # which trails have corrections: the pictures fold those apart
            models.Index(
                fields=["subject_id"],
                name="entry_corrected",
                condition=models.Q(kind="event.corrected"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Disclosure(models.Model):
    """The text behind a commitment. Erasing drops salt and text and leaves the commitment."""

    commitment = models.CharField(primary_key=True, max_length=64)
    salt = models.CharField(max_length=32, null=True)
    name = models.CharField(max_length=40)
    text = models.TextField(null=True)
    #: The first event that commits to it.
    event_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "custody_disclosure"
        constraints = (
            models.CheckConstraint(
                name="disclosure_erased_whole",
                condition=models.Q(erased_at__isnull=True, salt__isnull=False, text__isnull=False)
                | models.Q(erased_at__isnull=False, salt__isnull=True, text__isnull=True),
            ),
        )


class Tile(models.Model):
    """A full tile of the tree: 256 consecutive hashes of one level, and the root over them, for ever.

    Partial tiles are not stored: those of level 0 are leaves, those above are roots of the tiles below.
    """

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    root = models.BinaryField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "custody_tile"


class SignedCheckpoint(models.Model):
    """What the signer said of the tree: the note as signed, without what witnesses added.

    A public one is shown to everybody; the others go to witnesses, and into receipts.
    """

    origin = models.CharField(max_length=200)
    size = models.BigIntegerField()
    note = models.TextField()
    public = models.BooleanField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "custody_checkpoint"
        indexes = (
            # the checkpoint of a size; the first one that covers an event
            models.Index(fields=["size"], name="checkpoint_size"),
            # the public checkpoint
            models.Index(fields=["-id"], name="checkpoint_public", condition=models.Q(public=True)),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class Cosignature(models.Model):
    """A witness's line under a checkpoint, verified when it came."""

    checkpoint = models.ForeignKey(
        SignedCheckpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.CharField(max_length=200)
    line = models.CharField(max_length=400)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "custody_cosignature"
        constraints = (
            # a witness that repeats itself adds nothing
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosignature_once"),
        )


class Timestamp(models.Model):
    """An outside authority's word that a signed checkpoint existed at a time (RFC 3161), verified when it came.

    Whoever has the app's login can put something else here, so it is verified again when it is handed out.
    """

    checkpoint = models.ForeignKey(
        SignedCheckpoint, on_delete=models.PROTECT, related_name="timestamps"
    )
    authority = models.CharField(max_length=40)
    stamped_at = models.DateTimeField()
    reply = models.BinaryField()

    class Meta:
        db_table = "custody_timestamp"
        constraints = (
            # the same reply is kept once; a false one that came first does not keep the true one out
            models.UniqueConstraint(
                models.F("checkpoint"),
                models.F("authority"),
                models.Func(models.F("reply"), function="sha256"),
                name="timestamp_reply_once",
            ),
        )


class AuthorityState(models.Model):
    """How an authority fared when it was last asked, and from when on it is asked again."""

    name = models.CharField(primary_key=True, max_length=40)
    failures = models.PositiveIntegerField()
    not_before = models.DateTimeField()
    why = models.TextField(null=True)

    class Meta:
        db_table = "custody_timestamp_authority"


class LogKey(models.Model):
    """A key that the signer signs with, and for how long; the key itself is with the signer alone."""

    text = models.CharField(primary_key=True, max_length=400)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()

    class Meta:
        db_table = "custody_log_key"


class RetiredKey(models.Model):
    """A key of the log that was retired before its time, under whatever name: nothing by it alone counts from then on."""

    text = models.CharField(primary_key=True, max_length=400)
    retired_at = models.DateTimeField()

    class Meta:
        db_table = "custody_log_key_retired"


class Disagreement(models.Model):
    """Two signed checkpoints of one log that a witness found irreconcilable."""

    witness = models.CharField(max_length=200)
    origin = models.CharField(max_length=200)
    held = models.TextField()
    offered = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "custody_disagreement"


class SignerRound(models.Model):
    """The signer's last round, and why it refused, if it did: one row, which the signer alone writes."""

    one = models.BooleanField(primary_key=True, default=True)
    ended_at = models.DateTimeField()
    refusal = models.TextField(null=True)

    class Meta:
        db_table = "custody_signer_round"
        constraints = (
            models.CheckConstraint(name="signer_round_one", condition=models.Q(one=True)),
        )


class Erasure(models.Model):
    """What was erased, by whose order: a commitment, the hash of an attachment, or the id of a proposal."""

    content = models.CharField(primary_key=True, max_length=64)
    what = models.CharField(max_length=10)
    ordered_by = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=120)
    erased_at = models.DateTimeField()
    head = models.CharField(max_length=64)

    class Meta:
        db_table = "custody_erasure"

    def __str__(self) -> str:
        return f"{self.what} {self.content}"


class VerificationRound(models.Model):
    """The last full verification, for the health page also where nothing can be appended: one row."""

    one = models.BooleanField(primary_key=True, default=True)
    ended_at = models.DateTimeField()
    fault = models.JSONField(null=True)

    class Meta:
        db_table = "custody_verification_round"
        constraints = (
            models.CheckConstraint(name="verification_round_one", condition=models.Q(one=True)),
        )
