"""Peers: what the same machine does with the same listings and queries without Pifa.

Each gets text that Pifa has already cut and vectors that Pifa has already made, and gives the best twenty: no honest
total beyond what it counts anyway, no facets, no ranking, no cards. So a ratio says what all of that costs.
"""

from bench.speed.peers.fts5 import SqliteFts5
from bench.speed.peers.lance import LanceDb, LanceDbVectors
from bench.speed.peers.port import Peer
from bench.speed.peers.tantivy_alone import TantivyAlone
from bench.speed.peers.vectors_alone import FaissAlone

PEERS: dict[str, type[Peer]] = {
    "tantivy": TantivyAlone,
    "faiss": FaissAlone,
    "lancedb": LanceDb,
    "lancedb_vectors": LanceDbVectors,
    "sqlite_fts5": SqliteFts5,
}

__all__ = ["PEERS", "Peer"]
