"""What a reader sees: one published state, held still by a point in time of the server."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from kernel.errors import Unavailable
from search_engine.elastic.body import Body
from search_engine.elastic.client import ClusterUnavailable, explained
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import EVERYTHING_LIVE
from search_engine.elastic.state import GenerationState
from search_engine.elastic.vectors_beside import VectorsBeside


class ViewGone(Unavailable):
    """The server has let go of the point in time; a new one shows what is published now."""


class View:
    """Immutable but for the handle of its point in time, which is closed when nobody uses the view any more."""

    def __init__(
        self, client: Elasticsearch, state: GenerationState, options: ElasticOptions, vectors: VectorsBeside
    ) -> None:
        self.state = state
        self.vectors = vectors
        self._client = client
        self._options = options
        try:
            with explained("打开索引"):
                opened = client.open_point_in_time(index=state.index, keep_alive=options.keep_alive)
        except NotFoundError:
            raise ViewGone("索引刚刚被替换，请重试") from None
        self._pit: str = opened["id"]
        weakref.finalize(self, _close, client, self._pit)
        counted = self.search({"query": EVERYTHING_LIVE, "size": 0, "track_total_hits": True})
        self.documents: int = counted["hits"]["total"]["value"]

    def search(self, body: Body) -> Mapping[str, Any]:
        """One search with the score of every named query; raises ViewGone or ClusterUnavailable."""
        asked = {**body, "pit": self._held(), "timeout": f"{self._options.deadline_ms}ms"}
        try:
            with explained("搜索"):
                answer = self._client.perform_request(
                    "POST",
                    "/_search",
                    params={"include_named_queries_score": "true", **self._statistics()},
                    headers=_JSON,
                    body=asked,
                )
        except NotFoundError as error:
            raise ViewGone("搜索上下文已过期") from error
        return _whole(answer.body)

    def search_all(self, bodies: Sequence[Body]) -> list[Mapping[str, Any]]:
        """Several searches in one request, in their order, without scores."""
        if not bodies:
            return []
        lines: list[Mapping[str, Any]] = []
        for body in bodies:
            lines += [{}, {**body, "pit": self._held(), "timeout": f"{self._options.deadline_ms}ms"}]
        with explained("搜索"):
            answers = self._client.msearch(searches=lines)["responses"]
        return [_whole(answer) for answer in answers]

    def _held(self) -> dict[str, str]:
        return {"id": self._pit, "keep_alive": self._options.keep_alive}

    def _statistics(self) -> dict[str, str]:
        """Word statistics of all shards together, so that a score means the same whichever shard gives it."""
        return {"search_type": "dfs_query_then_fetch"} if self._options.shards > 1 else {}


_JSON = {"accept": "application/json", "content-type": "application/json"}


def degraded(answers: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What an answer leaves out, and why."""
    reasons = []
    if any(answer.get("timed_out") for answer in answers):
        reasons.append("lexical: deadline reached, results are partial")
    failed = max((answer["_shards"]["failed"] for answer in answers), default=0)
    if failed:
        total = max(answer["_shards"]["total"] for answer in answers)
        reasons.append(f"lexical: {failed} of {total} shards did not answer")
    return tuple(reasons)


def _whole(answer: Mapping[str, Any]) -> Mapping[str, Any]:
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


def _close(client: Elasticsearch, pit: str) -> None:
    with suppress(ApiError, TransportError):
        client.close_point_in_time(id=pit)
