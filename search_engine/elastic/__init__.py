"""The Elasticsearch engine: the same port over an existing distributed engine.

Text reaches the server already cut, signals are plain numbers and every score is asked for by name, so no plugin and
no script is needed and any managed cluster will do. Vectors lie in FAISS beside the cluster.

A prefix holds ``<prefix>-g000001`` (one generation an index, its state in a document of its own), the aliases
``<prefix>-read`` and ``<prefix>-write`` that name the published one, and ``<prefix>-lock``.
"""

from search_engine.elastic.client import Connection
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.repository import RepositoryOptions
from search_engine.elastic.snapshots import ElasticSnapshots, Snapshot
from search_engine.elastic.store import ElasticStore

__all__ = ["Connection", "ElasticOptions", "ElasticSnapshots", "ElasticStore", "RepositoryOptions", "Snapshot"]
