"""Where photographs and documents are kept: a folder of this machine, or a bucket of S3-compatible storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from custody.kit import env
from custody.kit.errors import InvalidSetting


def attachments(data: Path) -> dict[str, Any]:
    """The entry of ``STORAGES``, from ``CUSTODY_S3_…``; a folder under ``data`` without a bucket.

    Raises:
        InvalidSetting: a bucket is named without the key to it.
    """
    bucket = env.text("CUSTODY_S3_BUCKET")
    if not bucket:
        return {
            "BACKEND": "custody.attachments.storage.Folder",
            "OPTIONS": {"location": data / "attachments", "file_permissions_mode": 0o600},
        }
    key, secret = env.text("CUSTODY_S3_KEY"), env.text("CUSTODY_S3_SECRET")
    if not key or not secret:
        raise InvalidSetting(
            name="CUSTODY_S3_BUCKET",
            value=bucket,
            expected="set CUSTODY_S3_KEY and CUSTODY_S3_SECRET (or …_FILE) too",
        )
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.text("CUSTODY_S3_ENDPOINT") or None,
            "region_name": env.text("CUSTODY_S3_REGION") or None,
            "access_key": key,
            "secret_key": secret,
            # the bucket's own rules say who reads; an object is never public by itself
            "default_acl": None,
            "file_overwrite": True,
        },
    }
