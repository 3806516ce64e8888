"""The result set of a plan: (lexical matches under a rule + V) within the filters. Everything else is asked of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from kernel.errors import Invalid
from search_engine.embedded.bits import from_rows, holds, no_rows, to_rows
from search_engine.embedded.prices import in_price_range
from search_engine.embedded.query import filter_query
from search_engine.embedded.rules import TextMatch, match_text
from search_engine.embedded.snapshot import NO_ROWS, Snapshot
from search_engine.embedded.values import COUNTED
from search_engine.limits import unit_vector, why_no_vectors
from search_engine.plan import Filter, LexicalQuery, Plan, PriceFilter, RangeFilter, TermFilter, VectorQuery
from search_engine.prices import PriceAxis, price_axis
from search_engine.schema import FIELDS

_KEYWORDS = {field.name for field in FIELDS if field.kind == "keyword" and field.filter}
_INTEGERS = {field.name for field in FIELDS if field.kind == "integer"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Base:
    """What is matched before any filter. Sets are bits of living rows that no exclusion meets: ``text`` by the rule,
    ``near`` is V, ``whole`` both or, when a plan ``browses``, everything."""

    text: TextMatch
    near: np.ndarray
    whole: np.ndarray
    browses: bool
    rule: str
    degraded: tuple[str, ...]


class ResultSet:
    """The rows of a plan, with all filters or with those of one group left out (for disjunctive facets)."""

    def __init__(self, snapshot: Snapshot, base: Base, plan: Plan, base_key: Hashable) -> None:
        self.snapshot = snapshot
        self._base_key = base_key
        self.base = base
        self.lexical = plan.lexical or LexicalQuery()
        self.filters = plan.filters
        self.axis: PriceAxis = price_axis(plan.quantity)
        self._rows: dict[str | None, np.ndarray] = {}

    def key_without(self, group: str | None) -> Hashable:
        """Equal for plans that have the same ``rows(group)`` in the same snapshot."""
        return self._base_key, tuple(each for each in self.filters if each.group != group), self.axis

    def rows(self, without_group: str | None = None) -> np.ndarray:
        """int64 (n,), ascending."""
        if without_group not in self._rows:
            conditions = [each for each in self.filters if each.group != without_group]
            self._rows[without_group] = self._within(conditions)
        return self._rows[without_group]

    def parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Bool (n,) each, of ``rows()``: which matched the text, which are of V."""
        rows = self.rows()
        return holds(self.base.text.rows, rows), holds(self.base.near, rows)

    def _within(self, conditions: Sequence[Filter]) -> np.ndarray:
        """Sets of values first, since they meet as bits; then ranges, row by row of what is left."""
        bits = self.base.whole
        for condition in conditions:
            if isinstance(condition, TermFilter):
                bits = bits & having_value(self.snapshot, condition)
        rows = to_rows(bits)
        for condition in conditions:
            if not isinstance(condition, TermFilter):
                rows = rows[in_range(self.snapshot, condition, rows, self.axis)]
        return rows


def match(snapshot: Snapshot, plan: Plan) -> ResultSet:
    """The result set, found once for all windows of a plan; raises Invalid for a filter that the field table does not
    allow."""
    vector = plan.vector
    base_key = (plan.lexical, (unit_vector(vector).tobytes(), vector.floor, vector.limit) if vector else None)
    key = (base_key, plan.filters, price_axis(plan.quantity))

    def found() -> ResultSet:
        base = snapshot.sets.remember(base_key, lambda: find_base(snapshot, plan))
        return ResultSet(snapshot, base, plan, base_key)

    return snapshot.sets.remember(key, found)


def find_base(snapshot: Snapshot, plan: Plan) -> Base:
    """Choose the rule, fix V, leave out what is excluded."""
    text = match_text(snapshot, plan.lexical or LexicalQuery())
    near, degraded = _nearest(snapshot, plan.vector)
    browses = not text.asks and plan.vector is None
    return Base(
        text=text,
        near=near & text.allowed,
        whole=text.allowed if browses else text.rows | near & text.allowed,
        browses=browses,
        rule=text.rule if text.asks else ("browse" if browses else "vector"),
        degraded=degraded,
    )


def having_value(snapshot: Snapshot, condition: TermFilter) -> np.ndarray:
    """The rows that have any of the values, as bits, dead ones among them."""
    if condition.field not in _KEYWORDS:
        raise Invalid(f"字段 {condition.field} 不能筛选", parameter=condition.field)
    values = [value for value in condition.values if value]
    if condition.field in COUNTED:
        return snapshot.facet_numbers.having(snapshot.values.numbers(condition.field, values))
    rows = snapshot.rows(filter_query(condition, snapshot.schema)) if values else NO_ROWS
    return from_rows(snapshot.live(rows), len(snapshot.living))


def in_range(snapshot: Snapshot, condition: RangeFilter | PriceFilter, rows: np.ndarray, axis: PriceAxis) -> np.ndarray:
    """Bool (n,): which rows meet the condition."""
    if isinstance(condition, PriceFilter):
        return in_price_range(snapshot, condition, rows, axis)
    if condition.field not in _INTEGERS:
        raise Invalid(f"字段 {condition.field} 不能按范围筛选", parameter=condition.field)
    values = snapshot.columns.read(condition.field, rows)
    inside = np.ones(len(rows), dtype=bool)
    if condition.low is not None:
        inside &= values >= condition.low
    if condition.high is not None:
        inside &= values <= condition.high
    return inside


def _nearest(snapshot: Snapshot, query: VectorQuery | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """V as bits, and why it is missing where it is."""
    nobody = no_rows(len(snapshot.living))
    if query is None:
        return nobody, ()
    vectors = snapshot.vectors
    count, dimensions = (vectors.count, vectors.dimensions) if vectors is not None else (0, 0)
    left_out = why_no_vectors(query, count=count, dimensions=dimensions)
    if vectors is None or left_out:
        return nobody, left_out
    rows, _ = vectors.nearest(unit_vector(query), limit=query.limit, floor=query.floor)
    return from_rows(snapshot.live(rows), len(nobody)), ()
