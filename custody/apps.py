"""The Django app that holds every room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "custody"
    verbose_name = "Chain of custody"

    def ready(self) -> None:
        """Let those who listen for sign-ins be there before the first one."""
        import_module("custody.web.sign_in_limits")
