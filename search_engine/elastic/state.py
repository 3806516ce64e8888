"""What a generation says of itself: one document in its own index, so that it is swapped, copied and restored with
it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from search_engine.elastic.client import explained
from search_engine.elastic.mapping import STATE, STATUS
from search_engine.elastic.names import Names
from search_engine.elastic.options import VectorKind
from search_engine.port import IndexCorrupt, IndexMissing, IndexOfAnotherSchema, VectorSpace, WriterBusy
from search_engine.schema import SCHEMA_VERSION

STATE_ID: Final = "#state"  # no offer's id begins with #
ROWS_RESERVED: Final = 100_000  # rows that a writer takes at a time: a write of the state for so many documents


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationState:
    """The published state. ``replaces``: the index that was published before, kept for readers that are still there.
    ``next_row``: committed documents have rows below it. ``rows_reserved``: a writer may have
    given away rows below it, whether it lived to commit them or not. ``vector_kind``: where this generation keeps its
    vectors, whatever the setting says of the next one. ``vectors_id``: what the files of vectors beside the cluster say
    too, so that none of another generation of the same name is taken for them."""

    index: str
    replaces: str = ""
    serial: int = 0
    schema_version: int = SCHEMA_VERSION
    feed_cursor: int = 0
    next_row: int = 0
    rows_reserved: int = 0
    vectors_pending: int = 0
    graph: str | None = None
    vector_space: VectorSpace | None = None
    vector_kind: VectorKind = "beside"
    vectors_id: str = ""
    seq_no: int = -1
    primary_term: int = 0


def new_vectors_id() -> str:
    """One that no other generation has."""
    return secrets.token_hex(8)


def read_state(client: Elasticsearch, names: Names, index: str | None = None) -> GenerationState:
    """Of the published generation, or of an index; raises IndexMissing, IndexCorrupt, IndexOfAnotherSchema."""
    try:
        with explained("读取索引状态"):
            return _state_of(client.get(index=index or names.read, id=STATE_ID, realtime=True).body)
    except NotFoundError as error:
        if error.body.get("found") is False:
            raise IndexCorrupt(f"索引 {error.body['_index']} 没有状态文档：请运行 pifa rebuild 重建") from None
        raise IndexMissing("Elasticsearch 里还没有索引：请运行 pifa rebuild 或 pifa import") from None


def write_state(client: Elasticsearch, state: GenerationState, **changes: object) -> GenerationState:
    """The state with its changes, durable; raises WriterBusy when another process wrote it since."""
    after = replace(state, serial=state.serial + 1, **changes)  # type: ignore[arg-type]
    fields = {name: value for name, value in asdict(after).items() if name not in _OF_THE_SERVER}
    new = state.seq_no < 0
    unchanged = {"op_type": "create"} if new else {"if_seq_no": state.seq_no, "if_primary_term": state.primary_term}
    try:
        with explained("写入索引状态"):
            answer = client.index(
                index=state.index, id=STATE_ID, document={STATUS: STATE, "state": fields}, **unchanged
            )
    except ConflictError:
        raise WriterBusy("另一个进程改写了索引状态：写锁可能过期后被接管，请重试") from None
    return replace(after, seq_no=answer["_seq_no"], primary_term=answer["_primary_term"])


_OF_THE_SERVER = frozenset({"index", "seq_no", "primary_term"})


def _state_of(answer: Mapping[str, Any]) -> GenerationState:
    fields = dict(answer["_source"]["state"])
    if fields.get("schema_version") != SCHEMA_VERSION:
        raise IndexOfAnotherSchema(
            f"索引的结构版本是 {fields.get('schema_version')}，程序需要 {SCHEMA_VERSION}：请运行 pifa rebuild 重建"
        )
    space = fields.pop("vector_space")
    return GenerationState(
        index=answer["_index"],
        seq_no=answer["_seq_no"],
        primary_term=answer["_primary_term"],
        vector_space=VectorSpace(**space) if space else None,
        **fields,
    )
