"""What a reader sees: one published state, held still by a point in time of the server."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from search_engine.elastic.client import ClusterUnavailable, explained
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import EVERYTHING_LIVE
from search_engine.elastic.state import GenerationState
from search_engine.elastic.vectors import Answer, Body, Search, Vectors
from search_engine.elastic.vectors_beside import VectorsBeside
from search_engine.elastic.vectors_inside import VectorsInside
from search_engine.port import EngineAway

CLOSE_S: Final = 30.0  # with two more tries: as long as the point in time lives by itself
_JSON: Final = {"accept": "application/json", "content-type": "application/json"}


class ViewGone(EngineAway):
    """The server has let go of the point in time; a new one shows what is published now."""


class PointInTime:
    """Searches of one index as it was when this was made; closed when nobody uses it any more.

    ``lost``: whether a shard did not answer. A point in time holds on to the copies that it was opened over, so a copy
    that is gone stays so even when another one has taken its place: a new view is then needed.
    """

    def __init__(self, client: Elasticsearch, index: str, options: ElasticOptions) -> None:
        self.options = options
        self.lost = False
        self._client = client
        self._pit = self._open(index)
        self._opened = time.monotonic()
        weakref.finalize(self, _close_aside, client, self._pit).atexit = False  # it then ends by itself in minutes

    @property
    def old(self) -> bool:
        """Whether another should take its place, see ``ElasticOptions.view_seconds``."""
        return time.monotonic() - self._opened > self.options.view_seconds

    def search(self, body: Body, *, within_ms: int | None = None) -> Answer:
        """One search with the score of every named query, by default within the deadline of the options; raises
        ViewGone or ClusterUnavailable."""
        with self._asking():
            answer = self._client.perform_request(
                "POST",
                "/_search",
                params={"include_named_queries_score": "true", **self._statistics(body)},
                headers=_JSON,
                body=self._asked(body, within_ms),
            )
            return self._noted(answer.body)

    def search_all(self, bodies: Sequence[Body], *, within_ms: int | None = None) -> list[Answer]:
        """Several searches in one request, in their order, without scores."""
        if not bodies:
            return []
        lines: list[Mapping[str, Any]] = []
        for body in bodies:
            lines += [{}, self._asked(body, within_ms)]
        with self._asking():
            answers = self._client.msearch(searches=lines)["responses"]
            return [self._noted(answer) for answer in answers]

    def _open(self, index: str) -> str:
        """Over the shards that are there: what the others hold is left out, and every search says so."""
        try:
            with explained("打开索引"):
                opened = self._client.open_point_in_time(
                    index=index, keep_alive=self.options.keep_alive, allow_partial_search_results=True
                )
        except NotFoundError:
            raise ViewGone("索引刚刚被替换，请重试") from None
        return str(opened["id"])

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with explained("搜索"):
                yield
        except NotFoundError as error:
            raise ViewGone("搜索上下文已过期") from error
        except ClusterUnavailable:
            self.lost = True
            raise

    def _noted(self, answer: Answer) -> Answer:
        readable = _readable(answer)
        self.lost |= readable["_shards"]["failed"] > 0
        return readable

    def _asked(self, body: Body, within_ms: int | None) -> Body:
        pit = {"id": self._pit, "keep_alive": self.options.keep_alive}
        return {**body, "pit": pit, "timeout": f"{within_ms or self.options.deadline_ms}ms"}

    def _statistics(self, body: Body) -> dict[str, str]:
        """Word statistics of all shards together, so that a score means the same whichever shard gives it; a search
        by vectors alone has no words."""
        several = self.options.shards > 1 and "knn" not in body
        return {"search_type": "dfs_query_then_fetch"} if several else {}


class View:
    """One published state: its point in time, how many live documents it has, its vectors."""

    def __init__(
        self, client: Elasticsearch, state: GenerationState, options: ElasticOptions, vectors_dir: Path
    ) -> None:
        self.state = state
        self.options = options
        self._client = client
        self._hold(PointInTime(client, state.index, options))
        counted = self.search({"query": EVERYTHING_LIVE, "size": 0, "track_total_hits": True})
        self.documents: int = counted["hits"]["total"]["value"]
        self.vectors = _vectors_of(state, self.search, options, vectors_dir, documents=self.documents)

    @property
    def lost(self) -> bool:
        """See ``PointInTime``."""
        return self._held.lost

    @property
    def old(self) -> bool:
        """See ``PointInTime``."""
        return self._held.old

    def renewed(self) -> View:
        """The same state through a new point in time."""
        again = copy(self)
        again._hold(PointInTime(self._client, self.state.index, self.options))
        again.vectors = self.vectors.asking(again.search)
        return again

    def _hold(self, held: PointInTime) -> None:
        self._held, self.search, self.search_all = held, held.search, held.search_all


def _vectors_of(
    state: GenerationState, search: Search, options: ElasticOptions, directory: Path, *, documents: int
) -> Vectors:
    if state.vector_kind != "beside":
        return VectorsInside(search, state, options, documents=documents)
    return VectorsBeside(directory / state.index, search, state, options.graph, documents=documents)


class Inquiry:
    """What one search asks of a view and its vectors: the requests share one deadline, and what any of them left out is
    told, as of ``part``."""

    def __init__(self, view: View, *, part: str) -> None:
        self._part = part
        self._asking = _Asking(view)
        self.search = self._asking.search
        self.search_all = self._asking.search_all
        self.vectors = view.vectors.asking(self.search)

    def degraded(self) -> tuple[str, ...]:
        """What the answers so far leave out, and why."""
        reasons = []
        answers = self._asking.answers
        if any(answer.get("timed_out") for answer in answers):
            reasons.append(f"{self._part}：到了期限，结果不全")
        shards = max((answer["_shards"] for answer in answers), key=lambda each: each["failed"], default=None)
        if shards and shards["failed"]:
            why = "、".join(sorted({_kind(each) for each in shards.get("failures", [])})) or "没有可用的副本"
            reasons.append(f"{self._part}：{shards['total']} 个分片中有 {shards['failed']} 个没有应答（{why}）")
        return tuple(reasons)


class _Asking:
    """The requests of an inquiry. Knows nothing of the inquiry: in a circle of references the view would outlive its
    last search until a collection of garbage, and what it holds in the cluster with it."""

    def __init__(self, view: View) -> None:
        self.answers: list[Answer] = []
        self._view = view
        self._until = time.monotonic() + view.options.deadline_ms / 1000

    def search(self, body: Body) -> Answer:
        """See ``View.search``."""
        answer = self._view.search(body, within_ms=self._left_ms())
        self.answers.append(answer)
        return answer

    def search_all(self, bodies: Sequence[Body]) -> list[Answer]:
        """See ``View.search_all``."""
        answers = self._view.search_all(bodies, within_ms=self._left_ms())
        self.answers += answers
        return answers

    def _left_ms(self) -> int:
        """At least 1: a request that comes too late gives what it has at once."""
        return max(int((self._until - time.monotonic()) * 1000), 1)


def _kind(failure: Mapping[str, Any]) -> str:
    return str(failure["reason"]["type"]).removesuffix("_exception").replace("_", " ")


def _readable(answer: Answer) -> Answer:
    """The answer, unless it is none."""
    if "error" in answer:
        fault = answer["error"]
        kinds = {str(cause.get("type")) for cause in [fault, *fault.get("root_cause", [])]}
        if kinds & {"search_context_missing_exception", "index_not_found_exception", "no_such_index_exception"}:
            raise ViewGone("搜索上下文已过期")
        raise ClusterUnavailable(f"搜索：Elasticsearch 回答 HTTP {answer.get('status')}（{fault.get('reason')}）")
    failures = answer["_shards"].get("failures", [])
    if failures and all(each["reason"]["type"] == "search_context_missing_exception" for each in failures):
        raise ViewGone("搜索上下文已过期")
    return answer


def _close_aside(client: Elasticsearch, pit: str) -> None:
    """In a thread of its own: whoever drops the last view, an event loop perhaps, must not wait for the server."""
    threading.Thread(target=_close, args=(client, pit), daemon=True).start()


def _close(client: Elasticsearch, pit: str) -> None:
    """Nobody waits for it, so a busy server is given its time; what is left open all the same ends by itself."""
    patient = client.options(request_timeout=CLOSE_S, max_retries=2, retry_on_timeout=True)
    with suppress(ApiError, TransportError):
        patient.close_point_in_time(id=pit)
