"""Callers with tokens, and browsers."""

from __future__ import annotations

from tests.api.conftest import callers
from tests.web.conftest import browse

__all__ = ["browse", "callers"]
