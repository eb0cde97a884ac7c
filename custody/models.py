"""Noticeboard: imports only. Django finds the tables of a room here and nowhere else."""

from __future__ import annotations

from custody.people import models as people
from custody.places import models as places

__all__ = ["people", "places"]
