"""Is the process alive, and can it answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.responses import Response

from web.metrics import RequestMetrics

# Gives None when the part is ready, else what is wrong with it.
ReadinessCheck = Callable[[], str | None]


def health_router(*, checks: Mapping[str, ReadinessCheck], metrics: RequestMetrics) -> APIRouter:
    """``/health/live``, ``/health/ready`` (503 naming what is not) and ``/metrics``."""
    router = APIRouter(tags=["运行"])

    @router.get("/health/live", summary="进程是否存活")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready", summary="是否可以提供服务", responses={503: {"description": "有部件尚未就绪"}})
    def ready() -> Response:
        faults = {name: fault for name, check in checks.items() if (fault := _ask(check)) is not None}
        if faults:
            return JSONResponse({"status": "not_ready", "faults": faults}, status_code=503)
        return JSONResponse({"status": "ready", "checks": sorted(checks)})

    @router.get("/metrics", summary="Prometheus 指标", response_class=Response)
    def exposition() -> Response:
        return metrics.render()

    return router


def _ask(check: ReadinessCheck) -> str | None:
    try:
        return check()
    except Exception as error:  # a check that fails is a part that is not ready
        return type(error).__name__
