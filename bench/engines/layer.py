"""What our layer adds to the requests that a search makes of the server."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np

from bench.speed.homes import BenchHome
from bench.speed.search import measured_requests
from pifa.measure import warm_vectors
from search_api.service import SearchService
from search_engine.elastic import ElasticStore
from search_engine.elastic.engine import ElasticEngine
from search_engine.plan import Plan
from search_engine.port import EngineResult
from search_engine.vectors.search import VectorSearcher


@dataclass(slots=True)
class _Clock:
    """Milliseconds inside a call since the clock was last read, and how many calls there were."""

    took: float = 0.0
    calls: int = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, timed."""

        def timed(*args: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*args, **named)
            finally:
                self.took += (time.perf_counter() - started) * 1000
                self.calls += 1

        return timed

    def read(self) -> tuple[float, int]:
        """And begin anew."""
        read = self.took, self.calls
        self.took, self.calls = 0.0, 0
        return read


def layer_over_bare_search(home: BenchHome, *, searches: int) -> dict[str, Any]:
    """By class, at the median: milliseconds of ``engine.search``; of its requests alone, each the official
    client's with its decoding of JSON; of FAISS, where vectors lie beside the cluster; the difference, which is ours;
    and how many requests there are."""
    store = home.site.store
    engine = store.reader()
    assert isinstance(store, ElasticStore)
    assert isinstance(engine, ElasticEngine)
    bare = _Clock()
    transport = store.client.transport
    transport.perform_request = bare.around(transport.perform_request)  # type: ignore[method-assign]
    faiss = _Clock()
    rows: list[tuple[float, float, int, float]] = []
    ask = engine.search

    def search(plan: Plan) -> EngineResult:
        bare.read()
        faiss.read()
        started = time.perf_counter()
        result = ask(plan)
        rows.append(((time.perf_counter() - started) * 1000, *bare.read(), faiss.read()[0]))
        return result

    engine.search = search  # type: ignore[method-assign]
    parts = home.site.search_parts(engine)
    service = SearchService(parts)
    measured = {}
    with (
        patch.object(VectorSearcher, "nearest", faiss.around(VectorSearcher.nearest)),
        patch.object(VectorSearcher, "scores", faiss.around(VectorSearcher.scores)),
    ):
        for name, requests in measured_requests(parts, searches=searches).items():
            warm_vectors(parts, requests)
            rows.clear()
            for request in requests:
                service.search(request)
            measured[name] = _summary(np.array(rows))
    return measured


def _summary(rows: np.ndarray) -> dict[str, float]:
    whole, bare, calls, faiss = rows.T
    ours = whole - bare - faiss
    return {
        "engine_p50_ms": round(float(np.median(whole)), 3),
        "requests_p50_ms": round(float(np.median(bare)), 3),
        "faiss_p50_ms": round(float(np.median(faiss)), 3),
        "layer_p50_ms": round(float(np.median(ours)), 3),
        "layer_p99_ms": round(float(np.percentile(ours, 99)), 3),
        "requests": round(float(calls.mean()), 2),
    }
