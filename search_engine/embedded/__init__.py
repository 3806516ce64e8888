"""The embedded engine: tantivy for text, filters and facets, FAISS for vectors, one directory, no server.

A home holds ``index/manifest.json`` (the published state, swapped by rename), ``index/<generation>/`` (tantivy files,
vectors, ladders) and the writer's lock. One writer process, any number of readers.
"""

from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.store import EmbeddedStore
from search_engine.vectors.options import VectorOptions

__all__ = ["EmbeddedOptions", "EmbeddedStore", "VectorOptions"]
