"""Vectors after text: a listing is searchable at once, its vector follows."""

from __future__ import annotations

from collections.abc import Callable

from search_engine.port import IndexWriter
from text_analysis.encoders.port import Encoder

# About a second of the default encoder's work on two cores: a progress bar that moves.
CHUNK_TEXTS = 512


def encode_pending(
    writer: IndexWriter,
    encoder: Encoder,
    *,
    chunk: int = CHUNK_TEXTS,
    chunks_max: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Encode documents that have no vector yet, oldest first; gives how many. Publishing them is the caller's."""
    encoded = 0
    rounds = 0
    while chunks_max is None or rounds < chunks_max:
        rows, texts = writer.pending_vector_texts(limit=chunk)
        if not len(rows):
            break
        writer.put_vectors(rows, encoder.encode_documents(texts))
        encoded += len(rows)
        rounds += 1
        if progress is not None:
            progress(len(rows))
    return encoded
