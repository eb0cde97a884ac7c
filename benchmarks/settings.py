"""The product's settings, with the apps that its cost is held against."""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "auditlog", "simple_history", "benchmarks.rivals"]
MIDDLEWARE = [*MIDDLEWARE]
