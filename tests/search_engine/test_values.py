"""Numbers for the values that facets count."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_engine.embedded.store import EmbeddedStore
from search_engine.embedded.values import VALUES_NAME, ValueReader, ValueWriter
from search_engine.port import IndexCorrupt
from tests.search_engine.catalog import build, market


def read(directory: Path) -> list[tuple[str, ...]]:
    reader = ValueReader(directory)
    reader.catch_up()
    return [reader[number] for number in range(len(reader))]


def test_a_value_keeps_its_number_over_writers(tmp_path: Path) -> None:
    first = ValueWriter(tmp_path)
    assert first.numbers(["材质=铁", "浙江", "材质=铁"], together=False) == [0, 1, 0]
    first.save()
    assert ValueWriter(tmp_path).numbers(["广东", "浙江"], together=False) == [2, 1]


def test_values_that_come_together_have_one_number(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    assert writer.numbers(["浙江", "浙江/义乌"], together=True) == [0]
    assert writer.numbers(["浙江"], together=True) == writer.numbers(["浙江"], together=False) == [1]
    assert writer.numbers([], together=True) == []
    writer.save()
    assert read(tmp_path) == [("浙江", "浙江/义乌"), ("浙江",)]


def test_a_reader_catches_up_with_what_was_added(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    writer.numbers(["浙江"], together=False)
    writer.save()
    reader = ValueReader(tmp_path)
    reader.catch_up()
    values = ["广东", "line\nend", '"quoted"', "\ud800"]
    writer.numbers(values, together=False)
    assert len(reader) == 1
    writer.save()
    reader.catch_up()
    assert [reader[number] for number in range(len(reader))] == [("浙江",), *((value,) for value in values)]


def test_the_torn_last_line_of_a_killed_writer_is_void(tmp_path: Path) -> None:
    writer = ValueWriter(tmp_path)
    writer.numbers(["浙江", "广东"], together=False)
    writer.save()
    path = tmp_path / VALUES_NAME
    path.write_bytes(path.read_bytes()[:-3])
    assert read(tmp_path) == [("浙江",)]
    assert ValueWriter(tmp_path).numbers(["福建"], together=False) == [1]
    assert path.read_bytes() == b'["\\u6d59\\u6c5f"]\n'


@pytest.mark.parametrize("content", [b"", b'"a"\n', b"1\n", b"[1]\n", b"\xff\n"])
def test_a_file_that_lacks_published_values_is_named(tmp_path: Path, content: bytes) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(20))
    next((tmp_path / "index").glob(f"*/{VALUES_NAME}")).write_bytes(content)
    with pytest.raises(IndexCorrupt, match=VALUES_NAME):
        store.reader()
