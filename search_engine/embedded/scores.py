"""Exact scores of known documents, from their tokens: BM25 of each field, and the share of what was asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from search_engine.blend import TEXT_LEGS
from search_engine.embedded.forward import TokenCounts
from search_engine.embedded.snapshot import Snapshot
from search_engine.plan import LexicalQuery, Term, TermGroup

K1, B = 1.2, 0.75  # BM25 as tantivy and Lucene have it, so that both orders agree


def lexical_scores(snapshot: Snapshot, rows: np.ndarray, asked: LexicalQuery) -> Mapping[str, np.ndarray]:
    """float32 (n,) for every text leg and for ``coverage``."""
    terms: dict[str, Sequence[Term]] = {leg: getattr(asked, leg) for leg in TEXT_LEGS}
    words = chain((term.text for term in chain(*terms.values())), chain(*_alternatives(asked.groups)))
    counts = snapshot.forward.count(rows, [token for token in dict.fromkeys(words) if token])
    scores = {leg: _bm25(snapshot, counts, leg, terms[leg], len(rows)) for leg in TEXT_LEGS}
    return {**scores, "coverage": _coverage(counts, asked.groups, len(rows))}


def _bm25(snapshot: Snapshot, counts: TokenCounts, leg: str, terms: Sequence[Term], rows: int) -> np.ndarray:
    asked = [term for term in terms if term.text]
    if not asked:
        return np.zeros(rows, dtype=np.float32)
    frequency = counts.of(leg, [term.text for term in asked])
    average = snapshot.forward.average(leg) or 1.0
    norm = K1 * (1 - B + B * counts.length(leg) / average)
    weight = np.array([term.weight * _idf(snapshot, leg, term.text) for term in asked])
    scores: np.ndarray = (weight @ (frequency * (K1 + 1) / (frequency + norm))).astype(np.float32)
    return scores


def _idf(snapshot: Snapshot, leg: str, token: str) -> float:
    found = snapshot.searcher.doc_freq(leg, token)
    return math.log(1 + (max(snapshot.documents - found, 0) + 0.5) / (found + 0.5))


def _coverage(counts: TokenCounts, groups: Sequence[TermGroup], rows: int) -> np.ndarray:
    """The share of the groups that are there: of each, all tokens of any one alternative."""
    share = np.zeros(rows, dtype=np.float32)
    asked = [alternatives for group in groups if (alternatives := _alternatives([group]))]
    for alternatives in asked:
        there = np.zeros(rows, dtype=bool)
        for tokens in alternatives:
            there |= (counts.of("coverage", tokens) > 0).all(axis=0)
        share += there
    return share / np.float32(len(asked) or 1)


def _alternatives(groups: Iterable[TermGroup]) -> list[tuple[str, ...]]:
    """The alternatives of groups, without what is no token."""
    cleaned = (tuple(token for token in each if token) for group in groups for each in group.alternatives)
    return [tokens for tokens in cleaned if tokens]
