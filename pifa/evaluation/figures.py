"""Figures of ranked lists against judgments, with paired bootstrap intervals."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000  # the interval's own noise is then about a hundredth of its width
CONFIDENCE = 0.95
SEED = 7
RESAMPLES_AT_ONCE = 1_000  # bounds memory: 1,000 x queries counts at a time
METRICS = ("MRR@10", "nDCG@10", "recall@100", "zero_result_rate")

Values = NDArray[np.float64]
Run = Mapping[str, Sequence[str]]  # offer ids by query id, best first
Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over queries and its bootstrap interval."""

    value: float
    low: float
    high: float


def query_values(run: Run, qrels: Qrels, query_ids: Sequence[str], *, relevant_from: int = 1) -> dict[str, Values]:
    """Every metric by query, (queries,) in the order of ``query_ids``.

    MRR and recall count grades of at least ``relevant_from``; nDCG uses the grades themselves as gains. Computed by
    ir-measures; a query that found nothing has 0 in each and 1 in ``zero_result_rate``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the providers that ir-measures looks for warn about each other
        import ir_measures
        from ir_measures import RR, R, nDCG
    measures = {
        RR(rel=relevant_from) @ 10: "MRR@10",
        nDCG @ 10: "nDCG@10",
        R(rel=relevant_from) @ 100: "recall@100",
    }
    position = {query_id: index for index, query_id in enumerate(query_ids)}
    values = {metric: np.zeros(len(query_ids)) for metric in METRICS}
    judged = {query_id: dict(qrels[query_id]) for query_id in query_ids}
    ranked = {
        query_id: {offer_id: float(-rank) for rank, offer_id in enumerate(run[query_id])}
        for query_id in query_ids
        if run.get(query_id)
    }
    if ranked:
        for found in ir_measures.iter_calc(list(measures), judged, ranked):
            values[measures[found.measure]][position[found.query_id]] = found.value
    for query_id in query_ids:
        if query_id not in ranked:
            values["zero_result_rate"][position[query_id]] = 1.0
    return values


def bootstrap(series: Mapping[str, Values], *, seed: int = SEED, resamples: int = RESAMPLES) -> dict[str, Figure]:
    """Mean and percentile interval of every series, over the same resamples of queries: differences are paired."""
    names = list(series)
    matrix = np.column_stack([series[name] for name in names])
    means = np.concatenate(list(_resampled_means(matrix, seed=seed, resamples=resamples)))
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(means, [tail, 100 - tail], axis=0)
    value = matrix.mean(axis=0)
    return {name: Figure(value=float(value[i]), low=float(low[i]), high=float(high[i])) for i, name in enumerate(names)}


def _resampled_means(matrix: Values, *, seed: int, resamples: int) -> Iterator[Values]:
    random = np.random.default_rng(seed)
    queries = len(matrix)
    even = np.full(queries, 1.0 / queries)
    for start in range(0, resamples, RESAMPLES_AT_ONCE):
        counts = random.multinomial(queries, even, size=min(RESAMPLES_AT_ONCE, resamples - start))
        yield counts @ matrix / queries
