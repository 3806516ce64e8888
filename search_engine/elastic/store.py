"""The index's home: generations behind aliases, the published one, the writer's lock."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import structlog
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from search_engine.elastic.client import Connection, connect, explained
from search_engine.elastic.doctor import examine
from search_engine.elastic.engine import ElasticEngine
from search_engine.elastic.lock import WriterLock, require_free
from search_engine.elastic.mapping import index_body
from search_engine.elastic.names import Names
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import EVERYTHING_LIVE
from search_engine.elastic.state import GenerationState, read_state, write_state
from search_engine.elastic.vectors_beside import VectorWriterBeside
from search_engine.elastic.writer import ElasticWriter
from search_engine.port import Ailment, IndexCorrupt, VectorSpace

log = structlog.get_logger(__name__)


class ElasticStore:
    """Implements ``IndexStore`` in a cluster; ``home`` keeps the vectors that lie beside it."""

    def __init__(self, connection: Connection, home: Path, options: ElasticOptions | None = None) -> None:
        self._connection = connection
        self._options = options or ElasticOptions()
        self._names = Names(self._options.prefix)
        self._vectors_dir = home / "vectors" / self._options.prefix

    @cached_property
    def client(self) -> Elasticsearch:
        """The connection, made when it is first used."""
        return connect(self._connection)

    def exists(self) -> bool:
        """Whether something was ever published here (it may still be refused when opened)."""
        with explained("查看索引"):
            return bool(self.client.indices.exists_alias(name=self._names.read))

    def reader(self) -> ElasticEngine:
        """The published state, opened; raises IndexMissing, IndexCorrupt, IndexOfAnotherSchema."""
        return ElasticEngine(self.client, self._names, self._options, self._vectors_dir)

    def examine(self) -> Sequence[Ailment]:
        """The cluster's health in a few lines."""
        return examine(self.client, self._names)

    def require_free(self) -> None:
        """Raise WriterBusy while another process writes."""
        require_free(self.client, self._names)

    @contextmanager
    def writer(self) -> Iterator[ElasticWriter]:
        """The published generation for writing; what was held back when the block ends is dropped."""
        with WriterLock(self.client, self._names, seconds=self._options.lock_seconds).held() as lock:
            state = read_state(self.client, self._names, self._names.write)
            self._sweep(keep=(state.index, state.replaces))
            writer = self._open(state, lock)
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def rebuild(self, *, vector_space: VectorSpace | None, expected: int = 0) -> Iterator[ElasticWriter]:
        """A new generation beside the old one; published when the block ends normally and it holds what was written,
        dropped when it raises. ``expected`` is not needed: the server lays out its segments itself."""
        with WriterLock(self.client, self._names, seconds=self._options.lock_seconds).held() as lock:
            serving = self._serving()
            self._sweep(keep=(serving,))
            index = self._names.index(self._names.next_generation(self._indices()))
            try:
                writer = self._open(self._create(index, vector_space, replaces=serving), lock)
                yield writer
                if writer.has_uncommitted:
                    writer.commit(feed_cursor=writer.feed_cursor)
                writer.publish_vectors()
                writer.close()
                lock.check()
                self._verify(writer)
                self._publish(index)
            except BaseException:
                self._drop(index)
                raise

    def _open(self, state: GenerationState, lock: WriterLock) -> ElasticWriter:
        vectors = VectorWriterBeside(self._vectors_dir / state.index, state, self._options.beside)
        return ElasticWriter(self.client, state, self._options, lock=lock, vectors=vectors)

    def _create(self, index: str, vector_space: VectorSpace | None, *, replaces: str) -> GenerationState:
        shutil.rmtree(self._vectors_dir / index, ignore_errors=True)
        with explained("新建索引"):
            self.client.indices.create(index=index, **index_body(self._options))
        return write_state(self.client, GenerationState(index=index, vector_space=vector_space, replaces=replaces))

    def _verify(self, writer: ElasticWriter) -> None:
        """Refuse to publish an index that does not hold what its writer counted, or whose shards are not all there."""
        index = writer.state.index
        with explained("核对新索引"):
            self.client.indices.refresh(index=index)
            counted = self.client.count(index=index, query=EVERYTHING_LIVE)
        if counted["_shards"]["failed"] or counted["count"] != writer.documents:
            raise IndexCorrupt(f"新索引 {index} 只有 {counted['count']} 条，应有 {writer.documents} 条：没有发布")

    def _publish(self, index: str) -> None:
        """Move both aliases in one step of the cluster."""
        actions: list[dict[str, object]] = []
        for alias in (self._names.read, self._names.write):
            actions.append({"remove": {"index": self._names.generations, "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": index, "alias": alias, "is_write_index": alias == self._names.write}})
        with explained("切换别名"):
            self.client.indices.update_aliases(actions=actions)

    def _serving(self) -> str:
        try:
            with explained("查看索引"):
                return next(iter(self.client.indices.get_alias(name=self._names.read)), "")
        except NotFoundError:
            return ""

    def _indices(self) -> list[str]:
        with explained("查看索引"):
            found = self.client.indices.get(index=self._names.generations, features=["aliases"], allow_no_indices=True)
        return [index for index in found if self._names.generation(index)]

    def _sweep(self, *, keep: Collection[str]) -> None:
        """Remove generations that nothing names: leftovers of a killed rebuild, and those long replaced."""
        for index in self._indices():
            if index not in keep:
                self._drop(index)
        if self._vectors_dir.is_dir():
            for directory in self._vectors_dir.iterdir():
                if directory.name not in keep:
                    shutil.rmtree(directory, ignore_errors=True)

    def _drop(self, index: str) -> None:
        """Best effort: what stays is swept by the next writer."""
        with suppress(ApiError, TransportError):
            self.client.indices.delete(index=index, ignore_unavailable=True)
        shutil.rmtree(self._vectors_dir / index, ignore_errors=True)
        log.info("index_dropped", index=index)
