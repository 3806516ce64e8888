"""Fitting the relevance weights: coordinate ascent on nDCG@10 of remembered candidates (Metzler and Croft 2007)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.relevance.pipeline import Found
from ranking.batch import Floats

DEPTH = 10
STEPS = (0.0, 0.5, 0.7, 0.85, 1.15, 1.4, 2.0)  # factors tried for one weight while the others stand
SMALL = 0.05  # what a weight of zero is tried at
GAIN_MIN = 0.0005  # of the objective: less is noise, and a weight that earns nothing stays as it was
ROUNDS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packed:
    """Q queries padded to N candidates: ``values`` (Q, N, S), ``gains`` and ``there`` (Q, N), ``ideal`` (Q,)."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    gains: Floats
    there: NDArray[np.bool_]
    ideal: Floats

    def take(self, which: NDArray[np.bool_]) -> Packed:
        """Some of the queries."""
        return Packed(
            names=self.names,
            values=self.values[which],
            gains=self.gains[which],
            there=self.there[which],
            ideal=self.ideal[which],
        )


def pack(found: Sequence[Found], grades: Sequence[Mapping[str, int]], names: Sequence[str]) -> Packed:
    """Candidates of many queries as arrays; ``grades`` by offer id, one mapping a query."""
    width = max([DEPTH, *(len(one.offer_ids) for one in found)])  # a query that found nothing still has a row
    values = np.zeros((len(found), width, len(names)), dtype=np.float32)
    gains, there = np.zeros((len(found), width)), np.zeros((len(found), width), dtype=bool)
    discount = 1.0 / np.log2(np.arange(2, DEPTH + 2))
    ideal = np.zeros(len(found))
    for q, (one, of_query) in enumerate(zip(found, grades, strict=True)):
        count = len(one.offer_ids)
        there[q, :count] = True
        gains[q, :count] = [of_query.get(offer_id, 0) for offer_id in one.offer_ids]
        for s, name in enumerate(names):
            values[q, :count, s] = one.signals[name]
        best = np.sort(np.fromiter(of_query.values(), dtype=float, count=len(of_query)))[::-1][:DEPTH]
        ideal[q] = best @ discount[: len(best)]
    return Packed(names=tuple(names), values=values, gains=gains, there=there, ideal=ideal)


def top(packed: Packed, weights: Floats) -> NDArray[np.int64]:
    """(Q, DEPTH) candidate indexes, best first by the weighted sum."""
    score = packed.values @ weights.astype(np.float32)
    score[~packed.there] = -np.inf
    return np.argsort(-score, axis=1, kind="stable")[:, :DEPTH]


def ndcg(packed: Packed, weights: Floats) -> Floats:
    """(Q,) nDCG@10; 0 where nothing is relevant."""
    gained = np.take_along_axis(packed.gains, top(packed, weights), axis=1)
    dcg = gained @ (1.0 / np.log2(np.arange(2, gained.shape[1] + 2)))
    return np.divide(dcg, packed.ideal, out=np.zeros_like(dcg), where=packed.ideal > 0)


def mrr(packed: Packed, weights: Floats, *, relevant_from: int) -> Floats:
    """(Q,) reciprocal rank at 10."""
    right = np.take_along_axis(packed.gains, top(packed, weights), axis=1) >= relevant_from
    first = right.argmax(axis=1)
    reciprocal: Floats = np.where(right.any(axis=1), 1.0 / (first + 1), 0.0)
    return reciprocal


def ascend(objective: Callable[[Floats], float], start: Floats) -> tuple[Floats, float]:
    """Weights that no single step of one weight betters, and their objective."""
    weights, best = start.copy(), objective(start)
    for _ in range(ROUNDS_MAX):
        before = best
        for place in range(len(weights)):
            for step in STEPS:
                trial = weights.copy()
                trial[place] = weights[place] * step if weights[place] else SMALL * (step + 0.5)
                value = objective(trial)
                if value > best + GAIN_MIN:
                    weights, best = trial, value
        if best - before < GAIN_MIN:
            break
    return weights, best


def fit(objective: Callable[[Floats], float], starts: Sequence[Floats]) -> Floats:
    """The best of several ascents, scaled so that the weights sum to 1."""
    fitted = max((ascend(objective, start) for start in starts), key=lambda pair: pair[1])[0]
    rounded: Floats = np.round(fitted / fitted.sum(), 3)
    return rounded
