"""The result set of a plan: (lexical matches under a rule + V) within the filters. Everything else is asked of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from tantivy import Occur, Query

from search_engine.embedded.prices import price_query
from search_engine.embedded.query import (
    CompiledRule,
    LexicalParts,
    Unit,
    any_of,
    compile_lexical,
    counting_query,
    filter_query,
    nothing,
    rows_query,
    within,
)
from search_engine.embedded.snapshot import NO_HITS, Hits, Snapshot
from search_engine.limits import unit_vector
from search_engine.plan import Filter, LexicalQuery, Plan, PriceFilter, VectorQuery
from search_engine.prices import PriceAxis, price_axis

NO_ROWS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearWithin:
    """V within the filters; ``text_rows``: those of it that match the text as well, ascending."""

    hits: Hits
    text_rows: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matching:
    """``text`` None: no lexical part asks for anything. ``near``: V, ascending rows. ``browse``: everything matches.
    ``base``: the set before exclusions and filters.

    ``identity`` is equal for plans that have the same result set in the same snapshot.
    """

    snapshot: Snapshot
    parts: LexicalParts | None
    text: Query | None
    near: np.ndarray
    base: Query
    browse: bool
    rule: str
    filters: tuple[tuple[str, Query], ...]
    axis: PriceAxis
    identity: tuple[LexicalQuery | None, Hashable, tuple[Filter, ...], PriceAxis]
    degraded: tuple[str, ...]

    def conditions_key(self, without_group: str | None) -> Hashable:
        """Equal where ``whole(without_group)`` is."""
        lexical, vector, filters, axis = self.identity
        return lexical, vector, tuple(each for each in filters if each.group != without_group), axis

    @property
    def excluded(self) -> Query | None:
        return self.parts.excluded if self.parts else None

    def conditions(self, *, without_group: str | None = None) -> list[Query]:
        """The filters, but those of one group."""
        return [query for group, query in self.filters if group != without_group]

    def whole(self, without_group: str | None = None) -> Query:
        """The result set; with ``without_group`` as it were without that group's filters."""
        return within(self.base, require=self.conditions(without_group=without_group), without=[self.excluded])

    def by_text(self, *, but_near: bool = False) -> Query:
        """The part that matched the text, V left out on demand."""
        if self.text is None:
            return nothing()
        near = rows_query(self.snapshot.schema, self.near) if but_near and len(self.near) else None
        return within(self.text, require=self.conditions(), without=[self.excluded, near])

    def named(self, without_group: str | None = None) -> Hits | None:
        """The result set as rows, in no order; None when it is a large one."""
        return self.snapshot.remember(
            ("named", self.conditions_key(without_group)), lambda: self._named(self.whole(without_group))
        )

    def _named(self, query: Query) -> Hits | None:
        named_max = self.snapshot.named_max
        hits = self.snapshot.hits(query, limit=named_max + 1)
        return hits if len(hits.rows) <= named_max else None

    def near_within(self) -> NearWithin:
        """V within the filters, found once for all windows of the plan."""
        return self.snapshot.remember(("near within", self.identity), self._near_within)

    def _near_within(self) -> NearWithin:
        if not len(self.near):
            return NearWithin(hits=NO_HITS, text_rows=NO_ROWS)
        near = rows_query(self.snapshot.schema, self.near)
        within_filters = within(near, require=self.conditions(), without=[self.excluded])
        hits = self.snapshot.hits(within_filters, limit=len(self.near))
        text_rows = self.snapshot.rows_within(self.text, hits.rows) if self.text is not None else NO_ROWS
        return NearWithin(hits=hits, text_rows=text_rows)


def match(snapshot: Snapshot, plan: Plan) -> Matching:
    """Compile the plan against a snapshot: choose the rule, fix V, resolve the filters."""
    parts = compile_lexical(plan.lexical, plan.weights, snapshot.schema) if plan.lexical else None
    asks = parts is not None and parts.asks
    rule, text = _choose_rule(snapshot, plan, parts) if parts is not None and asks else ("", None)
    near, vector_key, degraded = _nearest(snapshot, plan.vector)
    browse = not asks and plan.vector is None
    axis = price_axis(plan.quantity)
    base = Query.all_query() if browse else _union(snapshot, text, near)
    base_key = (plan.lexical, vector_key)
    filters = tuple(
        (
            condition.group,
            price_query(snapshot, condition, axis, among=base, among_key=base_key)
            if isinstance(condition, PriceFilter)
            else filter_query(condition, snapshot.schema),
        )
        for condition in plan.filters
    )
    return Matching(
        snapshot=snapshot,
        parts=parts,
        text=text,
        near=near,
        base=base,
        browse=browse,
        filters=filters,
        axis=axis,
        rule=rule or ("browse" if browse else "vector"),
        degraded=degraded,
        identity=(plan.lexical, vector_key, plan.filters, axis),
    )


def _union(snapshot: Snapshot, text: Query | None, near: np.ndarray) -> Query:
    return any_of([text, rows_query(snapshot.schema, near) if len(near) else None]) or nothing()


def _choose_rule(snapshot: Snapshot, plan: Plan, parts: LexicalParts) -> tuple[str, Query | None]:
    """The first rule that matches enough of the whole catalog, else the last."""
    if not parts.rules:
        return "code", parts.codes
    name, query = snapshot.remember(("rule", plan.lexical), lambda: _first_enough(snapshot, parts))
    return name, any_of([query, parts.codes])


def _first_enough(snapshot: Snapshot, parts: LexicalParts) -> tuple[str, Query]:
    counted: dict[str, Hits] = {}
    for compiled in parts.rules[:-1]:
        found, query = _found(snapshot, parts, compiled, counted)
        if found >= compiled.rule.enough:
            return compiled.rule.name, query
    last = parts.rules[-1]
    return last.rule.name, _found(snapshot, parts, last, counted)[1] if last.units else last.query


def _found(
    snapshot: Snapshot, parts: LexicalParts, compiled: CompiledRule, counted: dict[str, Hits]
) -> tuple[int, Query]:
    """How many documents meet a rule, and the query for them. Few that are dear to find are named by row, since total,
    window and facets ask again."""
    if compiled.units:
        unit = compiled.rule.unit
        if unit not in counted:
            counted[unit] = _counted(snapshot, parts, compiled)
        rows = counted[unit].rows[counted[unit].keys > compiled.need - 0.5]
        if len(rows) <= snapshot.named_max:
            return len(rows), rows_query(snapshot.schema, rows)
    return snapshot.count(within(compiled.query, without=[parts.excluded])), compiled.query


def _counted(snapshot: Snapshot, parts: LexicalParts, compiled: CompiledRule) -> Hits:
    """The documents with the most of a unit, most first: one walk serves every rule that counts it."""
    need = min(rule.need for rule in parts.rules if rule.units and rule.rule.unit == compiled.rule.unit)
    rarest = sorted(compiled.units, key=lambda unit: _frequency_at_most(snapshot, unit))
    query = counting_query(rarest, need)
    if parts.excluded is not None:
        query = Query.boolean_query([(Occur.Must, query), (Occur.MustNot, parts.excluded)])
    return snapshot.hits(query, limit=snapshot.named_max + 1)


def _frequency_at_most(snapshot: Snapshot, unit: Unit) -> int:
    return sum(
        min((snapshot.searcher.doc_freq("coverage", token) for token in alternative if token), default=0)
        for alternative in unit.alternatives
    )


def _nearest(snapshot: Snapshot, query: VectorQuery | None) -> tuple[np.ndarray, Hashable, tuple[str, ...]]:
    """V as ascending rows, what identifies it, and why it is missing where it is."""
    if query is None:
        return NO_ROWS, None, ()
    vectors = snapshot.vectors
    if vectors is None or vectors.count == 0:
        return NO_ROWS, None, ("vector: no vectors in the index",)
    vector = unit_vector(query)
    if len(vector) != vectors.dimensions:
        return NO_ROWS, None, (f"vector: index has {vectors.dimensions} dimensions, query has {len(vector)}",)
    key = ("near", vector.tobytes(), query.floor, query.limit)
    near = snapshot.remember(key, lambda: np.sort(vectors.nearest(vector, limit=query.limit, floor=query.floor)[0]))
    return near, key, ()
