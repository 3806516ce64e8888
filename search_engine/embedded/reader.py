"""The read side: a thread-safe engine over the newest snapshot."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kernel.errors import Invalid
from search_engine.embedded.candidates import gather
from search_engine.embedded.facets import count_facets
from search_engine.embedded.lookup import look_up
from search_engine.embedded.manifest import read_manifest
from search_engine.embedded.matching import Matching, match
from search_engine.embedded.neighbours import nearest
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.snapshot import Hits, Snapshot, open_snapshot
from search_engine.embedded.windows import window
from search_engine.limits import NEIGHBOURS_MAX, reachable, unit_vector, validate_window
from search_engine.plan import Filter, Plan, VectorQuery
from search_engine.port import Candidates, EngineResult, EngineStatus, FacetCount, IndexCorrupt

OPEN_ATTEMPTS = 5  # a rebuild may remove the generation between reading the manifest and opening it


class EmbeddedEngine:
    """Implements ``SearchEngine``. A search keeps the snapshot that it began with; ``refresh`` swaps in a newer one."""

    def __init__(self, index_dir: Path, options: EmbeddedOptions) -> None:
        self._index_dir = index_dir
        self._options = options
        self._refreshing = threading.Lock()
        self._stamp = self._manifest_stamp()
        self._snapshot = self._open(None)

    def search(self, plan: Plan) -> EngineResult:
        """The plan's answer; raises Invalid for a plan that asks for what the field table does not allow."""
        validate_window(plan)
        snapshot = self._snapshot
        matching = match(snapshot, plan)
        vector = unit_vector(plan.vector) if plan.vector is not None and not matching.degraded else None
        hits, legs_of_hits = window(matching, plan, vector)
        total, legs = snapshot.remember(("total", matching.identity), lambda: _count(matching, hits))
        return EngineResult(
            candidates=_candidates(matching, hits, legs_of_hits),
            total=total,
            rule=matching.rule,
            legs=legs,
            facets=_facets(matching, plan),
            generation=snapshot.manifest.generation,
            reachable=reachable(total, limit=plan.limit, beside=legs["vector"] if plan.sort == "relevance" else 0),
            vectors_pending=snapshot.manifest.vectors_pending,
            degraded=matching.degraded,
        )

    def nearest(
        self,
        vector: np.ndarray,
        *,
        filters: Sequence[Filter],
        limit: int,
        quantity: int | None = None,
        floor: float = -1.0,
    ) -> Candidates:
        """The nearest listings within the filters, best first; empty when the index has no vectors."""
        if not 1 <= limit <= NEIGHBOURS_MAX:
            raise Invalid(f"一次最多取 {NEIGHBOURS_MAX} 条", parameter="limit")
        snapshot = self._snapshot
        query = unit_vector(VectorQuery(vector=vector, floor=floor))
        if snapshot.vectors is not None and len(query) != snapshot.vectors.dimensions:
            raise Invalid(f"向量应是 {snapshot.vectors.dimensions} 维", parameter="vector")
        return nearest(snapshot, query, filters=filters, limit=limit, quantity=quantity, floor=floor)

    def cards(self, rows: Sequence[int]) -> Sequence[bytes]:
        """Stored cards in the order of ``rows``."""
        snapshot = self._snapshot
        hits = snapshot.hits_of(np.unique(np.asarray(rows, dtype=np.int64)))
        found = {
            row: bytes(snapshot.searcher.doc(address).get_first("card") or b"")
            for row, address in zip(hits.rows.tolist(), hits.addresses, strict=True)
        }
        return [found.get(int(row), b"") for row in rows]

    def find(self, offer_ids: Sequence[str]) -> Mapping[str, int]:
        """Rows of the live offers among these ids."""
        return {offer_id: known.row for offer_id, known in look_up(self._snapshot, offer_ids).items()}

    def vector(self, row: int) -> np.ndarray | None:
        """The stored vector of a row."""
        vectors = self._snapshot.vectors
        return vectors.vector(row) if vectors is not None else None

    def refresh(self) -> bool:
        """Move to the newest manifest; costs one ``stat`` when nothing changed."""
        stamp = self._manifest_stamp()
        if stamp == self._stamp:
            return False
        with self._refreshing:
            before = self._snapshot.manifest
            self._snapshot = self._open(self._snapshot)
            self._stamp = stamp
            return self._snapshot.manifest != before

    def status(self) -> EngineStatus:
        """The published state that searches run against."""
        snapshot = self._snapshot
        manifest = snapshot.manifest
        return EngineStatus(
            generation=manifest.generation,
            documents=snapshot.documents,
            vectors=snapshot.vectors.count if snapshot.vectors else 0,
            vectors_pending=manifest.vectors_pending,
            vector_space=manifest.vector_space,
            schema_version=manifest.schema_version,
            feed_cursor=manifest.feed_cursor,
            facts={
                "segments": snapshot.searcher.num_segments,
                "graph": manifest.graph or "exact",
                "serial": manifest.serial,
            },
        )

    def _open(self, before: Snapshot | None) -> Snapshot:
        manifest = read_manifest(self._index_dir)
        for _ in range(OPEN_ATTEMPTS - 1):
            try:
                return open_snapshot(self._index_dir, manifest, self._options, before=before)
            except IndexCorrupt:
                newest = read_manifest(self._index_dir)
                if newest == manifest:
                    raise
                manifest = newest
        return open_snapshot(self._index_dir, manifest, self._options, before=before)

    def _manifest_stamp(self) -> tuple[int, int, int]:
        try:
            stat = (self._index_dir / "manifest.json").stat()
        except FileNotFoundError:
            return (0, 0, 0)
        return (stat.st_mtime_ns, stat.st_ino, stat.st_size)


def _count(matching: Matching, hits: Hits) -> tuple[int, Mapping[str, int]]:
    """The total and what each way gave; a window by relevance has counted the text matches that are not near."""
    snapshot = matching.snapshot
    if matching.browse:
        total = snapshot.count(matching.whole())
        return total, {"lexical": 0, "vector": 0, "both": 0}
    near = matching.near_within()
    vector, both = len(near.hits.rows), len(near.text_rows)
    only_text = 0
    if matching.text is not None:
        counted = hits.matched
        only_text = snapshot.count(matching.by_text(but_near=True)) if counted is None else counted
    return only_text + vector, {"lexical": only_text + both, "vector": vector, "both": both}


def _candidates(matching: Matching, hits: Hits, legs: Mapping[str, np.ndarray]) -> Candidates:
    semantic = np.isin(hits.rows, matching.near)
    lexical = ~semantic & (not matching.browse)
    if semantic.any():
        lexical[semantic] = np.isin(hits.rows[semantic], matching.near_within().text_rows)
    return gather(matching.snapshot, hits, legs=legs, axis=matching.axis, lexical=lexical, semantic=semantic)


def _facets(matching: Matching, plan: Plan) -> Mapping[str, Sequence[FacetCount]]:
    if not plan.facets:
        return {}
    selected = frozenset(condition.group for condition in plan.filters)
    return count_facets(matching, plan.facets, selected=selected)
