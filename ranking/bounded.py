"""An order by score in which nothing moves further than a bound from where relevance put it."""

from __future__ import annotations

import heapq

import numpy as np

from ranking.batch import Floats, Integers


def bounded_order(score: Floats, base_rank: Integers, *, displacement_max: int) -> Integers:
    """Candidate indexes, best score first, each at most ``displacement_max`` places from its ``base_rank``.

    Place p takes the best-scored candidate among those that may stand there (base_rank <= p + bound), unless one would
    fall out of its bound (base_rank + bound = p): that one must stand here. At most one can, so an order always exists.
    """
    by_base = np.argsort(base_rank, kind="stable").tolist()
    scores = score.tolist()
    order: list[int] = []
    placed = [False] * len(by_base)
    open_candidates: list[tuple[float, int, int]] = []
    entered = 0
    for place in range(len(by_base)):
        while entered < len(by_base) and entered <= place + displacement_max:
            candidate = by_base[entered]
            heapq.heappush(open_candidates, (-scores[candidate], entered, candidate))
            entered += 1
        due = by_base[place - displacement_max] if place >= displacement_max else None
        if due is None or placed[due]:
            while placed[open_candidates[0][2]]:
                heapq.heappop(open_candidates)
            due = heapq.heappop(open_candidates)[2]
        placed[due] = True
        order.append(due)
    return np.array(order, dtype=np.int64)
