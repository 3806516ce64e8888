"""What may be set about the embedded engine, beside its code."""

from __future__ import annotations

from dataclasses import dataclass, field

from search_engine.vectors.options import VectorOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingOptions:
    """When rows are turned round, and how many at once; ``live_rows`` and ``segment_rows`` are multiples of 64."""

    # Rows that a reader turns round itself when it opens a state: 20 ms, against a file and a sync for every commit.
    tail_rows: int = 16_384
    # A commit merges up to so many rows: a second's work, since a publication waits for it.
    live_rows: int = 1 << 18
    # A rebuild merges up to so many, 500 MB to sort: every segment costs a few microseconds a token.
    segment_rows: int = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedOptions:
    """``writer_heap_bytes`` is shared by ``writer_threads``; each flush of a thread's share makes one segment."""

    # Two threads keep pace with one Python producer (33,000 documents/s against 26,000 with one thread, two cores).
    writer_threads: int = 2
    # 256 MB gives segments of about 100,000 listings. A rebuild of more takes more, up to the greatest, so that its
    # eighths fit and merge into one segment: every search pays once a segment.
    writer_heap_bytes: int = 256_000_000
    writer_heap_bytes_max: int = 2_000_000_000
    writer_heap_bytes_a_document: int = 500
    # Result sets of recent queries, so that later pages and other filters do not look for them again: three sets of
    # bits and the rows, half a megabyte at a million listings, nine when everything matches.
    remembered_sets: int = 32
    # Facets of recent queries: a few kilobytes each.
    remembered_answers: int = 512
    # Result sets up to this size are scored whole from their tokens, in 2 ms; of larger ones tantivy finds the best.
    scored_max: int = 1_000
    postings: PostingOptions = field(default_factory=PostingOptions)
    vectors: VectorOptions = field(default_factory=VectorOptions)
