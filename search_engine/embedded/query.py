"""A plan as tantivy queries: pure functions of the plan and the schema."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import FieldType, Occur, Query

from kernel.errors import Invalid
from search_engine.plan import LexicalQuery, MatchRule, RangeFilter, Term, TermFilter, TermGroup
from search_engine.schema import FIELDS

TEXT_LEGS: tuple[str, ...] = ("words", "characters", "bigrams", "facts")
# Above every BM25 sum that a query of the longest allowed length can reach, so that a code hit stands first.
CODE_BONUS = 100_000.0
TERMS_ONE_BY_ONE = 16  # above this, one set query is cheaper than that many term queries
# A set query walks the dictionary of rows: 300 rows of 200,000 cost 2.5 ms as a set and 0.5 ms one by one.
ROWS_ONE_BY_ONE = 2_000
I64_MIN, I64_MAX = -(1 << 63), (1 << 63) - 1

_KEYWORDS = {field.name for field in FIELDS if field.kind == "keyword" and field.filter}
_INTEGERS = {field.name for field in FIELDS if field.kind == "integer"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """One of the things that a rule counts, and its tokens in ``coverage``: all of any one alternative."""

    query: Query
    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledRule:
    """``units``: what is counted when ``need``, more than one, of several suffice; empty for a plain query."""

    rule: MatchRule
    query: Query
    units: tuple[Unit, ...]
    need: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LexicalParts:
    """The compiled lexical part of what was ``asked``. ``rules`` are in the plan's order; ``scoring`` gives the
    engine's combined score."""

    asked: LexicalQuery
    rules: tuple[CompiledRule, ...]
    codes: Query | None
    excluded: Query | None
    scoring: tuple[Query, ...]

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for (a plan may only exclude)."""
        return bool(self.rules) or self.codes is not None


ANY_TOKEN = MatchRule(
    name="any",
    unit="group",
    share=0.0,
    enough=0,
    because="a plan without rules states no requirement",
    shown_by="the contract suite",
)


def compile_lexical(
    lexical: LexicalQuery, weights: Sequence[tuple[str, float]], schema: tantivy.Schema
) -> LexicalParts:
    """Every query that the lexical part needs."""
    legs = {leg: query for leg in TEXT_LEGS if (query := _leg_query(leg, getattr(lexical, leg), schema)) is not None}
    codes = any_of([Query.term_query(schema, "codes", code, "basic") for code in lexical.codes if code])
    return LexicalParts(
        asked=lexical,
        rules=_rules(lexical, legs, schema),
        codes=codes,
        excluded=any_of([group_query(group, schema) for group in lexical.excluded]),
        scoring=_scoring(legs, codes, weights),
    )


def group_query(group: TermGroup, schema: tantivy.Schema) -> Query | None:
    """Any alternative, all of whose tokens are in ``coverage``."""
    return any_of(
        [
            all_of([_covered(token, schema) for token in dict.fromkeys(alternative) if token])
            for alternative in group.alternatives
        ]
    )


def asked_tokens(lexical: LexicalQuery) -> tuple[str, ...]:
    """The distinct coverage tokens of the buyer's own words: of each group's first alternative."""
    own = [token for group in lexical.groups if group.alternatives for token in group.alternatives[0]]
    return tuple(dict.fromkeys(token for token in own if token))


def needed(share: float, units: int) -> int:
    """How many of so many units ``share`` asks for: rounded up, at least one."""
    return max(1, min(units, math.ceil(share * units - 1e-9)))


def filter_query(condition: TermFilter | RangeFilter, schema: tantivy.Schema) -> Query:
    """A filter as a query; raises Invalid for a field that does not filter."""
    if isinstance(condition, TermFilter):
        if condition.field not in _KEYWORDS:
            raise Invalid(f"字段 {condition.field} 不能筛选", parameter=condition.field)
        values = [value for value in dict.fromkeys(condition.values) if value]
        if len(values) > TERMS_ONE_BY_ONE:
            return Query.term_set_query(schema, condition.field, values)
        return any_of([Query.term_query(schema, condition.field, value, "basic") for value in values]) or nothing()
    if condition.field not in _INTEGERS:
        raise Invalid(f"字段 {condition.field} 不能按范围筛选", parameter=condition.field)
    return range_of(schema, condition.field, condition.low, condition.high)


def range_of(schema: tantivy.Schema, field: str, low: int | None, high: int | None) -> Query:
    """``low <= field <= high``; either may be open."""
    if low is None and high is None:
        return Query.all_query()
    bounds = [None if bound is None else min(max(bound, I64_MIN), I64_MAX) for bound in (low, high)]
    return Query.range_query(schema, field, FieldType.Integer, bounds[0], bounds[1])


def rows_query(schema: tantivy.Schema, rows: Iterable[int]) -> Query:
    """The documents of these rows."""
    values = [int(row) for row in rows]
    if len(values) > ROWS_ONE_BY_ONE:
        return Query.term_set_query(schema, "row", values)
    return any_of([Query.term_query(schema, "row", value, "basic") for value in values]) or nothing()


def nothing() -> Query:
    """Matches no document."""
    return Query.empty_query()


def any_of(queries: Sequence[Query | None]) -> Query | None:
    """The union; None when there is nothing to unite."""
    there = [query for query in queries if query is not None]
    if len(there) <= 1:
        return there[0] if there else None
    return Query.boolean_query([(Occur.Should, query) for query in there])


def all_of(queries: Sequence[Query | None]) -> Query | None:
    """The intersection; None when there is nothing to intersect."""
    there = [query for query in queries if query is not None]
    if len(there) <= 1:
        return there[0] if there else None
    return Query.boolean_query([(Occur.Must, query) for query in there])


def within(base: Query, *, require: Sequence[Query] = (), without: Sequence[Query | None] = ()) -> Query:
    """``base`` and all of ``require``, none of ``without``; unscored."""
    refused = [query for query in without if query is not None]
    if not require and not refused:
        return unscored(base)
    parts = [(Occur.Must, unscored(query)) for query in (base, *require)]
    parts += [(Occur.MustNot, query) for query in refused]
    return Query.boolean_query(parts)


def scored(matching: Query, scoring: Sequence[Query]) -> Query:
    """The documents of ``matching``, ordered by the sum of ``scoring``."""
    return Query.boolean_query([(Occur.Must, unscored(matching)), *((Occur.Should, query) for query in scoring)])


def unscored(query: Query) -> Query:
    """The same documents with score 0, so that no time goes into scoring."""
    return Query.const_score_query(query, 0.0)


def _leg_query(leg: str, terms: Sequence[Term], schema: tantivy.Schema) -> Query | None:
    queries = [
        query if term.weight == 1.0 else Query.boost_query(query, term.weight)
        for term in terms
        if term.text and (query := Query.term_query(schema, leg, term.text, "freq"))
    ]
    return any_of(queries)


def _scoring(legs: dict[str, Query], codes: Query | None, weights: Sequence[tuple[str, float]]) -> tuple[Query, ...]:
    queries = [Query.boost_query(legs[leg], weight) for leg, weight in weights if leg in legs and weight > 0]
    if codes is not None:
        queries.append(Query.const_score_query(codes, CODE_BONUS))
    return tuple(queries)


def _rules(lexical: LexicalQuery, legs: dict[str, Query], schema: tantivy.Schema) -> tuple[CompiledRule, ...]:
    any_token = any_of(list(legs.values()))
    groups = tuple(
        Unit(query=query, alternatives=group.alternatives)
        for group in lexical.groups
        if (query := group_query(group, schema)) is not None
    )
    tokens = tuple(Unit(query=_covered(token, schema), alternatives=((token,),)) for token in asked_tokens(lexical))
    compiled = []
    for rule in lexical.rules or (ANY_TOKEN,):
        units = groups if rule.unit == "group" else tokens
        need = needed(rule.share, len(units)) if units and rule is not ANY_TOKEN else 0
        query = _at_least([unit.query for unit in units], need) if need else any_token
        if query is not None:
            several = 1 < need < len(units)
            compiled.append(CompiledRule(rule=rule, query=query, units=units if several else (), need=need))
    return tuple(compiled)


def counting_query(units: Sequence[Unit], need: int) -> Query:
    """Scores a document by how many of ``units`` (rarest first) it has; those with ``need`` are among its matches.

    Who has ``need`` of n units has one of the n - need + 1 rarest, so only those postings are walked through. Two to
    four times cheaper than tantivy's ``minimum_number_should_match`` (measured at 200,000 listings, 6 to 13 tokens).
    """
    ones = [Query.const_score_query(unit.query, 1.0) for unit in units]
    rare = len(units) - need + 1
    lead = Query.boolean_query([(Occur.Should, one) for one in ones[:rare]])
    return Query.boolean_query([(Occur.Must, lead), *((Occur.Should, one) for one in ones[rare:])])


def _covered(token: str, schema: tantivy.Schema) -> Query:
    return Query.term_query(schema, "coverage", token, "basic")


def _at_least(queries: Sequence[Query], count: int) -> Query | None:
    if count >= len(queries):
        return all_of(queries)
    if count == 1:
        return any_of(queries)
    return Query.boolean_query([(Occur.Should, query) for query in queries], minimum_number_should_match=count)
