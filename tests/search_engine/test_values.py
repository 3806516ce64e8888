"""Numbers for the values that facets count and filters select."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_engine.embedded.store import EmbeddedStore
from search_engine.embedded.values import VALUES_NAME, ValueReader, ValueWriter
from search_engine.port import IndexCorrupt
from tests.search_engine.catalog import build, market


def read(directory: Path) -> ValueReader:
    reader = ValueReader(directory)
    reader.catch_up()
    return reader


def test_a_value_keeps_its_number_over_writers(tmp_path: Path) -> None:
    first = ValueWriter(tmp_path)
    assert first.numbers("attribute", ["材质=铁", "颜色=红", "材质=铁"]) == [0, 1, 0]
    first.save()
    assert ValueWriter(tmp_path).numbers("attribute", ["颜色=蓝", "颜色=红"]) == [2, 1]


def test_the_same_word_in_two_fields_has_two_numbers(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    assert writer.numbers("supplier", ["浙江"]) == [0]
    assert writer.numbers("attribute", ["浙江"]) == [1]


def test_values_that_come_together_have_one_number_and_are_counted_apart(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    assert writer.numbers("region", ["浙江", "浙江/义乌"]) == [0]
    assert writer.numbers("region", ["浙江"]) == [1]
    assert writer.numbers("region", []) == []
    writer.save()
    reader = read(tmp_path)
    regions = reader.of("region")
    assert list(regions.values) == ["浙江", "浙江/义乌"]
    assert regions.counts(np.array([3, 4])).tolist() == [7, 3]
    assert reader.numbers("region", ["浙江"]) == [0, 1]
    assert reader.numbers("region", ["浙江/义乌", "广东"]) == [0]


def test_a_reader_catches_up_with_what_was_added(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    writer.numbers("attribute", ["浙江"])
    writer.save()
    reader = read(tmp_path)
    values = ["广东", "line\nend", '"quoted"', "\ud800"]
    writer.numbers("attribute", values)
    assert len(reader) == 1
    writer.save()
    reader.catch_up()
    assert len(reader) == 5
    assert list(reader.of("attribute").values) == ["浙江", *values]


def test_the_torn_last_line_of_a_killed_writer_is_void(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    writer.numbers("attribute", ["浙江", "广东"])
    writer.save()
    path = tmp_path / VALUES_NAME
    path.write_bytes(path.read_bytes()[:-3])
    assert list(read(tmp_path).of("attribute").values) == ["浙江"]
    assert ValueWriter(tmp_path).numbers("attribute", ["福建"]) == [1]
    assert path.read_bytes() == b'["attribute", ["\\u6d59\\u6c5f"]]\n'


@pytest.mark.parametrize("content", [b"", b'["a"]\n', b"1\n", b'["flag", [1]]\n', b'["moq", ["1"]]\n', b"\xff\n"])
def test_a_file_that_lacks_published_values_is_named(tmp_path: Path, content: bytes) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(20))
    next((tmp_path / "index").glob(f"*/{VALUES_NAME}")).write_bytes(content)
    with pytest.raises(IndexCorrupt, match=VALUES_NAME):
        store.reader()
