"""Sets of rows as bits agree with Python's own sets."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search_engine.embedded.bits import Tally, count, from_rows, holds, no_rows, to_rows, words_of

ROWS = 200
WORDS = words_of(ROWS)
sets = st.sets(st.integers(0, ROWS - 1))


def bits_of(rows: set[int]) -> np.ndarray:
    return from_rows(np.array(sorted(rows), dtype=np.int64), WORDS)


@given(rows=sets)
def test_a_set_gives_back_its_rows_in_order(rows: set[int]) -> None:
    bits = bits_of(rows)
    assert to_rows(bits).tolist() == sorted(rows)
    assert count(bits) == len(rows)
    assert holds(bits, np.arange(ROWS)).tolist() == [row in rows for row in range(ROWS)]


@given(several=st.lists(sets, min_size=1, max_size=9), need=st.integers(1, 9))
def test_a_tally_knows_who_is_in_how_many_sets(several: list[set[int]], need: int) -> None:
    need = min(need, len(several))
    counts = Counter(row for rows in several for row in rows)
    tally = Tally([bits_of(rows) for rows in several], WORDS)
    assert to_rows(tally.at_least(need)).tolist() == sorted(row for row, found in counts.items() if found >= need)


def test_the_last_word_may_be_half_empty() -> None:
    assert [words_of(rows) for rows in (0, 1, 64, 65)] == [0, 1, 1, 2]
    assert to_rows(no_rows(3)).tolist() == []
