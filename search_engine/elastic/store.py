"""The index's home: generations behind aliases, the published one, the writer's lock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import structlog
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from search_engine.elastic.client import Connection, connect, explained, require_same_major
from search_engine.elastic.doctor import examine
from search_engine.elastic.engine import ElasticEngine
from search_engine.elastic.lock import WriterLock, require_free
from search_engine.elastic.mapping import index_body
from search_engine.elastic.names import Names
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import EVERYTHING_LIVE
from search_engine.elastic.state import GenerationState, new_vectors_id, read_state, write_state
from search_engine.elastic.vectors import VectorWriter
from search_engine.elastic.vectors_beside import VectorWriterBeside
from search_engine.elastic.vectors_inside import VectorWriterInside
from search_engine.elastic.writer import ElasticWriter
from search_engine.port import Ailment, IndexCorrupt, VectorSpace

log = structlog.get_logger(__name__)


class ElasticStore:
    """Implements ``IndexStore`` in a cluster; ``home`` keeps the vectors that lie beside it."""

    def __init__(self, connection: Connection, home: Path, options: ElasticOptions | None = None) -> None:
        self._connection = connection
        self.options = options or ElasticOptions()
        self.names = Names(self.options.prefix)
        self._vectors_dir = home / "vectors" / self.options.prefix

    @cached_property
    def client(self) -> Elasticsearch:
        """The connection, made when it is first used; raises ClusterUnavailable while there is nobody to connect to,
        or another major version than the client's."""
        client = connect(self._connection)
        try:
            require_same_major(client)
        except BaseException:
            client.close()
            raise
        return client

    def exists(self) -> bool:
        """Whether something was ever published here (it may still be refused when opened)."""
        with explained("查看索引"):
            return bool(self.client.indices.exists_alias(name=self.names.read))

    def reader(self) -> ElasticEngine:
        """The published state, opened; raises IndexMissing, IndexCorrupt, IndexOfAnotherSchema."""
        return ElasticEngine(self.client, self.names, self.options, self._vectors_dir)

    def examine(self) -> Sequence[Ailment]:
        """The cluster's health in a few lines."""
        return examine(lambda: self.client, self.names)

    def require_free(self) -> None:
        """Raise WriterBusy while another process writes."""
        require_free(self.client, self.names)

    @contextmanager
    def writer(self) -> Iterator[ElasticWriter]:
        """The published generation for writing; what was held back when the block ends is dropped."""
        with WriterLock(self.client, self.names, seconds=self.options.lock_seconds).held() as lock:
            state = read_state(self.client, self.names, self.names.write)
            self._sweep(keep=(state.index, state.replaces))
            writer = self._open(state, lock)
            if writer.vectors_lost:
                log.warning("vectors_made_anew", index=state.index, reason=writer.vectors_lost)
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def rebuild(self, *, vector_space: VectorSpace | None, expected: int = 0) -> Iterator[ElasticWriter]:
        """A new generation beside the old one; published when the block ends normally and it holds what was written,
        dropped when it raises. ``expected`` is not needed: the server lays out its segments itself."""
        with self.beside(lambda index, serving: self._create(index, vector_space, replaces=serving)) as writer:
            yield writer

    @contextmanager
    def beside(self, make: Callable[[str, str], GenerationState]) -> Iterator[ElasticWriter]:
        """See ``rebuild``; ``make`` brings the new generation, given its index and the one that it replaces."""
        with WriterLock(self.client, self.names, seconds=self.options.lock_seconds).held() as lock:
            serving = self._serving()
            self._sweep(keep=(serving,))
            index = self.names.index(self.names.next_generation(self._indices()))
            try:
                writer = self._open(make(index, serving), lock)
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
        return ElasticWriter(self.client, state, self.options, lock=lock, vectors=self._vectors_of(state))

    def _vectors_of(self, state: GenerationState) -> VectorWriter:
        if state.vector_kind != "beside":
            return VectorWriterInside(self.client, state, self.options)
        return VectorWriterBeside(self._vectors_dir / state.index, state, self.options.graph)

    def _create(self, index: str, vector_space: VectorSpace | None, *, replaces: str) -> GenerationState:
        shutil.rmtree(self._vectors_dir / index, ignore_errors=True)
        with explained("新建索引"):
            dimensions = vector_space.dimensions if vector_space else 0
            self.client.indices.create(index=index, **index_body(self.options, dimensions=dimensions))
        kind = self.options.vectors
        state = GenerationState(
            index=index,
            vector_space=vector_space,
            vector_kind=kind,
            vectors_id=new_vectors_id(),
            replaces=replaces,
        )
        return write_state(self.client, state)

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
        for alias in (self.names.read, self.names.write):
            actions.append({"remove": {"index": self.names.generations, "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": index, "alias": alias, "is_write_index": alias == self.names.write}})
        with explained("切换别名"):
            self.client.indices.update_aliases(actions=actions)

    def _serving(self) -> str:
        try:
            with explained("查看索引"):
                return next(iter(self.client.indices.get_alias(name=self.names.read)), "")
        except NotFoundError:
            return ""

    def _indices(self) -> list[str]:
        with explained("查看索引"):
            found = self.client.indices.get(index=self.names.generations, features=["aliases"], allow_no_indices=True)
        return [index for index in found if self.names.generation(index)]

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
