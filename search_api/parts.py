"""The parts that every use case of this room works with; ``pifa.wiring`` puts them together once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kernel.clock import Clock
from kernel.prices import OwnPrices
from ranking.profiles import Profile
from search_api.cursor import CursorSigner
from search_api.retrieve.matching import Matching
from search_engine.port import SearchEngine
from taxonomy.classify import CategoryGuess, Classifier
from taxonomy.model import Taxonomy
from text_analysis.analyzer import Analyzer
from text_analysis.encoders.port import Encoder
from text_analysis.values import QueryAnalysis

# Analyses of recent queries, about 10 kB each at most: 40 MB, and paging and facets ask again.
QUERIES_REMEMBERED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Engine, language, knowledge, weights, time. ``own_prices`` None: no record stands beside the index."""

    engine: SearchEngine
    analyzer: Analyzer
    classifier: Classifier
    taxonomy: Taxonomy
    encoder: Encoder | None
    profiles: Mapping[str, Profile]
    matching: Matching
    cursors: CursorSigner
    clock: Clock
    own_prices: OwnPrices | None = None


class Language:
    """Analysis, classification and encoding of queries, each remembered: the same query comes again for every page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.analyse = lru_cache(QUERIES_REMEMBERED)(self._analyse)
        self.classify = lru_cache(QUERIES_REMEMBERED)(self._classify)
        self.encode = lru_cache(QUERIES_REMEMBERED)(self._encode)

    def _analyse(self, text: str, repair: bool) -> QueryAnalysis:
        return self._parts.analyzer.query(text, repair=repair)

    def _classify(self, text: str) -> tuple[CategoryGuess, ...]:
        return self._parts.classifier.classify(text)

    def _encode(self, text: str) -> np.ndarray:
        encoder = self._parts.encoder
        if encoder is None:
            raise RuntimeError("callers ask only when there is an encoder")
        vector: np.ndarray = encoder.encode_queries([text])[0]
        return vector
