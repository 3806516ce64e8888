"""Vector recall@10 against an exact scan: unfiltered, and within filters of every width."""

from __future__ import annotations

import time
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from bench.speed.homes import BenchHome
from bench.speed.search import measured_requests
from search_engine.plan import Filter, RangeFilter, TermFilter
from search_engine.port import SearchEngine
from search_engine.vectors.file import VectorFile

TOP = 10
QUERIES = 100
BLOCK_ROWS = 50_000
SELECTIVITIES = (0.1, 0.01, 0.001, 0.0001)


def recall(home: BenchHome, engine: SearchEngine | None = None) -> dict[str, Any]:
    """Recall@10 and milliseconds, by filter. A filter by age cuts across all goods; a category is all of one kind.
    ``engine``: another than the home's own, over the same listings in the same order."""
    site = home.site
    engine = engine or site.store.reader()
    parts = site.search_parts(engine)
    encoder = parts.encoder
    assert encoder is not None  # the static student ships with the product
    asked = measured_requests(parts, searches=QUERIES)
    texts = [parts.analyzer.query(request.q).text for request in (*asked["one_word"], *asked["long"])]
    queries = encoder.encode_queries(Random(home.seed).sample([text for text in texts if text], QUERIES))
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    exact = _Exact(home, queries)
    measured: dict[str, Any] = {"queries": len(queries), "vectors": engine.status().vectors}
    measured["unfiltered"] = _measure(engine, queries, exact.best(np.arange(exact.rows)), ())
    for share in SELECTIVITIES:
        newest = int(np.quantile(exact.published, 1 - share))
        rows = np.flatnonzero(exact.published >= newest)
        by_age = RangeFilter(field="published_at", low=newest, high=None, group="age")
        measured[f"newest_{share:.2%}"] = {
            "listings": len(rows),
            **_measure(engine, queries, exact.best(rows), (by_age,)),
        }
    for name, width in (("sector", 2), ("group", 4), ("leaf", 6)):
        categories = [code[:width] for code in exact.sample_leaves(Random(home.seed), QUERIES)]
        measured[f"own_{name}"] = _measure_categories(engine, exact, queries, categories)
    return measured


class _Exact:
    """All vectors, scanned; and the columns that the filters read, by row."""

    def __init__(self, home: BenchHome, queries: np.ndarray) -> None:
        status = home.site.store.reader().status()
        assert status.vector_space is not None
        directory = home.site.home.index / status.generation
        self._file = VectorFile(directory, dimensions=status.vector_space.dimensions, writable=False)
        self.rows = status.documents
        self.scores = np.concatenate(
            [
                queries @ self._file.get(np.arange(start, min(start + BLOCK_ROWS, self.rows))).T
                for start in range(0, self.rows, BLOCK_ROWS)
            ],
            axis=1,
        )
        self.published, self.leaf = _columns(home)

    def best(self, rows: np.ndarray) -> list[set[int]]:
        """The rows of the ten nearest among ``rows``, for every query."""
        return [self.best_of(query, rows) for query in range(len(self.scores))]

    def best_of(self, query: int, rows: np.ndarray) -> set[int]:
        """The same for one query."""
        scores = self.scores[query, rows]
        wanted = min(TOP, len(rows))
        return set(rows[np.argpartition(-scores, wanted - 1)[:wanted]].tolist()) if wanted else set()

    def sample_leaves(self, random: Random, count: int) -> list[str]:
        return [self.leaf[random.randrange(len(self.leaf))] for _ in range(count)]


def _columns(home: BenchHome) -> tuple[np.ndarray, Sequence[str]]:
    """When each row was published, and its leaf: rows are in the order of the corpus."""
    from bench.speed.corpus import read_corpus
    from bench.speed.homes import BATCH

    published: list[int] = []
    leaf: list[str] = []
    for batch in read_corpus(home.corpus, batch=BATCH, limit=home.listings):
        published += [offer.published_at for offer, _ in batch]
        leaf += [offer.category_id or "" for offer, _ in batch]
    return np.array(published, dtype=np.int64), leaf


def _measure(
    engine: SearchEngine, queries: np.ndarray, wanted: Sequence[set[int]], filters: Sequence[Filter]
) -> dict[str, Any]:
    return _summary([_ask(engine, query, best, filters) for query, best in zip(queries, wanted, strict=True)])


def _measure_categories(
    engine: SearchEngine, exact: _Exact, queries: np.ndarray, categories: Sequence[str]
) -> dict[str, Any]:
    """Each query within a category drawn at random, seldom its own."""
    codes = np.array(exact.leaf)
    asked = []
    for number, category in enumerate(categories):
        rows = np.flatnonzero(np.char.startswith(codes, category))
        within = TermFilter(field="category", values=(category,), group="category")
        asked.append(_ask(engine, queries[number], exact.best_of(number, rows), (within,)))
    return _summary(asked)


def _ask(engine: SearchEngine, query: np.ndarray, wanted: set[int], filters: Sequence[Filter]) -> tuple[float, float]:
    started = time.perf_counter()
    found = engine.nearest(query, filters=filters, limit=TOP)
    took = (time.perf_counter() - started) * 1000
    return (len(wanted & set(found.rows.tolist())) / len(wanted) if wanted else 1.0), took


def _summary(asked: Sequence[tuple[float, float]]) -> dict[str, Any]:
    shares, took = np.array(asked).T
    return {
        "recall_at_10": round(float(shares.mean()), 4),
        "p50_ms": round(float(np.median(took)), 2),
        "p99_ms": round(float(np.percentile(took, 99)), 2),
    }
