"""Sizes at which the vector index changes its kind, and how hard it looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorOptions:
    """Rows, not bytes, throughout."""

    # Below this an exact scan of 512 dimensions in half precision stays under 4 ms on one core.
    graph_from: int = 20_000
    # Above this HNSW's links and 8-bit codes no longer fit beside the text index in 16 GB; IVF-PQ takes 1/8 of it.
    inverted_from: int = 10_000_000
    # Vectors that came after the graph was built are scanned exactly; the graph is extended when they are this many ...
    tail_rows: int = 20_000
    # ... or this share of the graph, never more than ``tail_rows_max``.
    tail_share: float = 0.1
    tail_rows_max: int = 50_000
    # Share of the graph's rows that may be dead before ``optimise`` builds it anew without them.
    dead_share: float = 0.3
    # At 1,000,000 listings and equal time of a search 32 links find more than 16 (.960 of the ten nearest in 2.0 ms
    # against .941 in 2.1); the graph then takes 235 s to build instead of 140.
    links: int = 32
    ef_construction: int = 100
    # What a search may spend. At 100,000 listings and 16 links 256 found .977 of the ten nearest, 400 .986; at
    # 1,000,000 and 32 links 400 finds .960 in 2.0 ms, 800 .975 in 3.7.
    ef_search: int = 400
    # Where recall is promised (``nearest``) the effort grows with the size: 400 at 100,000 rows, 1,600 at a million
    # (.987 in 7 ms).
    thorough_from: int = 100_000
    thorough_power: float = 0.6
    # Neighbours are looked up with 8-bit codes and re-scored with the stored half floats; so many more are fetched.
    rescore_factor: float = 1.5
    threads: int = 2

    def effort(self, rows: int, *, thorough: bool) -> int:
        """``ef`` of a search among so many rows."""
        if not thorough:
            return self.ef_search
        return int(self.ef_search * max(rows / self.thorough_from, 1.0) ** self.thorough_power)
