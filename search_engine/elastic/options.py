"""What may be set about the Elasticsearch engine, beside its code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from search_engine.vectors.options import VectorOptions

# In FAISS beside the cluster, or in it: by 8 bits a dimension, or by one.
VectorKind = Literal["beside", "int8_hnsw", "bbq_hnsw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticOptions:
    """``vectors``: where new generations keep them; ``graph``: sizes and efforts, wherever that is."""

    prefix: str = "pifa"
    shards: int = 1
    # A managed cluster of several nodes keeps a copy; one node has nowhere to put it.
    replicas: str = "0-1"
    # What a query may take before the server gives back what it has: a buyer waits no longer than this for a page.
    deadline_ms: int = 2_000
    # The server keeps the deadline itself; a node that is there and does not answer is waited for so much longer.
    network_ms: int = 1_000
    # How long a reader's point in time outlives its last search; each search renews it. Three times ``view_seconds``: a
    # reader that looks for changes never loses one, and one that was killed, or could not say that it was done, holds
    # back no shard (see there) for longer than this and the minute in which the server looks for such.
    keep_alive_seconds: int = 90
    # A reader changes to a new point in time when the state changes, or after so long: a copy of a shard that was taken
    # off a node cannot come back to it (and a shard not move there) while a point in time holds what it left behind.
    view_seconds: float = 30.0
    # Applied changes are held back until the commit, so that nothing is seen before it; what is more than this many
    # documents (about 40 MB) is written at once, and seen with the next refresh at the latest.
    buffer_documents: int = 20_000
    # Elastic's guide asks for bulks of 5 to 15 MB; a rejected one is then cheap to send again.
    bulk_bytes: int = 8_000_000
    bulk_documents: int = 2_000
    # A full queue drains in seconds: 0.5, 1, 2, ... s with jitter, at most two minutes in all.
    bulk_retries: int = 8
    # A facet's values are exact on one shard; on several, each gives so many of its own before they are summed.
    facet_shard_size: int = 2_000
    # A lock that was not renewed for so long is another's to take; it is renewed three times as often.
    lock_seconds: float = 30.0
    vectors: VectorKind = "beside"
    graph: VectorOptions = field(default_factory=VectorOptions)

    @property
    def keep_alive(self) -> str:
        """As the server reads it."""
        return f"{self.keep_alive_seconds}s"

    @property
    def patience_s(self) -> float:
        """How long a reader waits for one request."""
        return (self.deadline_ms + self.network_ms) / 1000
