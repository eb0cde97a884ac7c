"""The product's settings, with the apps and the one view that its cost is held against."""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "auditlog", "simple_history", "benchmarks.rivals"]
ROOT_URLCONF = "benchmarks.urls"
# The allowance is taken, as ever; it only must not run out.
REQUESTS_AT_ONCE, REQUESTS_PER_SECOND = 100_000, 10_000
