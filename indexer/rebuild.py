"""A new generation beside the old one: scan, verify, swap; on any failure the old one keeps serving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indexer.apply import ChangeApplier
from indexer.replay import replay
from indexer.stages.assemble import DocumentMaker
from kernel.changes import Catalog, ChangeFeed
from kernel.errors import Unavailable
from search_engine.port import IndexStore, VectorSpace

SCAN_BATCH = 4000  # listings a batch: about 20 MB of documents
Progress = Callable[[int], None]


class RebuildIncomplete(Unavailable):
    """The new generation does not hold what was scanned; it was dropped and the old one serves on."""

    code = "rebuild_incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The generation that was published, and how many listings it holds."""

    generation: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilder:
    """The rebuild use case."""

    store: IndexStore
    catalog: Catalog
    feed: ChangeFeed
    assembler: DocumentMaker
    applier: ChangeApplier

    def rebuild(self, *, vector_space: VectorSpace | None, progress: Progress | None = None) -> Built:
        """Build and publish a generation of all live offers. Its vectors are for ``encode_pending``."""
        with self.store.rebuild(vector_space=vector_space, expected=self.catalog.live_count()) as writer:
            cursor = self.feed.latest()
            scanned = 0
            for batch in self.catalog.live_offers(batch_size=SCAN_BATCH):
                writer.apply(self.assembler.documents(batch))
                scanned += len(batch)
                if progress is not None:
                    progress(len(batch))
            writer.commit(feed_cursor=cursor)
            if writer.documents != scanned:
                raise RebuildIncomplete(f"新索引有 {writer.documents} 条，应有 {scanned} 条；已放弃，旧索引继续服务")
            # What changed during the scan, before anyone sees the new generation.
            replay(writer, feed=self.feed, applier=self.applier)
            writer.optimise()
            return Built(generation=writer.generation, documents=writer.documents)
