"""Rows turned round: every key has the rows that have it, in memory and on disk, in one segment and in several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_engine.embedded.bits import to_rows
from search_engine.embedded.options import PostingOptions
from search_engine.embedded.posting_files import grown, open_postings, post, remove_others
from search_engine.embedded.postings import Postings, load_segment, save_segment, turned_round

OPTIONS = PostingOptions(tail_rows=64, live_rows=256, segment_rows=512)
Lists = list[list[int]]


def reader(lists: Lists):  # type: ignore[no-untyped-def]
    def read(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chosen = [lists[row] for row in rows.tolist()]
        numbers = np.array([number for each in chosen for number in each], dtype=np.uint32)
        return numbers, np.array([len(each) for each in chosen], dtype=np.int64)

    return read


def having(lists: Lists, *keys: int) -> list[int]:
    return [row for row, numbers in enumerate(lists) if set(keys) & set(numbers)]


lists_of_rows = st.lists(st.lists(st.sampled_from([0, 1, 2, 7, 2**32 - 1]), max_size=4), min_size=130, max_size=300)


@given(lists=lists_of_rows, keys=st.lists(st.sampled_from([0, 1, 2, 5, 7, 2**32 - 1]), max_size=3))
def test_a_key_has_the_rows_that_have_it(lists: Lists, keys: list[int]) -> None:
    rows = len(lists)
    segments = [turned_round(reader(lists), (0, 128)), turned_round(reader(lists), (128, rows))]
    assert to_rows(Postings(segments, rows=rows).having(keys)).tolist() == having(lists, *keys)


def test_a_segment_on_disk_is_the_one_in_memory(tmp_path: Path) -> None:
    # Key 1 is dense and kept as bits, the others as lists.
    lists = [[1, row] if row % 2 else [9] if row % 50 == 0 else [] for row in range(100, 300)]
    segment = turned_round(reader(lists), (64, 200))
    save_segment(tmp_path / "segment", segment)
    loaded = load_segment(tmp_path / "segment")
    assert len(loaded.bits) == 1
    for name in ("first", "words", "keys", "counts", "places", "rows", "bits"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(segment, name))


@pytest.mark.parametrize("content", [b"", b"123", b"\x01" * 64])
def test_a_broken_segment_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "segment"
    path.write_bytes(content)
    with pytest.raises((ValueError, OSError)):
        load_segment(path)


def test_commits_leave_a_tail_and_merge_ranges_of_like_size() -> None:
    def after(ranges: tuple[tuple[int, int], ...], rows: int) -> tuple[tuple[int, int], ...]:
        return grown(ranges, rows=rows, whole=False, options=OPTIONS)

    assert after((), 63) == ()
    assert after((), 100) == ((0, 64),)
    assert after(((0, 64),), 127) == ((0, 64),)
    assert after(((0, 64),), 130) == ((0, 128),)
    assert after(((0, 128),), 192) == ((0, 128), (128, 192))
    assert after(((0, 256),), 512) == ((0, 256), (256, 512))  # more than a commit may merge


def test_a_rebuild_leaves_as_few_ranges_as_may_be_and_no_tail() -> None:
    assert grown((), rows=1100, whole=True, options=OPTIONS) == ((0, 512), (512, 1024), (1024, 1088))
    assert grown(((0, 256), (256, 320)), rows=330, whole=True, options=OPTIONS) == ((0, 320),)
    assert grown(((0, 320),), rows=330, whole=True, options=OPTIONS) == ((0, 320),)


def test_ranges_and_tail_together_are_all_rows_and_old_files_go(tmp_path: Path) -> None:
    lists = [[row % 3, 100 + row % 70] for row in range(200)]
    readers = {"tokens": reader(lists)}
    post(tmp_path, [(0, 64), (64, 128)], posted=[], readers=readers)
    post(tmp_path, [(0, 128)], posted=[(0, 64), (64, 128)], readers=readers)
    remove_others(tmp_path, [(0, 128)])
    assert [path.name for path in tmp_path.iterdir()] == ["postings-tokens-0-128"]
    opened = open_postings(tmp_path, [(0, 128)], rows=200, readers=readers)
    assert to_rows(opened["tokens"].having([2])).tolist() == having(lists, 2)
    assert to_rows(opened["tokens"].having([101, 169])).tolist() == having(lists, 101, 169)
