"""The settings under test: production's own, with nothing of this machine's environment in them."""

from __future__ import annotations

import os
import tempfile

#: What the tests themselves are told; no setting of the product.
OURS = {
    "CUSTODY_TEST_ADMIN_URL",
    "CUSTODY_SKIPS",
    "CUSTODY_CLIENT_TOOLS",
    "CUSTODY_EPCIS_SCHEMA",
}

for name in list(os.environ):
    if name.startswith(("CUSTODY_", "DATABASE_", "CELERY_")) and name not in OURS:
        del os.environ[name]
os.environ["CUSTODY_MODE"] = "development"
os.environ["CUSTODY_DATA"] = os.path.join(tempfile.gettempdir(), "custody-tests-have-no-data")  # noqa: PTH118

from config.settings import *  # noqa: E402, F403

# What tests ask in a second is no measure; those of the limit set their own.
REQUESTS_AT_ONCE = 100_000

# Those of the second factor ask for it themselves.
SECOND_FACTOR = "off"

# Argon2 is slow on purpose; the tests of sign-in ask for it themselves.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
