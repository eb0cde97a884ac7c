"""Noticeboard: imports only. Celery finds the tasks of a room here and nowhere else."""

from __future__ import annotations

__all__: list[str] = []
