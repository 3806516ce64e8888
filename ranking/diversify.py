"""At most n listings of one supplier a page, as far as there are others to show."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ranking.batch import Integers


def capped_order(order: Integers, supplier_key: Integers, *, page_size: int, supplier_max: int) -> Integers:
    """The same candidates; one that would be its supplier's (n+1)th on a page waits for the next page.

    When only such candidates are left for a page they fill it in their order: a cap never hides a listing.
    Supplier key 0 means unknown and is not capped.
    """
    suppliers = supplier_key.tolist()
    waiting = order.tolist()
    result: list[int] = []
    while waiting:
        page, later = _fill_page(waiting, suppliers, page_size, supplier_max)
        result.extend(page)
        waiting = later
    return np.array(result, dtype=np.int64)


def _fill_page(
    waiting: list[int], suppliers: list[int], page_size: int, supplier_max: int
) -> tuple[list[int], list[int]]:
    page: list[int] = []
    passed: list[int] = []
    seen: Counter[int] = Counter()
    for position, candidate in enumerate(waiting):
        if len(page) == page_size:
            return page, passed + waiting[position:]
        supplier = suppliers[candidate]
        if supplier and seen[supplier] >= supplier_max:
            passed.append(candidate)
        else:
            seen[supplier] += 1
            page.append(candidate)
    room = page_size - len(page)
    return page + passed[:room], passed[room:]
