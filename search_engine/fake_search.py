"""One plan against the in-memory state, document by document; ``fake`` keeps the state."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kernel.errors import Invalid
from kernel.prices import price_at
from search_engine.columns import integer_values
from search_engine.documents import IndexDocument
from search_engine.limits import reachable, unit_vector
from search_engine.plan import (
    FacetRequest,
    Filter,
    LexicalQuery,
    MatchRule,
    Plan,
    PriceFilter,
    RangeFilter,
    Term,
    TermFilter,
    TermGroup,
)
from search_engine.port import Candidates, EngineResult, FacetCount, VectorSpace
from search_engine.schema import FIELDS, LEGS

K1, B = 1.2, 0.75  # BM25 as tantivy and Lucene have it
TEXT_LEGS = ("words", "characters", "bigrams", "facts")
_KEYWORD_VALUES: Mapping[str, Callable[[IndexDocument], tuple[str, ...]]] = {
    "offer_id": lambda document: (document.offer_id,),
    "codes": lambda document: document.codes,
    "category": lambda document: document.category_path,
    "region": lambda document: document.regions,
    "supplier": lambda document: (document.supplier_id,),
    "flag": lambda document: document.flags,
    "attribute": lambda document: document.attributes,
}
_INTEGERS = frozenset(each.name for each in FIELDS if each.kind == "integer")
_COLUMNS = tuple(each.name for each in FIELDS if each.column)
_FACETS = frozenset(each.name for each in FIELDS if each.facet)


@dataclass(slots=True, kw_only=True)
class MemoryState:
    """A generation: live documents by row, vectors by row, versions of withdrawals."""

    generation: str
    vector_space: VectorSpace | None
    rows: dict[int, IndexDocument] = field(default_factory=dict)
    vectors: dict[int, np.ndarray] = field(default_factory=dict)
    withdrawn: dict[str, int] = field(default_factory=dict)
    next_row: int = 0
    feed_cursor: int = 0

    def copy(self) -> MemoryState:
        """Another state with the same contents."""
        return replace(self, rows=dict(self.rows), vectors=dict(self.vectors), withdrawn=dict(self.withdrawn))

    def row_of(self, offer_id: str) -> int | None:
        """Row of a live offer."""
        return next((row for row, document in self.rows.items() if document.offer_id == offer_id), None)


class Search:
    """One plan against one state."""

    def __init__(self, state: MemoryState, plan: Plan) -> None:
        self._state, self._plan = state, plan
        self._lexical = plan.lexical or LexicalQuery()
        self._texts = {
            row: {leg: getattr(document, leg).split() for leg in TEXT_LEGS} for row, document in state.rows.items()
        }
        self._covered = {row: set(document.coverage.split()) for row, document in state.rows.items()}
        self._legs = {leg: self._bm25(leg, getattr(self._lexical, leg)) for leg in TEXT_LEGS}
        self._has_words = bool(self._lexical.groups) or any(getattr(self._lexical, leg) for leg in TEXT_LEGS)
        self._asks = self._has_words or bool(self._lexical.codes)
        self.degraded = self._why_no_vectors()
        self.near = self._nearest()
        self._rule, self._text = self._choose_rule()
        self._integers = {row: integer_values(document, row) for row, document in state.rows.items()}

    def result(self) -> EngineResult:
        state, plan = self._state, self._plan
        everything = list(state.rows) if self._browse else sorted(self._text | set(self.near))
        found = [row for row in everything if self.passes(row) and not self._is_excluded(row)]
        near = set(self.near)
        legs = {
            "lexical": sum(row in self._text for row in found),
            "vector": sum(row in near for row in found),
            "both": sum(row in self._text and row in near for row in found),
        }
        beside = legs["vector"] if plan.sort == "relevance" else 0
        return EngineResult(
            candidates=self.candidates(self._window(found)),
            total=len(found),
            rule=self._rule,
            legs=legs,
            facets={request.name: self._facet(request, everything) for request in plan.facets},
            generation=state.generation,
            reachable=reachable(len(found), limit=plan.limit, beside=beside),
            vectors_pending=pending_count(state),
            degraded=self.degraded,
        )

    def passes(self, row: int, *, but_group: str | None = None) -> bool:
        """Whether a row passes the filters, one group left out on demand."""
        return all(self._meets(row, condition) for condition in self._plan.filters if condition.group != but_group)

    def cosine(self, row: int) -> float:
        """0 when there is no vector to compare."""
        if self._plan.vector is None or self.degraded or row not in self._state.vectors:
            return 0.0
        return float(self._state.vectors[row] @ unit_vector(self._plan.vector))

    def candidates(self, rows: Sequence[int]) -> Candidates:
        """The rows as columns, in their order."""
        legs = {leg: np.array([self._leg_score(leg, row) for row in rows], np.float32) for leg in LEGS}
        prices = [self._price(row) for row in rows]
        return Candidates(
            rows=np.array(rows, dtype=np.int64),
            legs=legs,
            lexical=np.array([row in self._text for row in rows], dtype=bool),
            semantic=np.array([row in self.near for row in rows], dtype=bool),
            price_fen=np.array([-1 if price is None else price for price in prices], dtype=np.int64),
            columns={name: np.array([self._integers[row][name] for row in rows], dtype=np.int64) for name in _COLUMNS},
        )

    def _leg_score(self, leg: str, row: int) -> float:
        match leg:
            case "vector":
                return self.cosine(row)
            case "coverage":
                groups = self._lexical.groups
                return sum(self._has_group(row, group) for group in groups) / len(groups) if groups else 0.0
            case "code":
                return float(self._by_code(row))
        return self._legs[leg].get(row, 0.0)

    @property
    def _browse(self) -> bool:
        return not self._asks and self._plan.vector is None

    def _window(self, found: Sequence[int]) -> list[int]:
        plan, end = self._plan, self._plan.offset + self._plan.limit
        if plan.sort != "relevance" or self._browse:
            return sorted(found, key=self._sort_key)[plan.offset : end]
        near = set(self.near)
        text = sorted((row for row in found if row not in near), key=self._relevance_key)
        window = text[plan.offset : end]
        if plan.offset:
            return window
        window += [row for row in found if row in near]
        top = max((self._combined(row) for row in window), default=0.0) or 1.0
        return sorted(
            window, key=lambda row: (not self._by_code(row), -self._combined(row) / top - self.cosine(row), row)
        )

    def _sort_key(self, row: int) -> tuple[float, int]:
        document, price = self._state.rows[row], self._price(row)
        match self._plan.sort:
            case "price":
                return (math.inf if price is None else price), row
            case "newest":
                return -document.published_at, row
        return -document.sold_count, row

    def _relevance_key(self, row: int) -> tuple[bool, float, int]:
        return not self._by_code(row), -self._combined(row), row

    def _combined(self, row: int) -> float:
        return sum(weight * self._legs[leg].get(row, 0.0) for leg, weight in self._plan.weights if leg in self._legs)

    def _by_code(self, row: int) -> bool:
        return not set(self._lexical.codes).isdisjoint(self._state.rows[row].codes)

    def _bm25(self, leg: str, terms: Sequence[Term]) -> dict[int, float]:
        lengths = {row: len(texts[leg]) for row, texts in self._texts.items()}
        average = sum(lengths.values()) / max(len(lengths), 1)
        scores: dict[int, float] = {}
        for term in terms:
            counts = {row: texts[leg].count(term.text) for row, texts in self._texts.items() if term.text in texts[leg]}
            idf = math.log(1 + (len(lengths) - len(counts) + 0.5) / (len(counts) + 0.5))
            for row, count in counts.items():
                norm = K1 * (1 - B + B * lengths[row] / average)
                scores[row] = scores.get(row, 0.0) + term.weight * idf * (K1 + 1) * count / (count + norm)
        return scores

    def _has_group(self, row: int, group: TermGroup) -> bool:
        return any(alternative and set(alternative) <= self._covered[row] for alternative in group.alternatives)

    def _is_excluded(self, row: int) -> bool:
        return any(self._has_group(row, group) for group in self._lexical.excluded)

    def _choose_rule(self) -> tuple[str, set[int]]:
        if not self._asks:
            return ("browse" if self._browse else "vector"), set()
        by_code = {row for row in self._state.rows if self._by_code(row)}
        rules = self._lexical.rules
        if not self._has_words:
            return "code", by_code
        if not rules:
            return "any", by_code | {row for scores in self._legs.values() for row in scores}
        for rule in rules:
            found = {row for row in self._state.rows if self._satisfies(row, rule)}
            if len([row for row in found if not self._is_excluded(row)]) >= rule.enough or rule is rules[-1]:
                break
        return rule.name, found | by_code

    def _satisfies(self, row: int, rule: MatchRule) -> bool:
        groups = self._lexical.groups
        if rule.unit == "group":
            met = [self._has_group(row, group) for group in groups]
        else:
            asked = {token for group in groups for token in group.alternatives[0]}
            met = [token in self._covered[row] for token in asked]
        if not met:
            return any(row in scores for scores in self._legs.values())
        return sum(met) >= max(1, math.ceil(rule.share * len(met) - 1e-9))

    def _why_no_vectors(self) -> tuple[str, ...]:
        vectors = [vector for row, vector in self._state.vectors.items() if row in self._state.rows]
        if self._plan.vector is None:
            return ()
        if not vectors:
            return ("vector：索引里没有向量",)
        if len(self._plan.vector.vector) != len(vectors[0]):
            asked = len(self._plan.vector.vector)
            return (f"vector：索引是 {len(vectors[0])} 维，查询是 {asked} 维",)
        return ()

    def _nearest(self) -> list[int]:
        query = self._plan.vector
        if query is None or self.degraded:
            return []
        rows = [row for row in self._state.rows if row in self._state.vectors and self.cosine(row) >= query.floor]
        return sorted(rows, key=lambda row: (-self.cosine(row), row))[: query.limit]

    def _price(self, row: int) -> int | None:
        document = self._state.rows[row]
        quoted = price_at(document.tiers, moq=document.moq, quantity=self._plan.quantity)
        return quoted.unit_fen if quoted else None

    def _meets(self, row: int, condition: Filter) -> bool:
        match condition:
            case TermFilter():
                if condition.field not in _KEYWORD_VALUES:
                    raise Invalid(f"字段 {condition.field} 不能筛选", parameter=condition.field)
                there = {value for value in _KEYWORD_VALUES[condition.field](self._state.rows[row]) if value}
                return not there.isdisjoint(condition.values)
            case RangeFilter():
                if condition.field not in _INTEGERS:
                    raise Invalid(f"字段 {condition.field} 不能按范围筛选", parameter=condition.field)
                return _between(self._integers[row][condition.field], condition.low, condition.high)
            case PriceFilter():
                price = self._price(row)
                return price is not None and _between(price, condition.low_fen, condition.high_fen)

    def _facet(self, request: FacetRequest, everything: Sequence[int]) -> tuple[FacetCount, ...]:
        passing = [row for row in everything if self.passes(row, but_group=request.group)]
        counted = [row for row in passing if not self._is_excluded(row)]
        if request.edges:
            return self._histogram(request, counted)
        if request.field not in _FACETS:
            raise Invalid(f"字段 {request.field} 不能统计", parameter=request.name)
        values = Counter(
            value for row in counted for value in set(_KEYWORD_VALUES[request.field](self._state.rows[row])) - {""}
        )
        kept = [(value, count) for value, count in values.items() if value.startswith(request.prefix)]
        kept.sort(key=lambda pair: (-pair[1], pair[0]))
        return tuple(FacetCount(value=value, count=count) for value, count in kept[: request.size])

    def _histogram(self, request: FacetRequest, counted: Sequence[int]) -> tuple[FacetCount, ...]:
        if request.field == "price":
            values = [price for row in counted if (price := self._price(row)) is not None]
        else:
            values = [self._integers[row][request.field] for row in counted]
        ends = [*request.edges[1:], None]
        return tuple(
            FacetCount(
                value=f"{low}-{'' if high is None else high}",
                count=sum(low <= value and (high is None or value < high) for value in values),
            )
            for low, high in zip(request.edges, ends, strict=True)
        )


def _between(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def pending_count(state: MemoryState) -> int:
    return sum(row not in state.vectors for row in state.rows) if state.vector_space else 0
