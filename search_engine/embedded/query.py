"""A plan as tantivy queries: pure functions of the plan and the schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tantivy
from tantivy import Occur, Query

from search_engine.blend import TEXT_LEGS
from search_engine.plan import LexicalQuery, Term, TermFilter, TermGroup

# Above every BM25 sum that a query of the longest allowed length can reach, so that a code hit stands first.
CODE_BONUS = 100_000.0
TERMS_ONE_BY_ONE = 16  # above this, one set query is cheaper than that many term queries
# A set query walks the dictionary of rows: 300 rows of 200,000 cost 2.5 ms as a set and 0.5 ms one by one.
ROWS_ONE_BY_ONE = 2_000


def scored_query(
    lexical: LexicalQuery,
    weights: Sequence[tuple[str, float]],
    schema: tantivy.Schema,
    *,
    required: Sequence[TermGroup],
    filters: Sequence[TermFilter],
) -> Query:
    """Documents by the sum of their weighted legs, code hits first.

    With ``required`` groups only those that have them all (or a code) match; without, whoever scores at all, which
    tantivy finds without looking at every match.
    """
    codes = codes_query(lexical.codes, schema)
    scoring = [
        Query.boost_query(leg, weight)
        for name, weight in weights
        if weight > 0 and (leg := leg_query(name, getattr(lexical, name), schema)) is not None
    ]
    if codes is not None:
        scoring.append(Query.const_score_query(codes, CODE_BONUS))
    must = [filter_query(condition, schema) for condition in filters]
    if required:
        everything = all_of([group_query(group, schema) for group in required])
        must.append(any_of([everything, codes]) or nothing())
    excluded = any_of([group_query(group, schema) for group in lexical.excluded])
    return Query.boolean_query(
        [
            *((Occur.Must, unscored(query)) for query in must),
            *((Occur.Should, query) for query in scoring),
            *((Occur.MustNot, query) for query in (excluded,) if query is not None),
        ]
    )


def group_query(group: TermGroup, schema: tantivy.Schema) -> Query | None:
    """Any alternative, all of whose tokens are in ``coverage``."""
    return any_of([all_of(_covered(alternative, schema)) for alternative in group.alternatives])


def _covered(tokens: Sequence[str], schema: tantivy.Schema) -> list[Query]:
    return [Query.term_query(schema, "coverage", token, "basic") for token in dict.fromkeys(tokens) if token]


def codes_query(codes: Sequence[str], schema: tantivy.Schema) -> Query | None:
    """Whoever has one of these item codes."""
    return any_of([Query.term_query(schema, "codes", code, "basic") for code in codes if code])


def any_token_query(lexical: LexicalQuery, schema: tantivy.Schema) -> Query | None:
    """Whoever has any token that is scored."""
    return any_of([leg_query(leg, getattr(lexical, leg), schema) for leg in TEXT_LEGS])


def leg_query(leg: str, terms: Sequence[Term], schema: tantivy.Schema) -> Query | None:
    """The terms of a field, each with its weight."""
    if leg not in TEXT_LEGS:
        return None
    queries = [
        query if term.weight == 1.0 else Query.boost_query(query, term.weight)
        for term in terms
        if term.text and (query := Query.term_query(schema, leg, term.text, "freq"))
    ]
    return any_of(queries)


def filter_query(condition: TermFilter, schema: tantivy.Schema) -> Query:
    """Any of the values in a keyword field."""
    values = [value for value in dict.fromkeys(condition.values) if value]
    if len(values) > TERMS_ONE_BY_ONE:
        return Query.term_set_query(schema, condition.field, values)
    return any_of([Query.term_query(schema, condition.field, value, "basic") for value in values]) or nothing()


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


def unscored(query: Query) -> Query:
    """The same documents with score 0, so that no time goes into scoring."""
    return Query.const_score_query(query, 0.0)
