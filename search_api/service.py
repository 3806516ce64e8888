"""Search: understand, retrieve, rerank, present."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ranking.rank import Ranking
from search_api.cursor import Position, request_digest
from search_api.parts import Language, Parts
from search_api.present.explanation import explanation_view
from search_api.present.facets import FLAG_LABELS, facet_views
from search_api.present.hits import decode_cards, hit_of
from search_api.present.own import with_own_prices
from search_api.present.told import told_search
from search_api.present.understood import understood_view
from search_api.requests import SearchRequest
from search_api.rerank import rerank
from search_api.results import ExplanationView, FilterAdvice, Hit, SearchResponse
from search_api.retrieve.plan import WINDOW, make_plan
from search_api.understand.understanding import Understanding, understand
from search_engine.plan import Filter, Plan, TermFilter
from search_engine.port import EngineResult

# Fifty windows; nobody pages further, and a deeper page costs in proportion to its depth.
RESULTS_REACHABLE_MAX = 10_000
RELATED_SHOWN = 12  # two rows of cards under a thin result
ADVICE_MAX = 5
STALE_TOTAL = "as_of_first_page"  # the index moved on since the first page, whose total stands


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """One listing of a page: its row, its place in the window's candidates, its final rank from 1."""

    row: int
    index: int
    rank: int
    ranking: Ranking | None
    result: EngineResult


class SearchService:
    """The search use case. Thread-safe; holds no state but remembered queries."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._language = Language(parts)

    def search(
        self, request: SearchRequest, *, facets: bool = True, company_id: str | None = None, language: str = "zh"
    ) -> SearchResponse:
        """One page of results; raises ``Invalid`` kinds for a bad request or cursor, ``Unavailable`` without an index.

        ``facets`` False leaves them out: a block of goods on a page counts nothing, and counting a whole catalog costs.
        ``company_id``: the caller's, whose private prices stand on the hits; which hits and where, is the same for all.
        ``language``: of the labels and explanations, ``zh`` or ``en``.
        """
        started = time.perf_counter()
        for category_id in request.category:
            self._parts.taxonomy.get(category_id)
        understanding, off = self._understand(request)
        first = self._first_position(request)
        plan = self._plan(request, understanding, window=first.window, with_facets=facets and request.cursor is None)
        result = self._parts.engine.search(plan)
        if request.cursor is None:
            first = replace_position(first, total=result.total, generation=result.generation)
        placed, following = self._page(request, understanding, result, first)
        hits = self._hits(request, understanding, placed)
        related, left_out = (
            self._related(request, understanding, plan, hits) if first.total < request.size else ([], ())
        )
        hits, related = with_own_prices(
            hits, related, reads=self._parts.own_prices, company_id=company_id, quantity=understanding.quantity
        )
        counted = facet_views(result.facets, request, understanding, self._parts.taxonomy) if plan.facets else []
        answer = SearchResponse(
            query=request.q,
            understood=understood_view(understanding, self._parts.taxonomy),
            total=first.total,
            total_is="exact" if (result.generation, result.total) == (first.generation, first.total) else STALE_TOTAL,
            rule=result.rule,
            legs=dict(result.legs),
            hits=hits,
            facets=counted,
            related=related,
            advice=self._advice(plan) if first.total == 0 else [],
            next_cursor=self._parts.cursors.sign(following) if following else None,
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            degraded=list(dict.fromkeys([*off, *result.degraded, *left_out])),
            encoder=self._parts.encoder.name if self._parts.encoder else "",
            vectors_pending=result.vectors_pending,
        )
        return told_search(answer, language, taxonomy=self._parts.taxonomy)

    def warm_up(self) -> None:
        """Load what the first query would otherwise wait for."""
        self.search(SearchRequest(q="现货", size=1))

    def _understand(self, request: SearchRequest) -> tuple[Understanding, list[str]]:
        """The understanding, and why the vector leg is off if it is."""
        off = self.vector_leg_off()
        understanding = understand(
            request,
            analyse=self._language.analyse,
            classify=self._language.classify,
            encode=None if off else self._language.encode,
        )
        return understanding, [off] if off else []

    def vector_leg_off(self) -> str:
        """Empty when the vector leg can run, else the reason that ``degraded`` names."""
        encoder = self._parts.encoder
        space = self._parts.engine.status().vector_space
        if encoder is None:
            return "vector：没有编码器"
        if space is None:
            return "vector：索引里没有向量，请运行 pifa rebuild"
        if space.fingerprint != encoder.fingerprint:
            return "vector：索引由另一编码器写入，请运行 pifa rebuild"
        return ""

    def _first_position(self, request: SearchRequest) -> Position:
        if request.cursor is not None:
            return self._parts.cursors.read(request.cursor, request=request)
        return Position(
            window=0,
            skip=0,
            shown=0,
            total=0,
            generation="",
            now=self._parts.clock.now(),
            request=request_digest(request),
        )

    def _plan(self, request: SearchRequest, understanding: Understanding, *, window: int, with_facets: bool) -> Plan:
        encoder = self._parts.encoder
        return make_plan(
            request,
            understanding,
            matching=self._parts.matching,
            vector_floor=self._parts.matching.floor_of(encoder.name if encoder else "other"),
            offset=window * WINDOW,
            limit=WINDOW,
            with_facets=with_facets,
        )

    def _page(
        self, request: SearchRequest, understanding: Understanding, result: EngineResult, start: Position
    ) -> tuple[list[Placed], Position | None]:
        """The listings of the page, and where the next one begins (None at the end of what can be reached)."""
        placed: list[Placed] = []
        window, skip, shown = start.window, start.skip, start.shown
        while True:
            ranking, order = self._order(request, understanding, result, start.now)
            take = order[skip : skip + request.size - len(placed)]
            rows = result.candidates.rows
            placed += [
                Placed(row=int(rows[i]), index=int(i), rank=shown + n + 1, ranking=ranking, result=result)
                for n, i in enumerate(take)
            ]
            skip, shown = skip + len(take), shown + len(take)
            if len(placed) == request.size or shown >= start.total or not len(order):
                break
            window, skip = window + 1, 0
            if window * WINDOW >= RESULTS_REACHABLE_MAX:
                return placed, None
            result = self._parts.engine.search(self._plan(request, understanding, window=window, with_facets=False))
        more = len(placed) == request.size and shown < start.total
        return placed, replace_position(start, window=window, skip=skip, shown=shown) if more else None

    def _order(
        self, request: SearchRequest, understanding: Understanding, result: EngineResult, now: int
    ) -> tuple[Ranking | None, np.ndarray]:
        """Candidate indexes in final order: ranked by relevance, as they come for the other sorts."""
        if request.sort != "relevance":
            return None, np.arange(len(result.candidates.rows))
        profile = self._parts.profiles.get(understanding.query_class, self._parts.profiles["default"])
        ranking = rerank(result.candidates, understanding, profile, page_size=request.size, now=now)
        return ranking, ranking.order

    def _hits(self, request: SearchRequest, understanding: Understanding, placed: Sequence[Placed]) -> list[Hit]:
        cards = decode_cards(self._parts.engine.cards([place.row for place in placed]))
        highlighter = self._parts.analyzer.highlighter(understanding.analysis)
        return [
            hit_of(
                card,
                score=round(float(place.ranking.score[place.index]), 6) if place.ranking else 0.0,
                quantity=understanding.quantity,
                taxonomy=self._parts.taxonomy,
                highlighter=highlighter.spans,
                explanation=_explanation(place) if request.explain else None,
            )
            for place, card in zip(placed, cards, strict=True)
            if card is not None
        ]

    def _related(
        self, request: SearchRequest, understanding: Understanding, plan: Plan, hits: Sequence[Hit]
    ) -> tuple[list[Hit], Sequence[str]]:
        """Nearest in meaning within the filters, not counted, what is on the page left out; and what ``degraded``
        names of them."""
        if understanding.vector is None or request.cursor is not None:
            return [], ()
        shown = {hit.offer_id for hit in hits}
        near = self._parts.engine.nearest(
            understanding.vector, filters=plan.filters, limit=RELATED_SHOWN + len(shown), quantity=plan.quantity
        )
        cards = decode_cards(self._parts.engine.cards(near.rows.tolist()))
        related = [
            hit_of(card, score=round(float(cosine), 6), quantity=plan.quantity, taxonomy=self._parts.taxonomy)
            for card, cosine in zip(cards, near.legs["vector"], strict=True)
            if card is not None and card.offer_id not in shown
        ]
        return related[:RELATED_SHOWN], near.degraded

    def _advice(self, plan: Plan) -> list[FilterAdvice]:
        """Which single filter, lifted, would give something."""
        advice = []
        for unwanted in plan.filters:
            others = tuple(f for f in plan.filters if f is not unwanted)
            total = self._parts.engine.search(replace(plan, filters=others, facets=(), limit=WINDOW, offset=0)).total
            if total:
                value = _as_asked(unwanted)
                label = FLAG_LABELS.get(unwanted.group, value or unwanted.group)
                advice.append(FilterAdvice(field=unwanted.group, value=value, label=label, total_without=total))
        return sorted(advice, key=lambda item: -item.total_without)[:ADVICE_MAX]


def _as_asked(condition: Filter) -> str:
    """A filter's values as its query parameter takes them; empty for a range."""
    if not isinstance(condition, TermFilter):
        return ""
    if condition.field == "flag":
        return "true" if condition.values == (condition.group,) else "false"
    attribute = condition.field == "attribute"
    return "、".join(value.partition("=")[2] if attribute else value for value in condition.values)


def replace_position(position: Position, **changes: object) -> Position:
    """The position with some fields changed."""
    fields = {name: getattr(position, name) for name in position.__struct_fields__}
    return Position(**{**fields, **changes})


def _explanation(place: Placed) -> ExplanationView | None:
    if place.ranking is None:
        return None
    candidates = place.result.candidates
    ways = [
        name for name, flags in (("lexical", candidates.lexical), ("vector", candidates.semantic)) if flags[place.index]
    ]
    return explanation_view(place.ranking, place.index, rank=place.rank, matched_by=ways)
