"""Bulk writes: bounded in bytes, held back while the cluster is full, partial failures by listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import stamina
import structlog
from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.serializer import OrjsonSerializer

from search_engine.elastic.client import explained
from search_engine.elastic.options import ElasticOptions
from search_engine.port import EngineAway

log = structlog.get_logger(__name__)

OLDER: Final = 409  # a newer version is there already, which is as it should be
# The queue is full, or a shard is moving: the same write may succeed later.
FULL: Final = frozenset({429, 502, 503, 504})
_SERIALIZER = OrjsonSerializer()


class BulkFailed(EngineAway):
    """The cluster did not take some listings in spite of every attempt; ``detail`` gives the reason for each."""

    code = "engine_write_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One document to index, by an external version that never goes back."""

    id: str
    version: int
    source: dict[str, Any]


class _Full(Exception):  # noqa: N818
    """Some writes came back because the cluster had no room for them."""


def write_all(client: Elasticsearch, index: str, writes: Iterable[Write], options: ElasticOptions) -> Mapping[str, str]:
    """Write everything; gives the reason by id for those that the server refuses for what they are.

    Raises BulkFailed when the cluster stays full or away.
    """
    refused: dict[str, str] = {}
    for lines in _chunks(writes, options):
        refused |= _write_chunk(client, index, lines, options)
    return refused


def _chunks(writes: Iterable[Write], options: ElasticOptions) -> Iterator[dict[str, bytes]]:
    """Lines by id, at most ``bulk_bytes`` and ``bulk_documents`` at a time (one alone may be larger)."""
    lines: dict[str, bytes] = {}
    size = 0
    for write in writes:
        line = _line(write)
        full = size + len(line) > options.bulk_bytes or len(lines) >= options.bulk_documents
        if lines and (full or write.id in lines):
            yield lines
            lines, size = {}, 0
        lines[write.id] = line
        size += len(line)
    if lines:
        yield lines


def _line(write: Write) -> bytes:
    action = {"index": {"_id": write.id, "version": write.version, "version_type": "external_gte"}}
    return _SERIALIZER.dumps(action) + b"\n" + _SERIALIZER.dumps(write.source) + b"\n"


def _write_chunk(client: Elasticsearch, index: str, lines: dict[str, bytes], options: ElasticOptions) -> dict[str, str]:
    """Send a chunk, and again what the cluster had no room for, with growing pauses and jitter."""
    refused: dict[str, str] = {}
    waiting = dict(lines)
    retrying = stamina.retry_context(
        on=(_Full, TransportError),
        attempts=options.bulk_retries,
        timeout=120.0,
        wait_initial=0.5,
        wait_max=30.0,
        wait_jitter=1.0,
    )
    try:
        for attempt in retrying:
            with attempt:
                _send(client, index, waiting, refused)
    except _Full as full:
        raise BulkFailed(
            f"Elasticsearch 一直繁忙，{len(waiting)} 条未写入（{full}）", detail={"offers": sorted(waiting)[:100]}
        ) from None
    except TransportError:
        with explained("批量写入"):
            raise
    return refused


def _send(client: Elasticsearch, index: str, waiting: dict[str, bytes], refused: dict[str, str]) -> None:
    """One request; what was answered for good leaves ``waiting``."""
    try:
        answer = client.bulk(index=index, operations=list(waiting.values()))  # type: ignore[arg-type]
    except ApiError as error:
        if error.status_code in FULL:
            raise _Full(f"HTTP {error.status_code}") from error
        with explained("批量写入"):
            raise
    last = ""
    for item in answer["items"]:
        result = item["index"]
        if result["status"] in FULL:
            last = str(result["error"]["reason"])
            continue
        waiting.pop(result["_id"], None)
        if result["status"] >= 400 and result["status"] != OLDER:
            refused[result["_id"]] = f"{result['error']['type']}: {result['error']['reason']}"
    if waiting:
        raise _Full(last)
