"""When the graph is built, extended or left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from search_engine.vectors.file import VectorFile
from search_engine.vectors.graph import build_graph
from search_engine.vectors.options import VectorOptions


def publish_graph(
    directory: Path,
    *,
    vectors: VectorFile,
    current: str | None,
    last_row: int,
    serial: int,
    compact: bool,
    options: VectorOptions,
) -> str | None:
    """Name of the graph to publish: the current one, a new one written beside it, or None while a scan is faster.

    ``compact`` asks to leave dead rows out when they are many.
    """
    stored = vectors.stored_rows(0, last_row)
    if len(stored) < options.graph_from:
        return None
    name = f"graph-{serial}"
    if current is None:
        build_graph(directory, name, vectors=vectors, rows=stored, options=options)
        return name
    in_graph = np.load(directory / f"{current}.rows.npy")
    tail = vectors.rows_beyond(last_row, in_graph)
    dead = len(in_graph) - (len(stored) - len(tail))
    outgrown = len(in_graph) < options.inverted_from <= len(stored)
    if outgrown or (compact and dead > options.dead_share * len(in_graph)):
        build_graph(directory, name, vectors=vectors, rows=stored, options=options)
        return name
    if len(tail) > _tail_allowed(len(in_graph), options):
        build_graph(directory, name, vectors=vectors, rows=tail, options=options, extends=current)
        return name
    return current


def _tail_allowed(in_graph: int, options: VectorOptions) -> int:
    return min(max(options.tail_rows, int(in_graph * options.tail_share)), options.tail_rows_max)
