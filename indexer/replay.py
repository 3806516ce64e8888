"""What changed in the record since an index was right."""

from __future__ import annotations

from indexer.apply import ChangeApplier
from kernel.changes import ChangeFeed
from kernel.errors import Conflict
from search_engine.port import IndexWriter

REPLAY_BATCH = 2000


class RecordBehindIndex(Conflict):
    """The index has seen changes that the record does not know: it is another record's, or the record is an older
    copy."""

    code = "record_behind_index"


def replay(writer: IndexWriter, *, feed: ChangeFeed, applier: ChangeApplier) -> int:
    """Apply and commit every change after the writer's position; gives how many. Raises RecordBehindIndex."""
    cursor, latest = writer.feed_cursor, feed.latest()
    if cursor > latest:
        raise RecordBehindIndex(
            f"索引已到变更 {cursor:,}，目录只到 {latest:,}：目录是另一份，或更早的备份；请运行 pifa rebuild"
        )
    replayed = 0
    while changes := feed.after(cursor, limit=REPLAY_BATCH):
        applier.apply(writer, changes)
        cursor = changes[-1].sequence
        writer.commit(feed_cursor=cursor)
        replayed += len(changes)
    return replayed
