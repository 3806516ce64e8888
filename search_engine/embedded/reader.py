"""The read side: a thread-safe engine over the newest snapshot."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kernel.errors import Invalid
from search_engine.embedded.bits import holds
from search_engine.embedded.candidates import gather
from search_engine.embedded.facets import count_facets
from search_engine.embedded.lookup import look_up, rows_of_offers
from search_engine.embedded.manifest import Manifest, read_manifest
from search_engine.embedded.matching import match
from search_engine.embedded.neighbours import nearest
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.snapshot import NO_ROWS, Snapshot
from search_engine.embedded.windows import window
from search_engine.limits import reachable, unit_vector, validate_neighbours, validate_window
from search_engine.plan import Filter, Plan, VectorQuery
from search_engine.port import Candidates, EngineResult, EngineStatus, IndexCorrupt

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
        found = match(snapshot, plan)
        degraded = found.base.degraded
        vector = unit_vector(plan.vector) if plan.vector is not None and not degraded else None
        rows, legs = window(found, plan, vector)
        by_text, near = found.parts()
        vectors = int(np.count_nonzero(near))
        total = len(near)
        return EngineResult(
            candidates=gather(
                snapshot,
                rows,
                legs=legs,
                axis=found.axis,
                lexical=holds(found.base.text.rows, rows),
                semantic=holds(found.base.near, rows),
            ),
            total=total,
            rule=found.base.rule,
            legs={
                "lexical": int(np.count_nonzero(by_text)),
                "vector": vectors,
                "both": int(np.count_nonzero(by_text & near)),
            },
            facets=count_facets(found, plan.facets),
            generation=snapshot.manifest.generation,
            reachable=reachable(total, limit=plan.limit, beside=vectors if plan.sort == "relevance" else 0),
            vectors_pending=snapshot.manifest.vectors_pending,
            degraded=degraded,
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
        validate_neighbours(limit)
        snapshot = self._snapshot
        query = unit_vector(VectorQuery(vector=vector, floor=floor))
        if snapshot.vectors is not None and len(query) != snapshot.vectors.dimensions:
            raise Invalid(f"向量应是 {snapshot.vectors.dimensions} 维", parameter="vector")
        return nearest(snapshot, query, filters=filters, limit=limit, quantity=quantity, floor=floor)

    def cards(self, rows: Sequence[int]) -> Sequence[bytes]:
        """Stored cards in the order of ``rows``."""
        documents = self._snapshot.documents_of(np.unique(np.asarray(rows, dtype=np.int64)))
        cards = {row: bytes(document.get_first("card") or b"") for row, document in documents.items()}
        return [cards.get(int(row), b"") for row in rows]

    def find(self, offer_ids: Sequence[str]) -> Mapping[str, int]:
        """Rows of the live offers among these ids."""
        snapshot = self._snapshot
        rows = snapshot.live(rows_of_offers(snapshot, offer_ids)) if offer_ids else NO_ROWS
        return {offer_id: known.row for offer_id, known in look_up(snapshot.columns, rows, offer_ids).items()}

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
                return self._open_snapshot(manifest, before)
            except IndexCorrupt:
                newest = read_manifest(self._index_dir)
                if newest == manifest:
                    raise
                manifest = newest
        return self._open_snapshot(manifest, before)

    def _open_snapshot(self, manifest: Manifest, before: Snapshot | None) -> Snapshot:
        return Snapshot(self._index_dir / manifest.generation, manifest, self._options, before=before)

    def _manifest_stamp(self) -> tuple[int, int, int]:
        try:
            stat = (self._index_dir / "manifest.json").stat()
        except FileNotFoundError:
            return (0, 0, 0)
        return (stat.st_mtime_ns, stat.st_ino, stat.st_size)
