"""At most n listings of a supplier a page."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranking.diversify import capped_order


@given(st.lists(st.integers(0, 6), max_size=120), st.integers(1, 20), st.integers(1, 5))
def test_a_page_is_capped_while_others_remain_and_nobody_is_hidden(
    suppliers: list[int], page_size: int, supplier_max: int
) -> None:
    keys = np.array(suppliers, dtype=np.int64)
    order = capped_order(np.arange(len(suppliers)), keys, page_size=page_size, supplier_max=supplier_max)
    assert sorted(order.tolist()) == list(range(len(suppliers)))
    for start in range(0, len(order), page_size):
        page, rest = order[start : start + page_size], order[start + page_size :]
        counts = Counter(suppliers[i] for i in page if suppliers[i])
        over = [s for s, count in counts.items() if count > supplier_max]
        if over:  # allowed only when nobody else was left to show
            assert all(suppliers[i] and counts[suppliers[i]] >= supplier_max for i in rest)


def test_the_listing_over_the_cap_opens_the_next_page() -> None:
    order = capped_order(np.arange(5), np.array([1, 1, 1, 2, 3]), page_size=3, supplier_max=2)
    assert order.tolist() == [0, 1, 3, 2, 4]
