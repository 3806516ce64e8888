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
    links: int = 16
    ef_construction: int = 80
    # At 100,000 listings 256 found .977 of the ten nearest, 320 .981, 400 .986 (p50 .54 ms on one core).
    ef_search: int = 400
    # Neighbours are looked up with 8-bit codes and re-scored with the stored half floats; so many more are fetched.
    rescore_factor: float = 1.5
    threads: int = 2
