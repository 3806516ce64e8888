"""The embedded engine: one directory, no server.

tantivy orders large results by their text and keeps what a hit shows; postings, columns and lists by row say who
matches, filter, count and score; FAISS has the vectors.

A home holds ``index/manifest.json`` (the published state, swapped by rename), ``index/<generation>/`` (the files of all
of these) and the writer's lock. One writer process, any number of readers.
"""

from search_engine.embedded.options import EmbeddedOptions, PostingOptions
from search_engine.embedded.store import EmbeddedStore
from search_engine.vectors.options import VectorOptions

__all__ = ["EmbeddedOptions", "EmbeddedStore", "PostingOptions", "VectorOptions"]
