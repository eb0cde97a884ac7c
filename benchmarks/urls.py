"""The product's addresses, and one beside them that saves a plain row."""

from __future__ import annotations

from django.urls import path

from benchmarks.rivals.views import Barrels
from config.urls import urlpatterns as product

urlpatterns = [path("rival/barrels", Barrels.as_view()), *product]
