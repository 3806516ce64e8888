"""Which version of an offer is live, for many offers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tantivy import Query

from search_engine.columns import stable_hash
from search_engine.embedded.column_file import ColumnFile
from search_engine.embedded.snapshot import Searching


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A live document: its version, its row and the hash of its vector text."""

    version: int
    row: int
    vector_key: int


def rows_of_offers(searching: Searching, offer_ids: Sequence[str]) -> np.ndarray:
    """The rows of these offers that the text index holds, int64, in no order."""
    return searching.rows(Query.term_set_query(searching.schema, "offer_id", list(offer_ids)))


def look_up(columns: ColumnFile, rows: np.ndarray, offer_ids: Sequence[str]) -> Mapping[str, Known]:
    """What these rows, all of which are of these offers, say of them."""
    by_key = {stable_hash(offer_id): offer_id for offer_id in offer_ids}
    found = columns.read_all(("offer_key", "version", "vector_key"), rows)
    columns_of_rows = (each.tolist() for each in (*found.values(), rows))
    return {
        by_key[key]: Known(version=version, row=row, vector_key=vector_key)
        for key, version, vector_key, row in zip(*columns_of_rows, strict=True)
    }
