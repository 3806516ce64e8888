"""Snapshots of the published generation, and its return as a new one beside what serves."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Final

from kernel.errors import Conflict, Unavailable
from search_engine.elastic.client import explained
from search_engine.elastic.doctor import why_refused
from search_engine.elastic.repository import Repository, RepositoryOptions, SnapshotMissing
from search_engine.elastic.state import GenerationState, new_vectors_id, read_state, write_state
from search_engine.elastic.store import ElasticStore
from search_engine.elastic.writer import ElasticWriter
from search_engine.port import IndexCorrupt, IndexOfAnotherSchema, VectorSpace
from search_engine.schema import SCHEMA_VERSION

METADATA: Final = "pifa"  # the key under which a snapshot says what it holds; who has none was not made here
RUNNING: Final = "IN_PROGRESS"
WHOLE: Final = "SUCCESS"
LOOK_SECONDS: Final = 0.2  # between two looks: a small index is done in that time, and a large one takes many


class SnapshotRunning(Conflict):
    """It is not finished yet."""

    code = "snapshot_running"


class SnapshotIncomplete(Unavailable):
    """Shards of it are missing: there is nothing to go back to."""

    code = "snapshot_incomplete"


class SnapshotOfAnotherEncoder(Unavailable):
    """Its vectors are of another encoder than the one in use."""

    code = "snapshot_other_encoder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a snapshot says that it holds: the state of its generation, and how many live documents."""

    index: str
    documents: int
    feed_cursor: int
    schema_version: int
    vector_kind: str
    vector_space: VectorSpace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot. ``state`` is the server's: SUCCESS, IN_PROGRESS, PARTIAL, FAILED; ``why``: what failed."""

    name: str
    state: str
    started: str
    shards: int
    why: str
    held: Held


class ElasticSnapshots:
    """Snapshots of one store in one repository, which is registered when the cluster does not know it.

    Vectors beside the cluster are not in them, since the cluster does not see those files: they are made anew.
    """

    def __init__(self, store: ElasticStore, options: RepositoryOptions) -> None:
        self._store = store
        self._options = options

    @cached_property
    def _repository(self) -> Repository:
        repository = Repository(self._store.client, self._options)
        repository.ensure()
        return repository

    def all(self) -> Sequence[Snapshot]:
        """What was made here, oldest first."""
        return [_snapshot(each) for each in self._repository.all() if METADATA in (each.get("metadata") or {})]

    def one(self, name: str) -> Snapshot:
        """Raises SnapshotMissing."""
        found = self._repository.one(name)
        if METADATA not in (found.get("metadata") or {}):
            raise SnapshotMissing(f"快照 {name} 不是 pifa 做的")
        return _snapshot(found)

    def begin(self, name: str) -> None:
        """Begin one. The writer is held until every shard has set aside what it will copy, not until it is copied: so
        that state and documents are of one moment."""
        repository = self._repository
        with self._store.writer() as writer:
            writer.commit(feed_cursor=writer.feed_cursor)  # what a killed writer left is seen, and counted
            state = writer.state
            held = Held(
                index=state.index,
                documents=writer.documents,
                feed_cursor=state.feed_cursor,
                schema_version=state.schema_version,
                vector_kind=state.vector_kind,
                vector_space=state.vector_space,
            )
            repository.create(name, index=state.index, metadata={METADATA: asdict(held)})
            while repository.shards(name)["initializing"]:
                time.sleep(LOOK_SECONDS)

    def wait(self, name: str) -> Snapshot:
        """Until it is finished; raises SnapshotIncomplete when it is not whole."""
        while (snapshot := self.one(name)).state == RUNNING:
            time.sleep(LOOK_SECONDS)
        _require_whole(snapshot)
        return snapshot

    def delete(self, name: str) -> None:
        """One that is running is refused: who begins it may be waiting for it."""
        snapshot = self.one(name)
        if snapshot.state == RUNNING:
            raise SnapshotRunning(f"快照 {name} 还在进行，请等它完成再删除")
        self._repository.delete(name)

    @contextmanager
    def restored(self, name: str, *, vector_space: VectorSpace | None) -> Iterator[ElasticWriter]:
        """The snapshot as a new generation beside what serves, its counts verified. It is published when the block
        ends normally, and dropped when it raises. ``vector_space``: of the encoder in use."""
        snapshot = self.one(name)
        _require_whole(snapshot)
        _require_ours(snapshot, vector_space)
        with self._store.beside(lambda index, serving: self._bring(snapshot, index, serving)) as writer:
            writer.commit(feed_cursor=writer.feed_cursor)
            if writer.documents != snapshot.held.documents:
                raise IndexCorrupt(
                    f"快照 {name} 恢复出 {writer.documents} 条，应有 {snapshot.held.documents} 条：没有发布"
                )
            yield writer

    def _bring(self, snapshot: Snapshot, index: str, serving: str) -> GenerationState:
        client, options = self._store.client, self._store.options
        self._repository.restore(
            snapshot.name,
            index=snapshot.held.index,
            to=index,
            settings={"index.auto_expand_replicas": options.replicas},
        )
        with explained("恢复快照"):
            while client.cluster.health(index=index)["active_primary_shards"] < snapshot.shards:
                refused = why_refused(client, index)
                if refused:
                    raise SnapshotIncomplete(f"快照 {snapshot.name} 没有恢复：{refused[0]}，请{refused[1]}")
                time.sleep(LOOK_SECONDS)
        state = read_state(client, self._store.names, index)
        # Files of vectors are of the generation that the snapshot was taken of: rows from here on are others.
        return write_state(client, replace(state, replaces=serving, graph=None, vectors_id=new_vectors_id()))


def _snapshot(found: Mapping[str, Any]) -> Snapshot:
    held = dict(found["metadata"][METADATA])
    space = held.pop("vector_space")
    return Snapshot(
        name=found["snapshot"],
        state=found["state"],
        started=found["start_time"],
        shards=found["shards"]["total"],
        why=found.get("reason") or "；".join(str(each["reason"]) for each in found["failures"][:1]),
        held=Held(vector_space=VectorSpace(**space) if space else None, **held),
    )


def _require_whole(snapshot: Snapshot) -> None:
    if snapshot.state == RUNNING:
        raise SnapshotRunning(f"快照 {snapshot.name} 还在进行，请等它完成")
    if snapshot.state != WHOLE:
        raise SnapshotIncomplete(f"快照 {snapshot.name} 不完整（{snapshot.state}：{snapshot.why}），请删去另做一个")


def _require_ours(snapshot: Snapshot, vector_space: VectorSpace | None) -> None:
    """Refuse before anything is brought what could not be searched afterwards."""
    held = snapshot.held
    if held.schema_version != SCHEMA_VERSION:
        raise IndexOfAnotherSchema(
            f"快照 {snapshot.name} 的结构版本是 {held.schema_version}，程序需要 {SCHEMA_VERSION}：请运行 pifa rebuild"
        )
    if vector_space is not None and held.vector_space != vector_space:
        theirs = held.vector_space.fingerprint if held.vector_space else "无"
        raise SnapshotOfAnotherEncoder(
            f"快照 {snapshot.name} 的向量由另一编码器写入（{theirs}，现在是 {vector_space.fingerprint}）："
            "请换回那个 PIFA_ENCODER，或运行 pifa rebuild 重建"
        )
