"""The tokens of each document by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_engine.documents import IndexDocument
from search_engine.embedded.forward import ForwardReader, ForwardWriter, token_numbers
from search_engine.embedded.store import EmbeddedStore
from search_engine.port import IndexCorrupt
from tests.search_engine.catalog import build, market

NUMBERS = [1130742207, 383357087, 3617317503]


def document(offer_id: str, words: str, characters: str) -> IndexDocument:
    return IndexDocument(
        offer_id=offer_id,
        version=1,
        words=words,
        characters=characters,
        bigrams="",
        facts="",
        coverage=characters,
        vector_text="",
        card=b"{}",
    )


def written(directory: Path) -> ForwardWriter:
    writer = ForwardWriter(directory, next_row=0)
    writer.put(0, [document("a", "手机 手机 壳", "手 机 壳"), document("b", "", ""), document("c", "壳", "壳 m8x30")])
    writer.flush(next_row=3)
    return writer


def test_tokens_are_counted_by_field_and_row(tmp_path: Path) -> None:
    written(tmp_path)
    counts = ForwardReader(tmp_path, rows=3).count(np.array([2, 0, 1, 0]), ["手机", "壳", "没有"])
    assert counts.of("words", ["手机", "壳", "没有"]).tolist() == [[0, 2, 0, 2], [1, 1, 0, 1], [0, 0, 0, 0]]
    assert counts.of("characters", ["壳"]).tolist() == [[1, 1, 0, 1]]
    assert counts.of("facts", ["壳"]).tolist() == [[0, 0, 0, 0]]
    assert counts.length("words").tolist() == [1, 3, 0, 3]


def test_the_average_is_that_of_the_published_rows(tmp_path: Path) -> None:
    written(tmp_path)
    assert ForwardReader(tmp_path, rows=3).average("words") == pytest.approx(4 / 3)
    assert ForwardReader(tmp_path, rows=2).average("words") == pytest.approx(3 / 2)
    assert ForwardReader(tmp_path, rows=3).average("bigrams") == 0


def test_no_rows_and_no_tokens_count_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    reader = ForwardReader(tmp_path, rows=3)
    assert reader.count(np.empty(0, dtype=np.int64), ["壳"]).counts.shape == (5, 1, 0)
    assert reader.count(np.array([0]), []).counts.shape == (5, 0, 1)


def test_the_next_writer_forgets_what_was_not_published(tmp_path: Path) -> None:
    written(tmp_path)
    writer = ForwardWriter(tmp_path, next_row=1)
    writer.put(1, [document("d", "灯", "灯")])
    writer.flush(next_row=2)
    counts = ForwardReader(tmp_path, rows=2).count(np.array([0, 1]), ["手机", "灯"])
    assert counts.of("words", ["手机", "灯"]).tolist() == [[2, 0], [0, 1]]


@pytest.mark.parametrize("name", ["forward.rows", "forward.numbers"])
def test_a_file_that_lacks_published_rows_is_named(tmp_path: Path, name: str) -> None:
    store = EmbeddedStore(tmp_path)
    build(store, market(20))
    next((tmp_path / "index").glob(f"*/{name}")).write_bytes(b"")
    with pytest.raises(IndexCorrupt, match="forward"):
        store.reader()
    with pytest.raises(IndexCorrupt, match="forward"), store.writer():
        pass


def test_a_row_that_was_never_put_has_no_tokens(tmp_path: Path) -> None:
    writer = written(tmp_path)
    writer.put(5, [document("e", "灯 灯", "灯")])
    writer.flush(next_row=7)
    counts = ForwardReader(tmp_path, rows=7).count(np.arange(7), ["壳", "灯"])
    assert counts.of("words", ["壳", "灯"]).tolist() == [[1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2, 0]]
    assert ForwardWriter(tmp_path, next_row=7) is not None


def test_many_documents_count_as_they_do_alone(tmp_path: Path) -> None:
    texts = [f"词{number} 词{number % 7} m{number}x30 {'长' * (number % 50)}" for number in range(300)]
    writer = ForwardWriter(tmp_path, next_row=0)
    writer.put(0, [document(str(number), text, text) for number, text in enumerate(texts)])
    writer.flush(next_row=len(texts))
    counts = ForwardReader(tmp_path, rows=len(texts)).count(np.arange(len(texts)), ["词3", "m211x30", "长" * 49])
    expected = [[text.split().count(token) for text in texts] for token in ("词3", "m211x30", "长" * 49)]
    assert counts.of("words", ["词3", "m211x30", "长" * 49]).tolist() == expected


def test_a_token_has_the_same_number_in_every_process() -> None:
    numbers, starts = token_numbers("  手机 m8x30  \ud800")
    assert numbers.tolist() == NUMBERS
    assert starts.tolist() == [2, 5, 12]
    assert token_numbers("")[0].tolist() == []
