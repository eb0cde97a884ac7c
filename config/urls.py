"""Every address, by door."""

from __future__ import annotations

from allauth.idp.oidc.views import revoke, token
from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, livez
from config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", livez),
    path("healthz", healthz),
    path("metrics", metrics),
    path("log/", include("custody.api.log")),
    path("api/v1/", include("custody.api.routes")),
    path("identity/o/api/token", token),
    path("identity/o/api/revoke", revoke),
    path("account/", include("custody.web.account_routes")),
    path("", include("custody.web.routes")),
]
