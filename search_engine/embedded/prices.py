"""Price at a quantity over a snapshot: filter, sort, facet and card from one source, to the fen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from tantivy import Query

from search_engine.embedded.query import any_of, nothing, range_of, rows_query, unscored, within
from search_engine.embedded.snapshot import NO_HITS, Hits, Snapshot
from search_engine.plan import PriceFilter
from search_engine.prices import PriceAxis
from search_engine.schema import NO_PRICE_FEN

# So many exact prices are read in about 2 ms; telling the decided from the undecided scans whole columns.
PRICED_ONE_BY_ONE = 3_000
ON_REQUEST_FEN = -1  # how candidates say that there is no price


def prices_of(snapshot: Snapshot, hits: Hits, axis: PriceAxis) -> np.ndarray:
    """Exact unit prices int64 (n,) in fen; ``NO_PRICE_FEN`` on request."""
    low = snapshot.column(axis.low, hits.addresses)
    if axis.exact or axis.quantity is None:
        return low
    between = low != snapshot.column(axis.top, hits.addresses)
    if between.any():
        low[between] = snapshot.ladders.prices(hits.rows[between], quantity=axis.quantity)
    return low


def price_query(
    snapshot: Snapshot, condition: PriceFilter, axis: PriceAxis, *, among: Query, among_key: Hashable
) -> Query:
    """Documents of ``among`` whose exact price lies in the filter's range; offers without a price never do.

    ``among_key`` is equal where ``among`` is.
    """
    low = 0 if condition.low_fen is None else max(condition.low_fen, 0)
    high = NO_PRICE_FEN - 1 if condition.high_fen is None else min(condition.high_fen, NO_PRICE_FEN - 1)
    if low > high:
        return nothing()
    if axis.exact:
        return range_of(snapshot.schema, axis.low, low, high)
    certain = within(
        range_of(snapshot.schema, axis.low, low, high), require=[range_of(snapshot.schema, axis.top, low, high)]
    )
    rows = snapshot.remember(
        ("price", axis, low, high, among_key),
        lambda: _undecided_within(snapshot, axis, among, certain, low=low, high=high),
    )
    return any_of([certain, rows_query(snapshot.schema, rows) if len(rows) else None]) or nothing()


def undecided_counts(snapshot: Snapshot, matching: Query, edges: Sequence[int], axis: PriceAxis) -> list[int]:
    """Documents of ``matching`` in [edge, next edge) where the columns only bound the price; on request in none."""
    bounds = np.array([*edges, NO_PRICE_FEN - 1], dtype=np.int64)  # numpy closes the last bin; no price reaches its end
    few = snapshot.hits(unscored(matching), limit=PRICED_ONE_BY_ONE + 1)
    if len(few.rows) <= PRICED_ONE_BY_ONE:
        return [int(count) for count in np.histogram(prices_of(snapshot, few, axis), bins=bounds)[0]]
    undecided = _undecided(snapshot, axis, edges)
    decided = within(matching, without=[undecided])
    found = snapshot.searcher.aggregate(decided, {"price": ranges(axis.low, edges, last=NO_PRICE_FEN)})
    hits = snapshot.all_hits(within(matching, require=[undecided]))
    exact, _ = np.histogram(prices_of(snapshot, hits, axis), bins=bounds)
    return [count + int(more) for count, more in zip(counts_of(found["price"], edges), exact, strict=True)]


def ranges(column: str, edges: Sequence[int], *, last: int | None) -> dict[str, Any]:
    """An aggregation by value of a column, buckets [edge, next edge), the last ending before ``last``."""
    ends = [*edges[1:], last]
    buckets = [
        {"from": float(low)} if high is None else {"from": float(low), "to": float(high)}
        for low, high in zip(edges, ends, strict=True)
    ]
    return {"range": {"field": column, "ranges": buckets}}


def counts_of(found: Mapping[str, Any], edges: Sequence[int]) -> list[int]:
    """What such an aggregation counted, by edge."""
    by_start = {bucket.get("from"): bucket["doc_count"] for bucket in found["buckets"]}
    return [int(by_start.get(float(low), 0)) for low in edges]


def by_price(snapshot: Snapshot, matching: Query, axis: PriceAxis, *, offset: int, limit: int) -> Hits:
    """The window of ``matching`` by exact price, then row; offers without a price come last, by row."""
    priced = within(matching, require=[range_of(snapshot.schema, "priced", 1, None)])
    count = snapshot.count(priced)
    first = _cheapest(snapshot, priced, axis, offset=offset, limit=min(limit, max(count - offset, 0)))
    missing = limit - len(first.rows)
    if missing <= 0:
        return first
    on_request = within(matching, require=[range_of(snapshot.schema, "priced", None, 0)])
    rest = snapshot.hits(on_request, limit=missing, offset=max(offset - count, 0), order_by="row", descending=False)
    return Hits(
        rows=np.concatenate([first.rows, rest.rows]),
        keys=np.concatenate([first.keys, rest.keys]),
        addresses=[*first.addresses, *rest.addresses],
    )


def _cheapest(snapshot: Snapshot, priced: Query, axis: PriceAxis, *, offset: int, limit: int) -> Hits:
    """Threshold algorithm: the low column never exceeds the price, so documents not fetched yet cannot be cheaper
    than the last one's low; when enough exact prices lie below it, the order is certain."""
    if limit <= 0:
        return NO_HITS
    fetch = offset + limit + 64
    while True:
        hits = snapshot.hits(priced, limit=fetch, order_by=axis.low, descending=False)
        prices = prices_of(snapshot, hits, axis)
        order = np.lexsort((hits.rows, prices))
        complete = len(hits.rows) < fetch
        if complete or prices[order[offset + limit - 1]] < hits.keys[-1]:
            return hits.take(order[offset : offset + limit])
        fetch *= 2


def _undecided(snapshot: Snapshot, axis: PriceAxis, bounds: Sequence[int]) -> Query:
    """Documents of which the columns alone do not say on which side of some bound their price lies."""
    return (
        any_of(
            [
                within(
                    range_of(snapshot.schema, axis.low, None, bound - 1),
                    require=[range_of(snapshot.schema, axis.top, bound, NO_PRICE_FEN - 1)],
                )
                for bound in bounds
            ]
        )
        or nothing()
    )


def _undecided_within(
    snapshot: Snapshot, axis: PriceAxis, among: Query, certain: Query, *, low: int, high: int
) -> np.ndarray:
    undecided = within(among, require=[_undecided(snapshot, axis, [low, high + 1])], without=[certain])
    hits = snapshot.all_hits(undecided)
    prices = prices_of(snapshot, hits, axis)
    rows: np.ndarray = hits.rows[(prices >= low) & (prices <= high)]
    return rows
