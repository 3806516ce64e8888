"""At most n listings of one supplier a page, as far as there are others to show."""

from __future__ import annotations

from collections import deque

import numpy as np

from ranking.batch import Integers


def capped_order(order: Integers, supplier_key: Integers, *, page_size: int, supplier_max: int) -> Integers:
    """The same candidates; one that would be its supplier's (n+1)th on a page waits for the next page.

    When only such candidates are left for a page they fill it in their order: a cap never hides a listing.
    Supplier key 0 means unknown and is not capped.
    """
    suppliers = supplier_key.tolist()
    waiting = deque(order.tolist())
    result: list[int] = []
    while waiting:
        page, passed = _fill_page(waiting, suppliers, page_size, supplier_max)
        room = page_size - len(page)
        result += page + passed[:room]
        waiting.extendleft(reversed(passed[room:]))
    return np.array(result, dtype=np.int64)


def _fill_page(
    waiting: deque[int], suppliers: list[int], page_size: int, supplier_max: int
) -> tuple[list[int], list[int]]:
    """Takes from ``waiting`` until the page is full: who is on the page, and who was over the cap."""
    page: list[int] = []
    passed: list[int] = []
    seen: dict[int, int] = {}
    while waiting and len(page) < page_size:
        candidate = waiting.popleft()
        supplier = suppliers[candidate]
        already = seen.get(supplier, 0)
        if supplier and already >= supplier_max:
            passed.append(candidate)
        else:
            seen[supplier] = already + 1
            page.append(candidate)
    return page, passed
