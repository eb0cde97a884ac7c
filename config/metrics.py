"""Figures for Prometheus: how the service fares, and nothing about any case."""

from __future__ import annotations

import os
from collections.abc import Callable
from hmac import compare_digest
from time import perf_counter

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from config.health import parts

REQUESTS = Counter(
    "custody_requests", "Answers by route, method and status", ["route", "method", "status"]
)
SECONDS = Histogram("custody_request_seconds", "Time to answer, by route", ["route"])
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def measure(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Count and time every answer under its route: a path would name a case."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = perf_counter()
        response = get_response(request)
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(perf_counter() - begun)
        return response

    return middleware


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For the Prometheus that holds the token (``CUSTODY_METRICS_TOKEN``); for nobody where there is none.

    Raises:
        Http404: whoever asks does not hold it.
    """
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not compare_digest(told.encode(), token.encode()):
        raise Http404
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    body = generate_latest(registry) + _of_health().encode()
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def _of_health() -> str:
    """What the health page knows, as gauges."""
    told = parts()
    checkpoint = told["checkpoint"]
    figures = {
        "custody_ledger_guard_faults": len(told["ledger_guard"]["faults"]),
        # of the sweeper that was silent longest
        "custody_sweep_age_seconds": max(map(_or_never, told["sweep"]["age_seconds"].values())),
        "custody_clocks_set_aside": told["sweep"]["set_aside"],
        "custody_checkpoint_age_seconds": _or_never(checkpoint["age_seconds"]),
        "custody_checkpoint_behind_events": checkpoint["behind"],
        "custody_signer_well": int(checkpoint["status"] == "ok"),
        "custody_verification_age_seconds": _or_never(told["verification"]["age_seconds"]),
        "custody_verification_faults": int(told["verification"]["fault"] is not None),
        "custody_timestamps_late": len(told["timestamps"]["owed_since"]),
    }
    return "".join(
        f"# TYPE {name} gauge\n{name} {str(value).replace('inf', '+Inf')}\n"
        for name, value in figures.items()
    )


def _or_never(age: float | None) -> float:
    return float("inf") if age is None else age
