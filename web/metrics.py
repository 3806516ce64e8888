"""Request metrics for Prometheus, by route template, in one process or many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import Unavailable
from web.asgi import on_start

log = structlog.get_logger(__name__)

# Around the promises: suggestions under 5 ms, searches under 10, 30 and 60 ms; the rest shows what went wrong.
BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A value that is read when somebody asks; the same whichever worker is asked."""

    name: str
    help: str
    read: Callable[[], float]


class RequestMetrics:
    """The histogram, gauges beside it, and their rendering. With ``directory``, all worker processes are summed up from
    there."""

    def __init__(self, directory: Path | None, gauges: Sequence[Gauge] = ()) -> None:
        self._directory = directory
        self._gauges = _Gauges(gauges)
        self._registry = CollectorRegistry()
        self._registry.register(self._gauges)
        self._seconds = Histogram(
            "pifa_http_request_seconds",
            "Time from the request's head to the response's last byte.",
            ["method", "route", "status"],
            buckets=BUCKETS_SECONDS,
            registry=self._registry,
        )

    def observe(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def render(self) -> Response:
        """The exposition text."""
        registry = self._registry
        if self._directory is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self._directory))  # type: ignore[no-untyped-call]
            registry.register(self._gauges)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Gauges:
    """What cannot be read now is left out, as Prometheus expects of a value that is not known."""

    def __init__(self, gauges: Sequence[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge that can be read."""
        for gauge in self._gauges:
            try:
                yield GaugeMetricFamily(gauge.name, gauge.help, value=gauge.read())
            except Unavailable as fault:
                log.debug("gauge_left_out", name=gauge.name, reason=fault.message)


class Measured:
    """Middleware that observes every request."""

    def __init__(self, app: ASGIApp, *, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, seen = time.perf_counter(), [500]
        try:
            await self._app(scope, receive, on_start(send, lambda _, status: seen.__setitem__(0, status)))
        finally:
            self._metrics.observe(
                method=_method(scope["method"]), route=route_template(scope), status=seen[0],
                seconds=time.perf_counter() - began,
            )  # fmt: skip


def route_template(scope: Scope) -> str:
    """``/api/v1/offers/{offer_id}``, never a path with an id: a label an offer would drown the collector."""
    route = scope.get("route")
    template = getattr(route, "path", None) or getattr(route, "path_format", None)
    return str(template) if template else "unmatched"


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(method: str) -> str:
    return method if method in _METHODS else "OTHER"
