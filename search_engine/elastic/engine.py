"""The read side: searches the published state through a point in time, moves on when asked to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from elasticsearch import Elasticsearch

from kernel.errors import Invalid
from search_engine.elastic import neighbours
from search_engine.elastic.body import Body
from search_engine.elastic.client import whole
from search_engine.elastic.hits import Hits
from search_engine.elastic.names import Names
from search_engine.elastic.options import ElasticOptions
from search_engine.elastic.query import EVERYTHING_LIVE, every
from search_engine.elastic.search import answer
from search_engine.elastic.state import GenerationState, read_state
from search_engine.elastic.view import View, ViewGone
from search_engine.limits import unit_vector, validate_neighbours, validate_window
from search_engine.plan import Filter, Plan, VectorQuery
from search_engine.port import Candidates, EngineResult, EngineStatus

T = TypeVar("T")
LOOK_UP_OFFERS = 2_000  # ids a request


class ElasticEngine:
    """Implements ``SearchEngine``. Thread-safe: a search keeps the view that it began with."""

    def __init__(self, client: Elasticsearch, names: Names, options: ElasticOptions, vectors_dir: Path) -> None:
        self._client = client.options(request_timeout=options.patience_s)
        self._names = names
        self._options = options
        self._vectors_dir = vectors_dir
        self._view = self._open(read_state(self._client, names))

    def search(self, plan: Plan) -> EngineResult:
        validate_window(plan)
        return self._asked(lambda view: answer(view, plan, self._options))

    def nearest(
        self,
        vector: np.ndarray,
        *,
        filters: Sequence[Filter],
        limit: int,
        quantity: int | None = None,
        floor: float = -1.0,
    ) -> Candidates:
        """At most ``limit`` of the nearest within the filters."""
        validate_neighbours(limit)
        asked = unit_vector(VectorQuery(vector=vector, floor=floor))
        if self._view.vectors.count and len(asked) != self._view.vectors.dimensions:
            raise Invalid("向量的维数不对", parameter="vector")
        return self._asked(
            lambda view: neighbours.nearest(view, asked, filters=filters, limit=limit, quantity=quantity, floor=floor)
        )

    def cards(self, rows: Sequence[int]) -> Sequence[bytes]:
        """The stored cards, b"" where a row is gone."""
        if not len(rows):
            return []
        wanted = [int(row) for row in rows]
        query = every(must=[{"terms": {"row": list(dict.fromkeys(wanted))}}])
        body = {
            "query": query,
            "size": len(set(wanted)),
            "sort": ["row"],
            "_source": ["card"],
            "track_total_hits": False,
        }
        found = {hit["sort"][0]: hit["_source"]["card"].encode() for hit in self._look_up(body)}
        return [found.get(row, b"") for row in wanted]

    def find(self, offer_ids: Sequence[str]) -> Mapping[str, int]:
        """Rows of the live offers among these ids."""
        found: dict[str, int] = {}
        for start in range(0, len(offer_ids), LOOK_UP_OFFERS):
            batch = list(offer_ids[start : start + LOOK_UP_OFFERS])
            query = {"bool": {"filter": [EVERYTHING_LIVE, {"terms": {"offer_id": batch}}]}}
            body = {"query": query, "size": len(batch), "sort": ["row"], "_source": False, "track_total_hits": False}
            found |= {hit["_id"]: hit["sort"][0] for hit in self._look_up(body)}
        return found

    def vector(self, row: int) -> np.ndarray | None:
        """The stored vector, None when pending."""
        return self._view.vectors.vector(row)

    def refresh(self) -> bool:
        """Move to the newest published state, True when it changed; a view that lost a shard is opened anew, an old one
        renewed."""
        newest = read_state(self._client, self._names)
        changed = _published(newest) != _published(self._view.state)  # or rows were reserved, which is nobody's to see
        if changed or self._view.lost:
            self._view = self._open(newest)
        elif self._view.old:
            self._view = self._view.renewed()
        return changed

    def status(self) -> EngineStatus:
        view = self._view
        return EngineStatus(
            generation=view.state.index,
            documents=view.documents,
            vectors=view.vectors.count,
            vectors_pending=view.state.vectors_pending,
            vector_space=view.state.vector_space,
            schema_version=view.state.schema_version,
            feed_cursor=view.state.feed_cursor,
            facts={"engine": "elastic", "vectors": view.state.vector_kind},
        )

    def _look_up(self, body: Body) -> Hits:
        """As many hits as ``size`` asks for; fewer when the rest is nowhere, not when a shard is away."""
        answer = self._asked(lambda view: view.search(body))
        hits: Hits = answer["hits"]["hits"]
        if len(hits) < body["size"]:
            whole("读取货品", answer)
        return hits

    def _asked(self, ask: Callable[[View], T]) -> T:
        """Ask the view; when the server let go of it (nobody searched for minutes, or the index was replaced twice),
        ask a new one."""
        view = self._view
        try:
            return ask(view)
        except ViewGone:
            self._view = self._open(read_state(self._client, self._names))
            return ask(self._view)

    def _open(self, state: GenerationState) -> View:
        return View(self._client, state, self._options, self._vectors_dir)


def _published(state: GenerationState) -> tuple[object, ...]:
    """What a reader can see of a state."""
    return (state.index, state.feed_cursor, state.next_row, state.graph, state.vectors_pending)
