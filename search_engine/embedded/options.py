"""What may be set about the embedded engine, beside its code."""

from __future__ import annotations

from dataclasses import dataclass, field

from search_engine.vectors.options import VectorOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedOptions:
    """``writer_heap_bytes`` is shared by ``writer_threads``; each flush of a thread's share makes one segment."""

    # Two threads keep pace with one Python producer (33,000 documents/s against 26,000 with one thread, two cores).
    writer_threads: int = 2
    # 256 MB gives segments of about 100,000 listings. A rebuild of more takes more, up to the greatest, so that its
    # eighths fit and merge into one segment: every look-up, count and facet pays once a segment.
    writer_heap_bytes: int = 256_000_000
    writer_heap_bytes_max: int = 2_000_000_000
    writer_heap_bytes_a_document: int = 500
    # Rules, V, totals and facets of recent queries, so that later pages and other filters do not ask twice.
    cache_entries: int = 512
    # Result sets up to this size are held as rows: scored, counted and ordered from their own lists in 2 to 3 ms, where
    # the text index takes 5 to 40. A thousand rows are looked up in half a millisecond.
    named_max: int = 1_000
    vectors: VectorOptions = field(default_factory=VectorOptions)
