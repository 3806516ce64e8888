"""The follower: one process that keeps the index at the record's heels."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from indexer.apply import ChangeApplier
from indexer.encode import encode_pending
from kernel.changes import ChangeFeed
from search_engine.port import IndexWriter, WriterBusy
from text_analysis.encoders.port import Encoder

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowOptions:
    """How the follower paces itself."""

    batch_changes: int = 2000  # a commit of this many takes well under a second, so an urgent change never waits longer
    encode_texts: int = (
        128  # a third of a second of the default encoder on two cores: no publication waits longer for it
    )
    poll_seconds: float = 0.2  # a published change is searchable within a second: five looks in that time
    publish_vectors_seconds: float = 5.0  # vectors become searchable in steps; a step rewrites the graph's tail


@dataclass(slots=True, kw_only=True)
class Follower:
    """Pumps the feed into one writer. Changes made by people overtake imports; the durable cursor is the feed's own."""

    feed: ChangeFeed
    writer: IndexWriter
    applier: ChangeApplier
    encoder: Encoder | None
    options: FollowOptions = FollowOptions()
    on_progress: Callable[[str, int], None] | None = None
    _urgent_cursor: int = 0
    _vectors_unpublished: int = 0
    _vectors_published_at: float = field(default=0.0)

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set. A failing round is logged and tried again, with a growing pause; raises WriterBusy
        when the writer was lost to another process, since it does not come back."""
        pause = self.options.poll_seconds
        while not stop.is_set():
            try:
                busy = self.step()
                pause = self.options.poll_seconds
            except WriterBusy:
                raise
            except Exception:  # the follower must outlive a full disk or a locked database; it says so and retries
                log.exception("follower_round_failed", retry_seconds=pause)
                busy, pause = False, min(pause * 2, 30.0)
            if not busy:
                stop.wait(pause)
        self.publish_vectors()

    def catch_up(self) -> int:
        """Apply everything that the feed holds now; gives how many changes."""
        applied = 0
        while count := self._pump():
            applied += count
        return applied

    def step(self) -> bool:
        """One round: changes first, vectors when there are none. True when there was work."""
        if self._pump():
            return True
        return self._encode_some()

    def _pump(self) -> int:
        """A batch of the feed, the urgent ones first; gives how many changes."""
        cursor = self.writer.feed_cursor
        self._urgent_cursor = max(self._urgent_cursor, cursor)
        urgent = self.feed.urgent_after(self._urgent_cursor, limit=self.options.batch_changes)
        if urgent:
            # Applied early and once more when the cursor passes them: the version guard makes that a no-op.
            self.applier.apply(self.writer, urgent)
            self._urgent_cursor = urgent[-1].sequence
            self.writer.commit(feed_cursor=cursor)
        changes = self.feed.after(cursor, limit=self.options.batch_changes)
        if changes:
            self.applier.apply(self.writer, changes)
            self.writer.commit(feed_cursor=changes[-1].sequence)
            self._report("changes", len(changes))
        return len(changes)

    def _encode_some(self) -> bool:
        encoded = self._encode_chunk()
        if encoded:
            self._vectors_unpublished += encoded
            self._report("vectors", encoded)
        due = time.monotonic() - self._vectors_published_at >= self.options.publish_vectors_seconds
        if self._vectors_unpublished and (due or not encoded):
            self.publish_vectors()
        return bool(encoded)

    def _encode_chunk(self) -> int:
        if self.encoder is None:
            return 0
        return encode_pending(self.writer, self.encoder, chunk=self.options.encode_texts, chunks_max=1)

    def publish_vectors(self) -> None:
        """Make encoded vectors searchable."""
        if self._vectors_unpublished:
            self.writer.publish_vectors()
            self._vectors_unpublished = 0
        self._vectors_published_at = time.monotonic()

    def _report(self, what: str, count: int) -> None:
        log.debug("followed", what=what, count=count)
        if self.on_progress is not None:
            self.on_progress(what, count)
