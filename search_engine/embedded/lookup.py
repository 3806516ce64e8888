"""Which version of an offer is live, for many offers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Query

from search_engine.columns import stable_hash
from search_engine.embedded.query import unscored
from search_engine.embedded.snapshot import Searching


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A live document: its version, its row and the hash of its vector text."""

    version: int
    row: int
    vector_key: int


def look_up(searching: Searching, offer_ids: Sequence[str]) -> Mapping[str, Known]:
    """The live ones among these offers."""
    distinct = list(dict.fromkeys(offer_ids))
    if not distinct:
        return {}
    by_key = {stable_hash(offer_id): offer_id for offer_id in distinct}
    query: tantivy.Query = unscored(Query.term_set_query(searching.schema, "offer_id", distinct))
    hits = searching.hits(query, limit=len(distinct))
    columns = [searching.column(name, hits.addresses).tolist() for name in ("offer_key", "version", "vector_key")]
    return {
        by_key[key]: Known(version=version, row=row, vector_key=vector_key)
        for key, version, vector_key, row in zip(*columns, hits.rows.tolist(), strict=True)
    }
