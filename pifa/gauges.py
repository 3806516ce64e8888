"""What the index says of itself on ``/metrics``: how far it lies behind the record."""

from __future__ import annotations

from catalog_service.reads.changes import SqlChangeFeed
from kernel.clock import Clock
from search_engine.port import SearchEngine
from web.metrics import Gauge


def index_gauges(engine: SearchEngine, feed: SqlChangeFeed, *, clock: Clock) -> tuple[Gauge, ...]:
    """As this process sees the index, which it looks at five times a second."""

    def waiting() -> float:
        return max(feed.latest() - engine.status().feed_cursor, 0)

    def lag() -> float:
        oldest = feed.recorded_after(engine.status().feed_cursor)
        return 0 if oldest is None else max(clock.now() - oldest, 0)

    return (
        Gauge(name="pifa_index_waiting_changes", help="Changes that a search does not see yet.", read=waiting),
        Gauge(name="pifa_index_lag_seconds", help="How long the oldest of them has waited; 0 for none.", read=lag),
        Gauge(name="pifa_index_documents", help="Listings that can be found.", read=lambda: engine.status().documents),
        Gauge(
            name="pifa_index_vectors_waiting",
            help="Listings found by words that wait for their vector.",
            read=lambda: engine.status().vectors_pending,
        ),
    )
