"""Columns by row, and the rows that are dead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kernel.errors import Invalid
from search_engine.embedded.bits import to_rows
from search_engine.embedded.column_file import BLOCK_ROWS, STORED, ColumnFile, packed
from search_engine.embedded.dead_rows import DeadRows, living_rows
from search_engine.embedded.store import EmbeddedStore
from search_engine.plan import Plan, RangeFilter
from tests.search_engine.catalog import build, listing, market


def values(row: int) -> dict[str, int]:
    return {name: row * 100 + place for place, name in enumerate(STORED)}


def test_columns_are_read_back_over_the_edge_of_a_block(tmp_path: Path) -> None:
    writer = ColumnFile(tmp_path, writable=True)
    rows = range(BLOCK_ROWS - 2, BLOCK_ROWS + 3)
    writer.reserve(rows.stop)
    writer.put(rows.start, [packed(values(row)) for row in rows])
    writer.flush()
    reader = ColumnFile(tmp_path, writable=False)
    wanted = np.array([rows.stop - 1, rows.start, BLOCK_ROWS])
    assert reader.rows == 2 * BLOCK_ROWS
    for place, name in enumerate(STORED):
        assert reader.read(name, wanted).tolist() == [row * 100 + place for row in wanted.tolist()]
    assert reader.read("row", wanted) is wanted


def test_a_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(Invalid, match="sold_count") as refused:
        packed({**values(1), "sold_count": 1 << 63})
    assert refused.value.parameter == "sold_count"


def test_the_dead_are_those_that_a_manifest_counts(tmp_path: Path) -> None:
    dead = DeadRows(tmp_path, published=0)
    dead.bury([3, 1])
    dead.save()
    dead.bury([0])
    dead.save()
    assert to_rows(living_rows(tmp_path, rows=5, dead=2)).tolist() == [0, 2, 4]
    assert to_rows(living_rows(tmp_path, rows=5, dead=3)).tolist() == [2, 4]
    with pytest.raises(ValueError, match="3 dead rows, 4 published"):
        living_rows(tmp_path, rows=5, dead=4)


def test_what_a_killed_writer_listed_is_unsure_and_written_over(tmp_path: Path) -> None:
    first = DeadRows(tmp_path, published=0)
    first.bury([3, 1])
    first.save()
    second = DeadRows(tmp_path, published=1)
    assert second.unsure.tolist() == [1]
    second.bury([2])
    second.save()
    assert len(second) == 2
    assert to_rows(living_rows(tmp_path, rows=4, dead=2)).tolist() == [0, 1]


def test_a_writer_killed_between_text_and_manifest_loses_and_doubles_nothing(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(20))
    manifest = tmp_path / "index" / "manifest.json"
    before = manifest.read_bytes()
    with store.writer() as writer:
        writer.apply([listing("o1", "手套", version=2)])
        writer.commit(feed_cursor=2)
    manifest.write_bytes(before)  # as if the manifest had never been swapped
    with store.writer() as writer:
        writer.apply([listing("new", "手套")])
        writer.commit(feed_cursor=3)
    engine = store.reader()
    assert engine.search(Plan()).total == engine.status().documents == 21
    assert engine.search(Plan(filters=(RangeFilter(field="version", low=2, high=None, group="version"),))).total == 1


def test_what_came_before_a_refused_document_is_whole(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(3))
    with store.writer() as writer:
        with pytest.raises(Invalid, match="sold_count"):
            writer.apply([listing("good", "手套", version=2), listing("huge", "手套", sold_count=1 << 63)])
        writer.commit(feed_cursor=2)
    engine = store.reader()
    assert engine.search(Plan()).total == 4
    assert engine.search(Plan(filters=(RangeFilter(field="version", low=2, high=None, group="version"),))).total == 1
    assert sorted(engine.find(["good", "huge"])) == ["good"]
