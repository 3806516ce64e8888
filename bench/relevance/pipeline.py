"""The search up to its ranking, taken apart: candidates and signals once a query, so that weights are tried quickly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ranking.batch import Floats
from ranking.profiles import Profile
from ranking.signals import SIGNALS
from search_api.parts import Language, Parts
from search_api.requests import SearchRequest
from search_api.rerank import rerank
from search_api.retrieve.matching import Matching
from search_api.retrieve.plan import WINDOW, make_plan
from search_api.service import SearchService
from search_api.understand.understanding import Understanding, understand
from search_engine.plan import Plan
from search_engine.port import EngineResult

PAGE = 100  # recall@100 looks no deeper
# Every signal computed, nothing bounded or capped: the values are what is wanted, not the order.
BARE = Profile(
    name="bare",
    relevance=dict.fromkeys(SIGNALS, 1.0),
    trade={},
    trade_bound=0.0,
    relevance_floor=0.0,
    displacement_max=10_000,
    supplier_max=10_000,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The first window of one query. ``signals`` (n,) by name; ``offer_ids`` name only what was judged, "" the rest."""

    query_class: str
    rule: str
    offer_ids: Sequence[str]
    signals: Mapping[str, Floats]
    result: EngineResult
    understanding: Understanding


class Pipeline:
    """Understanding, plan and engine of one installation, with the matching rules given by the caller."""

    def __init__(self, parts: Parts, *, offer_of_row: Mapping[int, str]) -> None:
        self._parts = parts
        self._language = Language(parts)
        self._vector_off = bool(SearchService(parts).vector_leg_off())
        self._offer_of_row = offer_of_row

    def understanding(self, text: str) -> Understanding:
        return understand(
            SearchRequest(q=text),
            analyse=self._language.analyse,
            classify=self._language.classify,
            encode=None if self._vector_off else self._language.encode,
        )

    def plan(self, understanding: Understanding, text: str, matching: Matching) -> Plan:
        encoder = self._parts.encoder
        return make_plan(
            SearchRequest(q=text),
            understanding,
            matching=matching,
            vector_floor=matching.floor_of(encoder.name if encoder else "other"),
            offset=0,
            limit=WINDOW,
            with_facets=False,
        )

    def find(self, text: str, matching: Matching) -> Found:
        """The first window under these rules."""
        understanding = self.understanding(text)
        result = self._parts.engine.search(self.plan(understanding, text, matching))
        ranking = rerank(result.candidates, understanding, BARE, page_size=PAGE, now=self._parts.clock.now())
        return Found(
            query_class=understanding.query_class,
            rule=result.rule,
            offer_ids=[self._offer_of_row.get(row, "") for row in result.candidates.rows.tolist()],
            signals=ranking.values,
            result=result,
            understanding=understanding,
        )

    def ranked(self, text: str, matching: Matching, profiles: Mapping[str, Profile]) -> list[str]:
        """Offer ids of the first hundred, as the search would show them on one page."""
        found = self.find(text, matching)
        profile = profiles.get(found.query_class, profiles["default"])
        ranking = rerank(
            found.result.candidates, found.understanding, profile, page_size=PAGE, now=self._parts.clock.now()
        )
        return [found.offer_ids[i] or f"row {i}" for i in ranking.order[:PAGE].tolist()]
